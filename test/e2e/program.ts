import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { within } from "./deadline.ts";

const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));
const BIN = fileURLToPath(new URL("../../src/cli/bin.ts", import.meta.url));

/** Loading the program and drawing the movie on a machine that does other things too. */
const START_MS = 30_000;

/** Our program, as a process of its own, away from any configuration. It is gone when the test is over. */
export class Program {
  readonly process: ChildProcess;
  readonly ended: Promise<{ readonly status: number | null; readonly signal: string | null }>;
  #printed = "";

  /** `mutoscope ARGS` */
  static start(test: TestContext, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Program {
    return new Program(test, [process.execPath, BIN, ...args], environment);
  }

  /** `npm start -- ARGS`, as it is typed in a checkout. */
  static npmStart(test: TestContext, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Program {
    return new Program(test, ["npm", "start", ...(args.length > 0 ? ["--", ...args] : [])], environment);
  }

  private constructor(test: TestContext, command: readonly string[], environment: NodeJS.ProcessEnv) {
    const [program = "", ...args] = command;
    const path = `${dirname(process.execPath)}${delimiter}${process.env["PATH"]}`;
    const quiet = { MUTOSCOPE_LOG_LEVEL: "error", MUTOSCOPE_DISK_CACHE: "0" };
    const env = { PATH: path, HOME: process.env["HOME"], ...quiet, ...environment };
    this.process = spawn(program, args, { cwd: CHECKOUT, env, stdio: ["ignore", "pipe", "inherit"] });
    this.ended = once(this.process, "close").then(([status, signal]) => ({ status, signal }));
    this.process.stdout?.on("data", (chunk) => (this.#printed += String(chunk)));
    test.after(() => this.process.kill("SIGKILL"));
  }

  get printed(): string {
    return this.#printed;
  }

  /** Waits until the program has printed something. */
  async prints(expected: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = expected.exec(this.#printed);
      if (match !== null) return match;
      if (this.process.exitCode !== null) assert.fail(`ended after: ${this.#printed}`);
      const output = this.process.stdout ?? assert.fail("no output");
      await within(Promise.race([once(output, "data"), this.ended]), String(expected), START_MS);
    }
  }

  /** The port that it listens on. */
  async port(): Promise<number> {
    return Number((await this.prints(/Listening on 127\.0\.0\.1:(\d+)/))[1]);
  }

  /** The memory it has now. */
  get memory(): number {
    return this.#memory("VmRSS");
  }

  /** The most memory it has had. */
  get peakMemory(): number {
    return this.#memory("VmHWM");
  }

  /** In bytes, as Linux tells. */
  #memory(row: string): number {
    const status = readFileSync(`/proc/${this.process.pid}/status`, "utf8");
    const [, kilobytes] = new RegExp(`${row}:\\s+(\\d+) kB`).exec(status) ?? [];
    return 1024 * Number(kilobytes ?? assert.fail(status));
  }
}
