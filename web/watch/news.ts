import { type Happened, newsOf } from "./words.ts";

/** How long it is said, in milliseconds: long enough to be read. */
const SAID = 5_000;

/** What has just happened to the movie, as long as it is worth saying. */
export class News {
  readonly #changed: () => void;
  #text: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get text(): string | undefined {
    return this.#text;
  }

  happened(change: Happened): void {
    const text = newsOf(change);
    if (text !== undefined) {
      this.#text = text;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        this.#text = undefined;
        this.#changed();
      }, SAID);
    }
    this.#changed();
  }
}
