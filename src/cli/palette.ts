import { styleText } from "node:util";

type Environment = { readonly [name: string]: string | undefined };

/** What can be written to: standard output or standard error. */
type Screen = { readonly isTTY?: boolean; hasColors?(): boolean };

/** Colours for one output, or none. */
export type Palette = {
  readonly [Style in "bold" | "dim" | "red" | "yellow" | "cyan"]: (text: string) => string;
};

/**
 * Whether to write colours: never under NO_COLOR (no-color.org), always under FORCE_COLOR, and else
 * to a terminal that has them. The same rules as the help's.
 */
export function hasColours(screen: Screen, environment: Environment): boolean {
  const { NO_COLOR, FORCE_COLOR } = environment;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR === "0" || FORCE_COLOR === "false") return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return true;
  return screen.isTTY === true && screen.hasColors?.() === true;
}

const plain = (text: string) => text;

export const PLAIN: Palette = { bold: plain, dim: plain, red: plain, yellow: plain, cyan: plain };

// Newer runtimes look at standard output themselves unless told not to; Node 20 knows nothing of the option.
const painted = (style: keyof Palette) => (text: string) => styleText(style, text, { validateStream: false });

const COLOURED: Palette = {
  bold: painted("bold"),
  dim: painted("dim"),
  red: painted("red"),
  yellow: painted("yellow"),
  cyan: painted("cyan"),
};

export function paletteFor(screen: Screen): Palette {
  return hasColours(screen, process.env) ? COLOURED : PLAIN;
}
