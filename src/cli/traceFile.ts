import { closeSync, openSync, writeSync } from "node:fs";

/** A trace could not be written. */
export class TraceFailure extends Error {
  override readonly name = "TraceFailure";
}

/** Lines are gathered up to this many characters: a call for each would cost more than the simulation. */
const GATHERED = 65_536;

/** A file that gets lines in their order. Writing blocks: nothing else happens in a simulation. */
export class TraceFile {
  readonly #name: string;
  readonly #descriptor: number;
  #gathered = "";

  /** @throws TraceFailure also when writing fails */
  constructor(name: string) {
    this.#name = name;
    this.#descriptor = this.#try(() => openSync(name, "w"));
  }

  /** Bound: it is handed to whoever makes the lines. */
  readonly write = (line: string): void => {
    this.#gathered += line;
    if (this.#gathered.length >= GATHERED) this.flush();
  };

  /** Writes what has been gathered. */
  flush(): void {
    const bytes = Buffer.from(this.#gathered);
    this.#gathered = "";
    for (let at = 0; at < bytes.byteLength;) {
      at += this.#try(() => writeSync(this.#descriptor, bytes, at));
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #try<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      const { message } = error as NodeJS.ErrnoException;
      throw new TraceFailure(`${this.#name}: the trace could not be written: ${message}`, { cause: error });
    }
  }
}
