import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** How long a program may take to leave after SIGTERM. */
const LEAVE_MS = 3000;

const running = new Set<ChildProcess>();

// Whatever ends the runner, no program that it started is left behind.
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

/** A program that the bench has started. */
export class Child {
  readonly #process: ChildProcess;
  readonly #name: string;
  readonly #closed: Promise<void>;
  readonly #lines: string[] = [];
  #partial = "";
  #complaint = "";
  #waiting: (() => void) | undefined;

  constructor(name: string, command: readonly string[]) {
    const [program = "", ...rest] = command;
    this.#name = name;
    this.#process = spawn(program, rest, { stdio: ["ignore", "pipe", "pipe"] });
    running.add(this.#process);
    this.#process.stdout?.on("data", (text: Buffer) => this.#take(text.toString()));
    this.#process.stderr?.on(
      "data",
      (text: Buffer) => (this.#complaint = (this.#complaint + text).slice(-4000)),
    );
    this.#closed = this.#untilClosed();
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error(`${this.#name} did not start`);
    return this.#process.pid;
  }

  get hasEnded(): boolean {
    return !running.has(this.#process);
  }

  /** What it wrote to its error output, for messages. */
  get complaint(): string {
    return this.#complaint.trim() || "nothing on its error output";
  }

  /** Its next line of output. Rejects when it ends without one. */
  async line(): Promise<string> {
    while (this.#lines.length === 0) {
      if (this.hasEnded) throw new Error(`${this.#name} ended early: ${this.complaint}`);
      await new Promise<void>((resolve) => (this.#waiting = resolve));
    }
    return this.#lines.shift() ?? "";
  }

  /** Asks it to leave, without waiting. */
  terminate(): void {
    this.#process.kill("SIGTERM");
  }

  /** Asks it to leave, makes it leave if it does not, and waits until it has. */
  async stop(): Promise<void> {
    this.terminate();
    const late = setTimeout(() => this.#process.kill("SIGKILL"), LEAVE_MS);
    await this.#closed;
    clearTimeout(late);
  }

  async #untilClosed(): Promise<void> {
    try {
      await once(this.#process, "close");
    } catch (error) {
      // It did not start.
      this.#complaint += error instanceof Error ? error.message : String(error);
    }
    running.delete(this.#process);
    this.#waiting?.();
  }

  #take(text: string): void {
    const lines = (this.#partial + text).split("\n");
    this.#partial = lines.pop() ?? "";
    this.#lines.push(...lines);
    this.#waiting?.();
  }
}
