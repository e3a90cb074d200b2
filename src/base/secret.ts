import type { Kind } from "./kind.ts";

/**
 * A text that must not be seen by chance: neither JSON nor an inspection nor a template shows what it holds.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** What it holds. To be compared with, and never printed. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return "(not shown)";
  }

  toJSON(): string {
    return this.toString();
  }
}

/** Sixteen characters that somebody chose by dice hold out against guessing through a network. */
const LEAST = 16;
const MOST = 256;

/** Visible ASCII without spaces: what every protocol's headers carry as it stands. */
const VISIBLE = /^[\x21-\x7e]*$/;

/** A secret, or `none`. */
export const secret: Kind<Secret | "none"> = {
  placeholder: "TEXT",
  expected: `${LEAST} to ${MOST} visible ASCII characters without spaces, or none`,
  isSecret: true,
  parse: (text) => {
    if (text === "none") return text;
    const fits = text.length >= LEAST && text.length <= MOST && VISIBLE.test(text);
    return fits ? new Secret(text) : undefined;
  },
  problem: (text) => {
    if (/\s/.test(text)) return "with spaces or line ends among them";
    // How many they are is said without this.
    return VISIBLE.test(text) ? undefined : "not all of them visible ASCII";
  },
  format: (value) => (value === "none" ? value : value.toString()),
};
