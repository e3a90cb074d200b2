/** A key as `node:readline` tells of it. */
export type Key = {
  readonly name?: string | undefined;
  readonly sequence?: string | undefined;
  readonly ctrl?: boolean | undefined;
  readonly shift?: boolean | undefined;
};

/** What a viewer wants. */
export type Action =
  | {
      readonly kind:
        | "toggle"
        | "forward"
        | "reverse"
        | "pause"
        | "quit"
        | "help"
        | "confirm"
        | "correct"
        | "cancel";
    }
  | { readonly kind: "step"; readonly frames: number }
  | { readonly kind: "end"; readonly which: "first" | "last" }
  | { readonly kind: "digit"; readonly digit: string };

/** With Shift. */
const FAR = 10;

const BY_NAME: Readonly<Record<string, Action>> = {
  space: { kind: "toggle" },
  j: { kind: "reverse" },
  k: { kind: "pause" },
  l: { kind: "forward" },
  home: { kind: "end", which: "first" },
  end: { kind: "end", which: "last" },
  return: { kind: "confirm" },
  enter: { kind: "confirm" },
  backspace: { kind: "correct" },
  escape: { kind: "cancel" },
  q: { kind: "quit" },
};

const BY_SEQUENCE: Readonly<Record<string, Action>> = {
  ",": { kind: "step", frames: -1 },
  ".": { kind: "step", frames: 1 },
  "?": { kind: "help" },
};

/** The keys that players have everywhere: J K L, space, arrows, `,` `.`, Home and End, digits. */
export function actionOf({ name = "", sequence = "", ctrl = false, shift = false }: Key): Action | undefined {
  if (ctrl) return name === "c" || name === "d" ? { kind: "quit" } : undefined;
  if (/^[0-9-]$/.test(sequence)) return { kind: "digit", digit: sequence };
  if (name === "left" || name === "right") {
    return { kind: "step", frames: (name === "left" ? -1 : 1) * (shift ? FAR : 1) };
  }
  if (Object.hasOwn(BY_SEQUENCE, sequence)) return BY_SEQUENCE[sequence];
  return Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
}

/** What `?` shows. */
export const KEYS_HELP = [
  "space play/pause",
  "J K L back/stop/forward (again: faster)",
  "← → , . one frame",
  "Shift ← → ten",
  "Home End",
  "number Enter: go there",
  "q quit",
] as const;
