import assert from "node:assert/strict";
import { type ClientMessage, readClientMessage } from "../../../src/wire/websocket/clientMessages.ts";
import { SUBPROTOCOL } from "../../../src/wire/websocket/protocol.ts";
import { type ServerMessage, encodeServerMessage } from "../../../src/wire/websocket/serverMessages.ts";
import type { Socket, SocketClass } from "../../../client/platform.ts";
import type { World } from "./world.ts";

/** Milliseconds from one side to the other. */
const LATENCY = 5;

/** What answers one connection. */
export interface Peer {
  /** The connection is open. */
  opened(end: ServerEnd): void;
  said(message: ClientMessage, end: ServerEnd): void;
  /** The client has ended it, or it broke. */
  ended(): void;
}

/** What becomes of one attempt to connect. */
export type Attempt = {
  /** Undefined: nobody is there. */
  readonly peer: Peer | undefined;
  /** The connection breaks when so many messages have come to the client. */
  readonly breaksAfter?: number;
  /** Nothing comes any more after so many, and nobody says so. */
  readonly fallsSilentAfter?: number;
  readonly subprotocol?: string;
};

type Listener = (event: {
  readonly code?: number;
  readonly reason?: string;
  readonly data?: unknown;
}) => void;

/** The server's end of a connection. */
export class ServerEnd {
  readonly #socket: PretendedSocket;
  closed: { readonly code: number; readonly reason: string } | undefined;

  constructor(socket: PretendedSocket) {
    this.#socket = socket;
  }

  /** Whether anything that is said still arrives. */
  get isOpen(): boolean {
    return this.closed === undefined && this.#socket.isOpen;
  }

  say(message: ServerMessage): void {
    this.send(encodeServerMessage(message));
  }

  send(data: string | Uint8Array): void {
    // A copy of its own, as the platform gives: what is done to it later shows nowhere else.
    this.#socket.deliver(typeof data === "string" ? data : Uint8Array.from(data).buffer);
  }

  close(code: number, reason = ""): void {
    this.#socket.breakOff(code, reason);
  }
}

/** A WebSocket whose other side is a `Peer`, in a world's time. */
class PretendedSocket implements Socket {
  binaryType = "blob";
  protocol = "";
  readonly #world: World;
  readonly #attempt: Attempt;
  readonly #end: ServerEnd;
  readonly #listeners = new Map<string, Listener[]>();
  #state: "connecting" | "open" | "closed" = "connecting";
  #delivered = 0;

  constructor(world: World, attempt: Attempt) {
    this.#world = world;
    this.#attempt = attempt;
    this.#end = new ServerEnd(this);
    world.wake(LATENCY, () => this.#open());
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  addEventListener(type: string, listener: (event: never) => void): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener as Listener]);
  }

  send(text: string): void {
    assert.equal(this.#state, "open", "send before it is open");
    const reading = readClientMessage(text);
    assert.equal(reading.kind, "message", `the client said ${text}`);
    if (reading.kind !== "message") return;
    this.#world.wake(LATENCY, () => {
      if (this.isOpen) this.#attempt.peer?.said(reading.message, this.#end);
    });
  }

  close(code = 1000, reason = ""): void {
    assert.ok(code === 1000 || (code >= 3000 && code <= 4999), `browsers refuse the code ${code}`);
    if (this.#state === "closed") return;
    const wasOpen = this.#state === "open";
    this.#state = "closed";
    this.#end.closed = { code, reason };
    if (wasOpen) this.#world.wake(LATENCY, () => this.#attempt.peer?.ended());
    this.#world.wake(LATENCY, () => this.#tell("close", { code, reason }));
  }

  deliver(data: string | ArrayBuffer): void {
    this.#world.wake(LATENCY, () => this.#arrive(data));
  }

  /** The connection ends by the server's will, or breaks. */
  breakOff(code: number, reason: string): void {
    this.#world.wake(LATENCY, () => this.#break(code, reason));
  }

  #open(): void {
    if (this.#state === "closed") return;
    const { peer, subprotocol = SUBPROTOCOL } = this.#attempt;
    if (peer === undefined) {
      this.#state = "closed";
      this.#tell("error", {});
      return this.#tell("close", { code: 1006, reason: "" });
    }
    this.#state = "open";
    this.protocol = subprotocol;
    this.#tell("open", {});
    // The client may have left by now.
    if (this.isOpen) peer.opened(this.#end);
    if (this.#attempt.breaksAfter === 0) this.#break(1006, "");
  }

  #arrive(data: string | ArrayBuffer): void {
    if (!this.isOpen) return;
    const { breaksAfter, fallsSilentAfter = Infinity } = this.#attempt;
    this.#delivered += 1;
    if (this.#delivered > fallsSilentAfter) return;
    assert.equal(this.binaryType, "arraybuffer");
    this.#tell("message", { data });
    if (this.#delivered === breaksAfter) this.#break(1006, "");
  }

  #break(code: number, reason: string): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#attempt.peer?.ended();
    this.#tell("close", { code, reason });
  }

  #tell(type: string, event: Parameters<Listener>[0]): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event);
  }
}

/** Where connections lead: every attempt is decided on anew, by its number from 0 and the address. */
export class Network {
  /** Addresses in the order in which they were tried, and when. */
  readonly attempts: { readonly url: string; readonly at: number }[] = [];
  readonly WebSocket: SocketClass;

  constructor(world: World, decide: (attempt: number, url: string) => Attempt) {
    const { attempts } = this;
    const attempt = (url: string, protocols: readonly string[]): Attempt => {
      assert.deepEqual(protocols, [SUBPROTOCOL]);
      attempts.push({ url, at: world.now() });
      return decide(attempts.length - 1, url);
    };
    this.WebSocket = class extends PretendedSocket {
      constructor(url: string, protocols: readonly string[]) {
        super(world, attempt(url, protocols));
      }
    };
  }
}
