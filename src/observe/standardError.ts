import { closeSync, constants, openSync, writeSync } from "node:fs";
import { MiB } from "../base/units.ts";

/** What a slow reader of standard error may leave unread before lines are dropped. */
const LONGEST_BACKLOG = MiB;

/** How often what a reader has not taken is tried again, in milliseconds. */
const TRY_AGAIN_MS = 100;

const STANDARD_ERROR = 2;

/** Takes bytes without waiting: how many it took, or an error with `EAGAIN` while there is no room. */
export type WriteNow = (bytes: Uint8Array) => number;

/** Where log lines go. */
export interface LineWriter {
  write(line: string): void;
  /** Tries once more to write what is left, and gives it up. May be called twice. */
  close(): void;
}

/**
 * Writes lines to standard error without ever waiting for whoever reads it: a reader that hangs or a full
 * disk costs lines, and neither the server's time nor its end. (A write that blocks, in a thread or not,
 * would keep the process from leaving.)
 */
export function standardError(): LineWriter {
  const file = openForMyself();
  const writer = new PatientWriter((bytes) => writeSync(file, bytes));
  return {
    write: (line) => writer.write(line),
    close: () => {
      writer.close();
      if (file !== STANDARD_ERROR) closeSync(file);
    },
  };
}

// Opened anew, standard error can be told not to block without telling everyone else who has it.
function openForMyself(): number {
  try {
    const { O_WRONLY, O_APPEND, O_NONBLOCK, O_NOCTTY } = constants;
    return openSync(`/proc/self/fd/${STANDARD_ERROR}`, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY);
  } catch {
    // Not on Linux, or a socket: then it may block.
    return STANDARD_ERROR;
  }
}

/** Keeps what cannot be written yet, up to a bound, and tries again. After a failure it writes no more. */
export class PatientWriter implements LineWriter {
  readonly #writeNow: WriteNow;
  #backlog: Uint8Array[] = [];
  #bytes = 0;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(writeNow: WriteNow) {
    this.#writeNow = writeNow;
  }

  write(line: string): void {
    const bytes = Buffer.from(line);
    if (this.#isClosed || this.#bytes + bytes.byteLength > LONGEST_BACKLOG) return;
    this.#backlog.push(bytes);
    this.#bytes += bytes.byteLength;
    if (this.#timer === undefined) this.#flush();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#flush();
    this.#giveUp();
  }

  #flush(): void {
    this.#timer = undefined;
    try {
      for (let next = this.#backlog[0]; next !== undefined; next = this.#backlog[0]) {
        const written = this.#writeNow(next);
        this.#bytes -= written;
        if (written < next.byteLength) this.#backlog[0] = next.subarray(written);
        else this.#backlog.shift();
      }
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      // There is nowhere left to tell of a failure.
      if (code !== "EAGAIN") return this.#giveUp();
      this.#timer = setTimeout(() => this.#flush(), TRY_AGAIN_MS).unref();
    }
  }

  #giveUp(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isClosed = true;
    this.#backlog = [];
    this.#bytes = 0;
  }
}
