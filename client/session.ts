import { Fault } from "../src/base/errors.ts";
import { type ClientMessage, encodeClientMessage } from "../src/wire/websocket/clientMessages.ts";
import { FrameReader, type ReadFrame, type UnderWay } from "../src/wire/websocket/frameReader.ts";
import { SUBPROTOCOL, isFinalClose } from "../src/wire/websocket/protocol.ts";
import { type ServerMessage, type Welcome, readServerMessage } from "../src/wire/websocket/serverMessages.ts";
import { MutoscopeError, asError, broken } from "./error.ts";
import type { Socket, SocketClass, Surroundings } from "./platform.ts";

/** Why a session ended; after a final end it is of no use to connect again. */
export type SessionEnd = { readonly error: MutoscopeError; readonly isFinal: boolean };

/** Told what happens on one connection. */
export interface SessionListener {
  welcomed(welcome: Welcome): void;
  /** Anything but `welcome` and `pong`. */
  said(message: ServerMessage): void;
  came(frame: ReadFrame): void;
  /** Whether frames of the playback may come. */
  expects(playback: number): boolean;
  /** Once, and nothing after it. */
  ended(end: SessionEnd): void;
}

export type SessionOptions = {
  readonly url: string;
  readonly socketClass: SocketClass;
  readonly surroundings: Surroundings;
  /**
   * Milliseconds without a sign of life after which the connection counts as dead; half of it asks for
   * one.
   */
  readonly timeout: number;
  /** Bytes of a picture. */
  readonly largestFrame: number;
};

/** What a client closes with when the server has broken the protocol: browsers allow it. */
const CLOSE_BROKEN = 4002;
const CLOSE_NORMAL = 1000;

/** One connection, from its opening to its end: texts and frames out of messages, and signs of life. */
export class Session {
  readonly #options: SessionOptions;
  readonly #listener: SessionListener;
  readonly #socket: Socket;
  readonly #frames: FrameReader;
  #state: "opening" | "open" | "ended" = "opening";
  #heardAt: number;
  #cancel: () => void;

  constructor(options: SessionOptions, listener: SessionListener) {
    this.#options = options;
    this.#listener = listener;
    this.#frames = new FrameReader({
      largest: options.largestFrame,
      expects: (playback) => listener.expects(playback),
    });
    this.#heardAt = options.surroundings.now();
    this.#socket = new options.socketClass(options.url, [SUBPROTOCOL]);
    this.#socket.binaryType = "arraybuffer";
    this.#listen(this.#socket);
    this.#cancel = this.#watch(options.timeout / 2);
  }

  get url(): string {
    return this.#options.url;
  }

  /** Whether the server has said welcome, and nothing has ended. */
  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** The frame of the playback that has begun and not ended. */
  underWay(playback: number): UnderWay | undefined {
    return this.#frames.underWay(playback);
  }

  say(message: ClientMessage): void {
    if (this.isOpen) this.#socket.send(encodeClientMessage(message));
  }

  /** Ends the connection in order; the listener is told nothing any more. */
  leave(): void {
    this.#close(CLOSE_NORMAL, "");
  }

  /** The server has broken the protocol. */
  fail(error: MutoscopeError): void {
    this.#end({ error, isFinal: this.isOpen }, CLOSE_BROKEN);
  }

  #listen(socket: Socket): void {
    socket.addEventListener("open", () => this.#opened());
    socket.addEventListener("message", (event: { readonly data: unknown }) => this.#guarded(event.data));
    socket.addEventListener("close", (event: { readonly code: number; readonly reason: string }) =>
      this.#closed(event.code, event.reason),
    );
    // `close` follows and says more.
    socket.addEventListener("error", () => undefined);
  }

  #opened(): void {
    if (this.#state === "ended") return;
    const { protocol } = this.#socket;
    if (protocol !== SUBPROTOCOL)
      this.fail(broken(`found the subprotocol "${protocol}" at ${this.url}, expected ${SUBPROTOCOL}`));
  }

  #guarded(data: unknown): void {
    if (this.#state === "ended") return;
    this.#heardAt = this.#options.surroundings.now();
    try {
      this.#take(data);
    } catch (thrown) {
      const error = thrown instanceof Fault ? asError(thrown) : thrown;
      if (!(error instanceof MutoscopeError)) throw error;
      this.fail(error);
    }
  }

  #take(data: unknown): void {
    if (typeof data === "string") return this.#takeText(data);
    if (!(data instanceof ArrayBuffer)) throw broken("found neither text nor an ArrayBuffer in a message");
    if (!this.isOpen) throw broken("found a binary message before welcome");
    for (const frame of this.#frames.read(new Uint8Array(data))) this.#listener.came(frame);
  }

  #takeText(text: string): void {
    const message = readServerMessage(text);
    if (message === undefined || message.type === "pong") return;
    if ((message.type === "welcome") === this.isOpen)
      throw broken(`found ${message.type}, expected welcome first, and once`);
    if (message.type !== "welcome") return this.#listener.said(message);
    this.#state = "open";
    this.#listener.welcomed(message);
  }

  #closed(code: number, reason: string): void {
    const [, word = "SERVER_UNREACHABLE", detail = reason] = /^([A-Z][A-Z_]{2,40}) (.*)$/.exec(reason) ?? [];
    const said = detail === "" ? "" : `: ${detail}`;
    const what = this.isOpen ? "the connection ended" : "no connection was made";
    const error = new MutoscopeError({ code: word, detail: `${what} (${this.url}, ${code})${said}` });
    this.#end({ error, isFinal: this.isOpen && isFinalClose(code) }, CLOSE_NORMAL);
  }

  /** Looks again after `ms`. Before welcome, all the time there is counts from the beginning. */
  #watch(ms: number): () => void {
    return this.#options.surroundings.wake(ms, () => this.#look());
  }

  #look(): void {
    const { surroundings, timeout } = this.#options;
    const silent = surroundings.now() - this.#heardAt;
    if (silent >= timeout) {
      const detail = `nothing came from ${this.url} for ${Math.round(silent)} ms`;
      const error = new MutoscopeError({ code: "SERVER_UNREACHABLE", detail });
      return this.#end({ error, isFinal: false }, CLOSE_NORMAL);
    }
    if (silent >= timeout / 2) this.say({ type: "ping", request: undefined });
    this.#cancel = this.#watch(silent >= timeout / 2 ? timeout - silent : timeout / 2 - silent);
  }

  #end(end: SessionEnd, code: number): void {
    if (this.#state === "ended") return;
    this.#close(code, code === CLOSE_BROKEN ? end.error.code : "");
    this.#listener.ended(end);
  }

  #close(code: number, reason: string): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#cancel();
    this.#socket.close(code, reason);
  }
}
