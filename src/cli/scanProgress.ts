import type { Catalogue } from "../main.ts";

type Progress = Catalogue["progress"];

/** How often the line of a terminal is written anew, and how often a line is written elsewhere, in ms. */
const ON_TERMINAL = 200;
const ELSEWHERE = 10_000;

/** How far a library has been looked through. */
export function scanText({ folders, movies, frames }: Progress): string {
  const counts = [plural(folders, "folder"), plural(movies, "movie"), plural(frames, "frame")];
  return `looking through it, ${counts.join(", ")} so far`;
}

function plural(count: number, word: string): string {
  return `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
}

/**
 * Says how far a scan is until it is stopped: in one line of a terminal, elsewhere line by line, now and
 * then.
 */
export class ScanProgress {
  readonly #output: NodeJS.WriteStream;
  readonly #timer: NodeJS.Timeout;
  readonly #catalogue: Catalogue;

  constructor(output: NodeJS.WriteStream, catalogue: Catalogue) {
    this.#output = output;
    this.#catalogue = catalogue;
    this.#timer = setInterval(() => this.#show(), output.isTTY ? ON_TERMINAL : ELSEWHERE);
  }

  /** Takes the line away. May be called twice. */
  stop(): void {
    clearInterval(this.#timer);
    if (this.#output.isTTY) this.#output.write("\r\u001B[K");
  }

  #show(): void {
    const text = scanText(this.#catalogue.progress);
    // A line that wraps could not be written over.
    if (this.#output.isTTY)
      this.#output.write(`\r\u001B[K${text.slice(0, (this.#output.columns || 80) - 1)}`);
    else this.#output.write(`${text}\n`);
  }
}
