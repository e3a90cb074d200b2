import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { until } from "./deadline.ts";

const BIN = fileURLToPath(new URL("../../src/cli/bin.ts", import.meta.url));

/** Our program in a terminal of its own, as `script` (bsdutils) makes one. Gone when the test is over. */
export class Terminal {
  readonly #process: ChildProcess;
  readonly ended: Promise<number | null>;
  #printed = "";

  constructor(test: TestContext, args: readonly string[], { columns = 200, rows = 70 } = {}) {
    const command = [process.execPath, BIN, ...args].map((word) => `'${word}'`).join(" ");
    const inside = `stty cols ${columns} rows ${rows}; exec ${command}`;
    // Nothing of where the tests run: CI and the like say which colours a terminal has.
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, LANG: "C.UTF-8", TERM: "xterm-256color", COLORTERM: "truecolor" };
    this.#process = spawn("script", ["-qefc", inside, "/dev/null"], {
      env,
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#process.stdout?.setEncoding("utf8").on("data", (text: string) => (this.#printed += text));
    this.ended = once(this.#process, "close").then(([status]: (number | null)[]) => status ?? null);
    test.after(() => this.#process.kill("SIGKILL"));
  }

  /** What it showed last, when one picture was begun and before the next one was. */
  get screen(): string {
    return this.#printed.slice(this.#printed.lastIndexOf("\u001B[H") + 3);
  }

  get printed(): string {
    return this.#printed;
  }

  press(keys: string): void {
    this.#process.stdin?.write(keys);
  }

  /** Waits until the screen says something. */
  async shows(expected: RegExp): Promise<void> {
    await until(() => {
      if (this.#process.exitCode !== null) assert.fail(`ended, expected ${expected}: ${this.#printed}`);
      return expected.test(this.screen);
    }, String(expected));
  }
}
