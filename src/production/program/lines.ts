import { StringDecoder } from "node:string_decoder";

/** How much of one line is kept. */
const LINE_LIMIT = 1024;

/** Cuts what a program writes into lines, however it arrives; what goes beyond a limit is left out. */
export class Lines {
  readonly #take: (line: string) => void;
  readonly #text = new StringDecoder("utf8");
  #begun = "";

  constructor(take: (line: string) => void) {
    this.#take = take;
  }

  push(chunk: Uint8Array): void {
    const parts = this.#text.write(chunk).split(/[\r\n]+/);
    const last = parts.pop() ?? "";
    for (const part of parts) {
      const line = this.#begun + part;
      this.#begun = "";
      if (line !== "") this.#take(line.slice(0, LINE_LIMIT));
    }
    this.#begun = (this.#begun + last).slice(0, LINE_LIMIT);
  }
}
