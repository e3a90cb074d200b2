import { Worker } from "node:worker_threads";
import { leaveBehind } from "../disk/stuck.ts";
import type { Branch, Instruction, Report, ThreadStart } from "./protocol.ts";

/** The entry lies beside this file, and is compiled as this file is. */
const THREAD_URL = new URL(import.meta.url.endsWith(".ts") ? "./thread.ts" : "./thread.js", import.meta.url);

/** What a part tells. */
export type PartListener = {
  /** To be answered by `taken`, when the report has been dealt with. */
  readonly report: (report: Report) => void;
  /** It ended by itself, which is a bug: nothing more is seen of its part of the library. */
  readonly died: (error: Error) => void;
};

/** A part of the library and the thread that looks through it. */
export class Part {
  readonly #worker: Worker;
  #isClosed = false;

  constructor(start: ThreadStart, { report, died }: PartListener) {
    this.#worker = new Worker(THREAD_URL, { workerData: start, name: "library" });
    this.#worker.on("message", (message: Report) => {
      if (!this.#isClosed) report(message);
    });
    let cause: Error | undefined;
    this.#worker.on("error", (error) => (cause = error instanceof Error ? error : new Error(String(error))));
    this.#worker.on("exit", (code) => {
      if (!this.#isClosed) died(cause ?? new Error(`the library's thread exited with code ${code}`));
    });
  }

  add(branch: Branch): void {
    this.#tell({ kind: "branch", branch });
  }

  prune(path: string): void {
    this.#tell({ kind: "prune", path });
  }

  taken(): void {
    this.#tell({ kind: "taken" });
  }

  /** The process may end although the thread still watches. */
  unref(): void {
    this.#worker.unref();
  }

  /**
   * Ends the thread. One that waits for a mount that hangs may never end: whoever closes does not wait long.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    const ended = this.#worker.terminate();
    leaveBehind(ended);
    await ended;
  }

  #tell(instruction: Instruction): void {
    this.#worker.postMessage(instruction, []);
  }
}
