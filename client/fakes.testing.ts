import { FrameNumber, MessageNumber, Priority } from "../src/base/units.ts";
import type { EpochEnd, Receipt } from "../src/base/events.ts";
import {
  type ClientMessage,
  type ClientMessageOf,
  type ClientMessageType,
  readClientMessage,
} from "../src/wire/websocket/clientMessages.ts";
import { encodeContinuation, encodeFrameHeader } from "../src/wire/websocket/frameHeader.ts";
import { encodeServerMessage, type ServerMessage } from "../src/wire/websocket/serverMessages.ts";
import type { Socket, SocketClass, Surroundings } from "./platform.ts";

/** Time that a test moves, and chance that is none. */
export class ManualSurroundings implements Surroundings {
  #now = 0;
  #timers: { at: number; turn: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  random(): number {
    return 0;
  }

  wake(ms: number, turn: () => void): () => void {
    const timer = { at: this.#now + ms, turn };
    this.#timers.push(timer);
    return () => (this.#timers = this.#timers.filter((each) => each !== timer));
  }

  get waiting(): number {
    return this.#timers.length;
  }

  /** Lets time pass: what is due runs in order, and what it started as well. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settled();
      const next = this.#timers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#now = Math.max(next.at, this.#now);
      next.turn();
    }
    this.#now = end;
  }
}

/** Everything that follows from what has happened has happened. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

type Listeners = { readonly [name: string]: (event: object) => void };

/** The server's end of one connection: says what a test wants it to, and keeps what it was told. */
export class FakeConnection implements Socket {
  binaryType = "blob";
  protocol = "mutoscope.v1";
  readonly url: string;
  readonly told: ClientMessage[] = [];
  closedWith: number | undefined;
  readonly #listeners: Record<string, (event: never) => void> = {};
  #isOver = false;

  constructor(url: string) {
    this.url = url;
  }

  addEventListener(type: string, listener: (event: never) => void): void {
    this.#listeners[type] = listener;
  }

  send(text: string): void {
    const reading = readClientMessage(text);
    if (reading.kind !== "message") throw new Error(`the client says what no server takes: ${text}`);
    this.told.push(reading.message);
  }

  close(code = 1005): void {
    this.closedWith ??= code;
    this.#isOver = true;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The last message of a type that the client has sent. */
  last<Type extends ClientMessageType>(type: Type): ClientMessageOf<Type> {
    const isOfType = (message: ClientMessage): message is Extract<ClientMessage, ClientMessageOf<Type>> =>
      message.type === type;
    const found = this.told.findLast(isOfType);
    if (found === undefined) throw new Error(`the client sent no ${type}: ${JSON.stringify(this.told)}`);
    return found;
  }

  /** All frames that the client has granted to its playbacks. */
  get granted(): number {
    return this.told.reduce((sum, message) => {
      if (message.type === "play") return sum + message.credit;
      return sum + (message.type === "credit" ? message.messages : 0);
    }, 0);
  }

  accept(): void {
    this.#emit("open", {});
    this.say({
      type: "welcome",
      server: "fake 1",
      connection: 1,
      limits: { playbacks: 64, watches: 16, credit: 2 ** 20, control: 65_536 },
    });
  }

  /** The handshake alone. */
  open(): void {
    this.#emit("open", {});
  }

  say(message: ServerMessage): void {
    this.sayText(encodeServerMessage(message));
  }

  sayText(text: unknown): void {
    this.#emit("message", { data: text });
  }

  sayBinary(...parts: readonly Uint8Array[]): void {
    const bytes = new Uint8Array(Buffer.concat(parts));
    this.#emit("message", { data: bytes.buffer });
  }

  /** The connection is gone. */
  drop(code = 1006, reason = ""): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#emit("error", {});
    this.#listeners["close"]?.({ code, reason } as never);
  }

  #emit(type: keyof Listeners, event: object): void {
    if (type === "message" && this.#isOver) return;
    this.#listeners[type]?.(event as never);
  }
}

/** All connections that a client opens, in order. */
export class FakeNetwork {
  readonly connections: FakeConnection[] = [];
  readonly WebSocket: SocketClass;

  constructor() {
    const { connections } = this;
    this.WebSocket = class extends FakeConnection {
      constructor(url: string) {
        super(url);
        connections.push(this);
      }
    };
  }

  /** The newest. */
  get last(): FakeConnection {
    const last = this.connections.at(-1);
    if (last === undefined) throw new Error("the client opened no connection");
    return last;
  }
}

/** The picture of a frame: other bytes for every number. */
export function pictureOf(frame: number, size = 6): Uint8Array {
  return new Uint8Array(size).map((_, at) => (frame * 7 + at) & 255);
}

/** One epoch of a playback as an honest server plays it. */
export class FakeEpoch {
  readonly #connection: FakeConnection;
  readonly #playback: number;
  readonly #epoch: number;
  #sent = 0;
  #bytes = 0;
  #first: number | undefined;
  #last: number | undefined;

  constructor(
    connection: FakeConnection,
    request: { playback: number; request: number | undefined },
    epoch = 1,
  ) {
    this.#connection = connection;
    this.#playback = request.playback;
    this.#epoch = epoch;
    connection.say({
      type: "started",
      request: request.request,
      playback: request.playback,
      epoch,
      id: "p-1-fake",
      movie: "sw",
      priority: Priority(3),
      wished: undefined,
      contract: "all",
      missing: "error",
      fps: undefined,
    });
  }

  /** The bytes of a frame's message. */
  frame(number: number, picture = pictureOf(number)): Uint8Array {
    const message = MessageNumber(this.#sent);
    this.#sent += 1;
    this.#bytes += picture.byteLength;
    this.#first ??= number;
    this.#last = number;
    const header = encodeFrameHeader({
      playback: this.#playback,
      epoch: this.#epoch,
      message,
      frame: FrameNumber(number),
      revision: 1,
      time: (number - 1) * 40_000,
      format: "ppm",
      width: 2,
      height: 1,
      length: picture.byteLength,
      isSubstitute: false,
    });
    return Buffer.concat([header, picture]);
  }

  /** Sends frames, all in one message. */
  send(...numbers: readonly number[]): void {
    this.#connection.sayBinary(...numbers.map((number) => this.frame(number)));
  }

  /** Sends the beginning of a frame, of which `rest` sends the others. */
  begin(number: number, size: number, sent: number): Uint8Array {
    const bytes = this.frame(number, pictureOf(number, size));
    this.#connection.sayBinary(bytes.subarray(0, 64 + sent));
    return bytes.subarray(64 + sent);
  }

  goOn(rest: Uint8Array): void {
    this.#connection.sayBinary(encodeContinuation(this.#playback), rest);
  }

  receiptOf(end: EpochEnd): Receipt {
    return {
      movie: "sw",
      epoch: this.#epoch,
      end,
      contract: "all",
      first: this.#first,
      last: this.#last,
      sent: this.#sent,
      priority: 3,
      wished: undefined,
      skipped: 0,
      missing: 0,
      substituted: 0,
      late: 0,
      lateness: undefined,
      waits: { production: 1, ring: 0, client: 0, budget: 0, better: 0, turn: 0 },
      bytes: this.#bytes,
      digest: String(this.#epoch % 10).repeat(64),
    };
  }

  end(
    end: EpochEnd = "finished",
    extra: { request?: number | undefined; code?: string; retry?: boolean } = {},
  ): void {
    const { request, code, retry = false } = extra;
    const error = code === undefined ? undefined : { code, title: "why", detail: "what was found", retry };
    this.#connection.say({
      type: "receipt",
      request,
      playback: this.#playback,
      epoch: this.#epoch,
      id: "p-1-fake",
      receipt: this.receiptOf(end),
      error,
    });
  }
}

export function refuse(
  connection: FakeConnection,
  { playback, request }: { playback?: number; request: number | undefined },
  code: string,
  retry = false,
): void {
  connection.say({ type: "error", request, playback, code, title: "why", detail: "what was found", retry });
}
