import assert from "node:assert/strict";
import { once } from "node:events";
import type { TestContext } from "node:test";
import { type ClientOptions, WebSocket } from "ws";
import type { RunningServer } from "../../src/main.ts";
import { type ClientMessage, encodeClientMessage } from "../../src/wire/websocket/clientMessages.ts";
import { FrameReader, type ReadFrame } from "../../src/wire/websocket/frameReader.ts";
import { SUBPROTOCOL } from "../../src/wire/websocket/protocol.ts";
import {
  type ServerMessage,
  type ServerMessageOf,
  type ServerMessageType,
  readServerMessage,
} from "../../src/wire/websocket/serverMessages.ts";
import { until, within } from "./deadline.ts";

/** What came, in the order in which it came: a text, or a frame that had come to its end. */
export type Came = { readonly text: ServerMessage } | { readonly frame: ReadFrame };

/** What a play is where a test says nothing else. */
const PLAY = { type: "play", playback: 7, movie: "sw", credit: 1000 } as const;

/** A client of `mutoscope.v1` that does only what a test tells it to. */
export class WebViewer {
  readonly ws: WebSocket;
  readonly came: Came[] = [];
  /** Bytes of the binary messages that came. */
  readonly binary: number[] = [];
  #close: { code: number; reason: string } | undefined;
  readonly #frames = new FrameReader({ largest: 2 ** 31, expects: () => true });
  #taken = 0;

  static async open(
    test: TestContext,
    server: Pick<RunningServer, "http">,
    options: ClientOptions = {},
  ): Promise<WebViewer> {
    const { port } = server.http ?? assert.fail("HTTP is off");
    const ws = new WebSocket(`ws://127.0.0.1:${port}/ws`, SUBPROTOCOL, {
      perMessageDeflate: false,
      ...options,
    });
    test.after(() => ws.terminate());
    const viewer = new WebViewer(ws);
    await within(once(ws, "open"), "a WebSocket");
    return viewer;
  }

  private constructor(ws: WebSocket) {
    this.ws = ws;
    ws.on("message", (data: Buffer, isBinary) => this.#take(data, isBinary));
    ws.on("close", (code, reason) => (this.#close = { code, reason: reason.toString() }));
    ws.on("error", () => undefined);
  }

  /** The frames that came to their end. */
  get frames(): readonly ReadFrame[] {
    return this.came.flatMap((each) => ("frame" in each ? [each.frame] : []));
  }

  get texts(): readonly ServerMessage[] {
    return this.came.flatMap((each) => ("text" in each ? [each.text] : []));
  }

  /** `playback:epoch:frame`, or the type of a text: the order of everything. */
  get order(): readonly string[] {
    return this.came.map((each) => {
      if ("text" in each) return each.text.type;
      const { playback, epoch, frame } = each.frame.header;
      return `${playback}:${epoch}:${frame}`;
    });
  }

  get closed(): { code: number; reason: string } | undefined {
    return this.#close;
  }

  say(message: ClientMessage): void {
    this.ws.send(encodeClientMessage(message));
  }

  /** Sends what may be no message at all. */
  sayJson(value: object): void {
    this.ws.send(JSON.stringify(value));
  }

  /** Plays `sw` as playback 7 with credit for all of it, but for what is said. */
  play(more: object = {}): void {
    this.sayJson({ ...PLAY, ...more });
  }

  grant(messages: number, playback = 7): void {
    this.say({ type: "credit", playback, messages });
  }

  /** The next text of this type, of those that nobody has waited for. */
  async next<Type extends ServerMessageType>(type: Type): Promise<ServerMessageOf<Type>> {
    const isOfType = (text: ServerMessage): text is ServerMessage & ServerMessageOf<Type> =>
      text.type === type;
    let found: ServerMessageOf<Type> | undefined;
    await until(() => {
      while (found === undefined && this.#taken < this.came.length) {
        const each = this.came[this.#taken];
        this.#taken += 1;
        if (each !== undefined && "text" in each && isOfType(each.text)) found = each.text;
      }
      return found !== undefined;
    }, `a message ${type}`);
    return found ?? assert.fail();
  }

  async hasFrames(count: number): Promise<void> {
    await until(() => this.frames.length >= count, `${count} frames`);
  }

  /** The code with which the connection ends. */
  async ending(): Promise<number> {
    await until(() => this.#close !== undefined, "the end of the connection");
    return this.#close?.code ?? 0;
  }

  #take(data: Buffer, isBinary: boolean): void {
    if (isBinary) {
      this.binary.push(data.byteLength);
      for (const frame of this.#frames.read(new Uint8Array(data))) this.came.push({ frame });
      return;
    }
    const text = readServerMessage(data.toString());
    this.came.push({ text: text ?? assert.fail("a text that the protocol does not have") });
  }
}
