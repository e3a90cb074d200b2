import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

/** What a client does with what it is sent, or with its connection. */
export type Conduct =
  /** Takes all it can get. */
  | "reads"
  /** Takes a little, then waits. */
  | "slowly"
  | "never"
  /** Resets its connection in the middle of a frame. */
  | "resets"
  /** Sends its request a byte at a time, and takes all it can get. */
  | "drips";

/** One client: it plays the first `frames` frames of the movie, and asks for nothing more. */
export type Guest = {
  readonly id: number;
  readonly conduct: Conduct;
  readonly priority: number;
  readonly frames: number;
};

/** What a client has seen. */
export type Seen = {
  readonly id: number;
  readonly bytes: number;
  /** All that came are the movie's first bytes, in order. */
  readonly isExact: boolean;
  /** All of its frames came, nothing else, and then the end of the connection. */
  readonly isWhole: boolean;
};

export type Invitation = {
  readonly port: number;
  readonly movie: string;
  /** The movie's files, in order. */
  readonly files: readonly string[];
  readonly guests: readonly Guest[];
};

export type CrowdMessage = { readonly left: Seen } | { readonly all: readonly Seen[] };

const ENTRY = fileURLToPath(new URL("crowdProcess.ts", import.meta.url));

/** Clients of one movie, in a process of their own, so that the server has a core for itself. */
export class Crowd {
  readonly #process: ChildProcess;
  /** Who has received its last byte, or lost its connection. */
  readonly left = new Map<number, Seen>();

  constructor(test: TestContext, invitation: Invitation) {
    this.#process = fork(ENTRY, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    test.after(() => this.#process.kill("SIGKILL"));
    this.#process.on("message", (message: CrowdMessage) => {
      if ("left" in message) this.left.set(message.left.id, message.left);
    });
    this.#process.send(invitation);
  }

  /** Waits until the next one has left. */
  async next(): Promise<void> {
    await once(this.#process, "message");
  }

  /** What everybody has seen until now, whether they have left or not. */
  async everybody(): Promise<readonly Seen[]> {
    const answer = once(this.#process, "message") as Promise<[CrowdMessage]>;
    this.#process.send("everybody");
    const [message] = await answer;
    return "all" in message ? message.all : this.everybody();
  }
}
