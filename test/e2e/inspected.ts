import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { RunningServer } from "../../src/main.ts";
import type { Settings } from "../../src/settings.ts";
import { within } from "./deadline.ts";

/** What the process is told to serve. */
export type Start = { readonly library: string; readonly settings: Partial<Settings> };

export type Question = "holdings" | "memory";
export type Answer = Holdings | Memory;

/** What the process holds now. */
export type Holdings = ReturnType<RunningServer["held"]> & {
  readonly descriptors: number;
  readonly timers: number;
  /** That the runtime has, whoever else knows of them. */
  readonly sockets: number;
};

/** In bytes, right after a collection of garbage. */
export type Memory = { readonly heapUsed: number; readonly external: number; readonly rss: number };

const ENTRY = fileURLToPath(new URL("inspectedServer.ts", import.meta.url));

/** A server in a process of its own that can be looked into. */
export class InspectedServer {
  readonly port: number;
  readonly #process: ChildProcess;

  static async start(
    test: TestContext,
    library: string,
    settings: Partial<Settings>,
  ): Promise<InspectedServer> {
    const child = fork(ENTRY, { execArgv: ["--expose-gc"], stdio: ["ignore", "inherit", "inherit", "ipc"] });
    test.after(() => child.kill("SIGKILL"));
    const quiet = { classic: 0, http: "off", workers: 1, maxWorkers: 1, logLevel: "error" } as const;
    child.send({ library, settings: { ...quiet, ...settings } } satisfies Start);
    const [{ port }] = await within(once(child, "message") as Promise<[{ port: number }]>, "the server");
    return new InspectedServer(child, port);
  }

  private constructor(child: ChildProcess, port: number) {
    this.#process = child;
    this.port = port;
  }

  holdings(): Promise<Holdings> {
    return this.#ask("holdings") as Promise<Holdings>;
  }

  memory(): Promise<Memory> {
    return this.#ask("memory") as Promise<Memory>;
  }

  async #ask(question: Question): Promise<Answer> {
    const answer = once(this.#process, "message") as Promise<[Answer]>;
    this.#process.send(question);
    return (await within(answer, "an answer of the server's process"))[0];
  }
}
