/** What can be done with keys and buttons. */
export type Action =
  | { readonly do: "toggle" | "stop" | "markIn" | "markOut" | "clearMarks" | "repeat" | "help" | "cancel" }
  | { readonly do: "fit" | "oneToOne" | "fullScreen" | "enter" | "erase" }
  | { readonly do: "first" | "last" }
  | { readonly do: "shuttle"; readonly direction: 1 | -1 }
  | { readonly do: "step"; readonly frames: number }
  | { readonly do: "zoom"; readonly factor: number }
  | { readonly do: "type"; readonly sign: string }
  | { readonly do: "panel"; readonly panel: Panel };

export const PANELS = ["info", "histogram", "compare", "settings", "late"] as const;
export type Panel = (typeof PANELS)[number];

/** A key, as browsers tell it. */
export type Pressed = {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
};

const LARGE_STEP = 10;
const ZOOM = 1.5;

const KEYS = new Map<string, Action>(
  Object.entries({
    " ": { do: "toggle" },
    j: { do: "shuttle", direction: -1 },
    k: { do: "stop" },
    l: { do: "shuttle", direction: 1 },
    ",": { do: "step", frames: -1 },
    ".": { do: "step", frames: 1 },
    arrowleft: { do: "step", frames: -1 },
    arrowright: { do: "step", frames: 1 },
    home: { do: "first" },
    end: { do: "last" },
    i: { do: "markIn" },
    o: { do: "markOut" },
    x: { do: "clearMarks" },
    r: { do: "repeat" },
    f: { do: "fullScreen" },
    z: { do: "fit" },
    "+": { do: "zoom", factor: ZOOM },
    "=": { do: "zoom", factor: ZOOM },
    "-": { do: "type", sign: "-" },
    _: { do: "zoom", factor: 1 / ZOOM },
    a: { do: "oneToOne" },
    n: { do: "panel", panel: "info" },
    h: { do: "panel", panel: "histogram" },
    c: { do: "panel", panel: "compare" },
    s: { do: "panel", panel: "settings" },
    w: { do: "panel", panel: "late" },
    "?": { do: "help" },
    enter: { do: "enter" },
    backspace: { do: "erase" },
    escape: { do: "cancel" },
  } satisfies Record<string, Action>),
);

/** What a key does; undefined for keys that are the browser's. */
export function actionOf({ key, shiftKey, ctrlKey, metaKey, altKey }: Pressed): Action | undefined {
  if (ctrlKey || metaKey || altKey) return undefined;
  if (/^\d$/.test(key)) return { do: "type", sign: key };
  const action = KEYS.get(key.toLowerCase());
  if (action?.do === "step" && shiftKey) return { do: "step", frames: action.frames * LARGE_STEP };
  return action;
}

/** All keys, for whoever asks. */
export const HELP: readonly (readonly [keys: string, does: string])[] = [
  ["Space", "play and pause"],
  ["J  K  L", "backwards, stop, forwards; again: faster"],
  [",  .  ←  →", "one frame back and on; with Shift ten"],
  ["Home  End", "the first and the last frame"],
  ["0–9  Enter", "go to the frame of this number"],
  ["I  O  X", "begin and end the part that is played; all of it again"],
  ["R", "once, loop, ping-pong"],
  ["Wheel  +  _", "zoom in and out"],
  ["Z  A", "fit; one pixel on one of the display's"],
  ["F", "full screen"],
  ["N  H", "information; histogram, levels and exposure"],
  ["C", "compare with another movie"],
  ["S  W", "settings; why late"],
  ["?", "these keys"],
];
