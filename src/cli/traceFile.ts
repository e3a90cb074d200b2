import { closeSync, openSync, writeSync } from "node:fs";

/** A trace could not be written. */
export class TraceFailure extends Error {
  override readonly name = "TraceFailure";

  /** Whoever reads the trace has had enough of it. */
  get hasReaderLeft(): boolean {
    return (this.cause as NodeJS.ErrnoException).code === "EPIPE";
  }
}

/** Lines are gathered up to this many characters: a call for each would cost more than the simulation. */
const GATHERED = 65_536;

/** Names standard output instead of a file. */
export const STANDARD_OUTPUT = "-";

/** A pipe that is full is tried again after this many milliseconds. */
const FULL_PIPE_MS = 2;

const NOBODY_WAKES = new Int32Array(new SharedArrayBuffer(4));

/** A file that gets lines in their order. Writing blocks: nothing else happens in a simulation. */
export class TraceFile {
  readonly #name: string;
  readonly #descriptor: number;
  #gathered = "";

  /** @throws TraceFailure also when writing fails */
  constructor(name: string) {
    const isFile = name !== STANDARD_OUTPUT;
    this.#name = isFile ? name : "standard output";
    this.#descriptor = isFile ? this.#try(() => openSync(name, "w")) : process.stdout.fd;
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
      at += this.#try(() => this.#write(bytes, at));
    }
  }

  close(): void {
    if (this.#descriptor !== process.stdout.fd) closeSync(this.#descriptor);
  }

  // The runtime makes a pipe on standard output one that does not block: then it may be full.
  #write(bytes: Uint8Array, at: number): number {
    try {
      return writeSync(this.#descriptor, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(NOBODY_WAKES, 0, 0, FULL_PIPE_MS);
      return 0;
    }
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
