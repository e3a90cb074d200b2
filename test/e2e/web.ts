import assert from "node:assert/strict";
import { once } from "node:events";
import { type Socket, connect } from "node:net";
import type { TestContext } from "node:test";
import type { RunningServer } from "../../src/main.ts";
import { until, within } from "./deadline.ts";

/** Where a server serves HTTP. */
export function urlOf(server: Pick<RunningServer, "http">, path: string): string {
  const { port } = server.http ?? assert.fail("HTTP is off");
  return `http://127.0.0.1:${port}${path}`;
}

/** Asks, and gives the whole answer. */
export async function ask(
  server: RunningServer,
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; headers: Headers; body: Buffer }> {
  const response = await within(fetch(urlOf(server, path), init), path);
  const { status, headers } = response;
  return { status, headers, body: Buffer.from(await within(response.arrayBuffer(), path)) };
}

/** Asks for JSON. */
export async function askJson(server: RunningServer, path: string, init: RequestInit = {}): Promise<unknown> {
  const { body, headers } = await ask(server, path, init);
  assert.match(headers.get("content-type") ?? "", /^application\/(problem\+)?json/);
  return JSON.parse(body.toString());
}

/** The problem that an answer is; fails when it is none, or says another status than its head. */
export async function askProblem(
  server: RunningServer,
  path: string,
  init: RequestInit = {},
): Promise<Problem> {
  return asProblem(ask(server, path, init));
}

type Problem = { status: number; code: string; detail: string };

/** The problem that an answer is. */
export async function asProblem(answer: ReturnType<typeof ask>): Promise<Problem> {
  const { status, headers, body } = await answer;
  assert.equal(headers.get("content-type"), "application/problem+json");
  const problem: unknown = JSON.parse(body.toString());
  assert.ok(typeof problem === "object" && problem !== null && "code" in problem && "detail" in problem);
  assert.deepEqual(Object.keys(problem), ["status", "code", "title", "detail", "connection", "request"]);
  assert.equal("status" in problem && problem.status, status);
  return { status, code: String(problem.code), detail: String(problem.detail) };
}

/** A client that writes bytes of its own choice, and reads when it likes. */
export class RawClient {
  readonly socket: Socket;
  #received: Buffer[] = [];
  #ending: "open" | "closed" | "reset" = "open";

  static async open(test: TestContext, server: RunningServer, { reads = true } = {}): Promise<RawClient> {
    const { port } = server.http ?? assert.fail("HTTP is off");
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    test.after(() => socket.destroy());
    await within(once(socket, "connect"), "a connection");
    return new RawClient(socket, reads);
  }

  private constructor(socket: Socket, reads: boolean) {
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => this.#received.push(chunk));
    socket.on("end", () => (this.#ending = "closed"));
    socket.on("error", () => (this.#ending = "reset"));
    if (!reads) socket.pause();
  }

  /** Everything that came. */
  get received(): Buffer {
    return Buffer.concat(this.#received);
  }

  get text(): string {
    return this.received.toString("latin1");
  }

  get ending(): "open" | "closed" | "reset" {
    return this.#ending;
  }

  send(text: string): this {
    this.socket.write(text, "latin1");
    return this;
  }

  /** Sends a request without a body. */
  get(path: string, headers: readonly string[] = [], version = "1.1"): this {
    return this.send([`GET ${path} HTTP/${version}`, "Host: localhost", ...headers, "", ""].join("\r\n"));
  }

  /** Waits until what came fits. */
  async until(fits: RegExp): Promise<this> {
    await until(() => fits.test(this.text), `an answer that fits ${fits}`);
    return this;
  }

  async ended(): Promise<"closed" | "reset"> {
    await until(() => this.#ending !== "open", "the connection's end");
    return this.#ending === "reset" ? "reset" : "closed";
  }
}

/** Waits until a server holds nothing of anybody. */
export async function untilNothingIsHeld(server: RunningServer): Promise<void> {
  await until(
    () => Object.values(server.held()).every((count) => count === 0),
    `nothing held: ${JSON.stringify(server.held())}`,
  );
}

/** Reads server-sent events until told to stop. */
export class EventReader {
  readonly #abort = new AbortController();
  readonly #events: { kind: string; data: Record<string, unknown>; id: string | undefined }[] = [];
  #rest = "";

  static async open(
    test: TestContext,
    server: RunningServer,
    path: string,
    headers = {},
  ): Promise<EventReader> {
    const reader = new EventReader();
    test.after(() => reader.close());
    const response = await within(
      fetch(urlOf(server, path), { signal: reader.#abort.signal, headers }),
      `events of ${path}`,
    );
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    void reader.#read(response.body ?? assert.fail("no body"));
    return reader;
  }

  close(): void {
    this.#abort.abort();
  }

  get events(): readonly { kind: string; data: Record<string, unknown>; id: string | undefined }[] {
    return this.#events;
  }

  /** Waits for an event that fits, also one that came before. */
  async until(
    fits: (event: { kind: string; data: Record<string, unknown> }) => boolean,
    what: string,
  ): Promise<{ kind: string; data: Record<string, unknown>; id: string | undefined }> {
    await until(() => this.#events.some(fits), what);
    return this.#events.find(fits) ?? assert.fail(what);
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of body) {
        const [last = "", ...before] = (this.#rest + decoder.decode(chunk, { stream: true }))
          .split("\n\n")
          .toReversed();
        this.#rest = last;
        for (const text of before.toReversed()) this.#take(text);
      }
    } catch (error) {
      if (!this.#abort.signal.aborted) throw error;
    }
  }

  #take(text: string): void {
    const fields = new Map(
      text.split("\n").map((line): [string, string] => {
        const [name = "", ...rest] = line.split(": ");
        return [name, rest.join(": ")];
      }),
    );
    const kind = fields.get("event");
    if (kind === undefined) return;
    const data = JSON.parse(fields.get("data") ?? "null") as Record<string, unknown>;
    this.#events.push({ kind, data, id: fields.get("id") });
  }
}
