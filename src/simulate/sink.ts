import { assert } from "../base/assert.ts";
import type { Clock, Timer } from "../base/clock.ts";
import type { Fault } from "../base/errors.ts";
import { after, type Bytes, MonotonicMs } from "../base/units.ts";
import type { HandOver, Sink, SinkAnswer } from "../dispatch/sink.ts";
import { LastMile, type Stall } from "./lastMile.ts";
import { Flow, type Piece, type Uplink } from "./uplink.ts";

/** The way to a simulated client. */
export type Link = {
  /**
   * Bytes per millisecond that the client takes. 0: it never reads. Infinity: it takes everything at once.
   */
  readonly rate: number;
  /** What the network holds: taken at once, whether the client reads or not. */
  readonly buffer: Bytes;
  /** When the client takes nothing. In ascending order, none overlapping. */
  readonly stalls?: readonly Stall[];
  /** Milliseconds that a byte is under way. Default: 0. */
  readonly delay?: number;
};

/** A hand-over as the client's side of the sink saw it. */
export type Received = { readonly time: MonotonicMs; readonly handOver: HandOver };

/** What a sink tells the owner of its simulated connection. */
export interface LinkOwner {
  drained(): void;
  abandoned(reason: Fault): void;
}

/** A hand-over has left the server's uplink, and when the client has all of it. */
export type Passed = {
  /** How many bytes have been sent up to its end. */
  readonly position: number;
  readonly sentAt: MonotonicMs;
  readonly leftAt: MonotonicMs;
  /** Infinity for a client that does not read. */
  readonly arrivesAt: MonotonicMs;
};

/** Told what passes; who listens keeps what it needs, and the sink keeps nothing. */
export interface LinkListener {
  sent(bytes: number, answer: SinkAnswer): void;
  drained(): void;
  passed(passed: Passed): void;
}

/** What a link may share with others, and who listens to it. */
export type SinkSurroundings = {
  /** Default: what is sent is at the client's own link at once. */
  readonly uplink?: Uplink | undefined;
  /** Default: the sink notes every hand-over itself. */
  readonly listener?: LinkListener | undefined;
  /** The connection's number. */
  readonly id?: number;
};

/**
 * A client behind a link. It insists on what the dispatcher has promised: nothing between `wait` and
 * `drained`, nothing after the end, never an empty hand-over.
 *
 *     send ─▶ [ the kernel's buffer: on the uplink ─▶ on the client's own link ] ─ delay ─▶ client
 */
export class SimulatedSink implements Sink {
  /** Every hand-over with its time, when nobody listens. */
  readonly received: Received[] = [];
  readonly #clock: Clock;
  readonly #link: Link;
  readonly #owner: LinkOwner;
  readonly #surroundings: SinkSurroundings;
  readonly #lastMile: LastMile;
  readonly #flow: Flow;
  #sent = 0;
  #passed = 0;
  /** When the last piece left the uplink: the next one begins to leave it then. */
  #passedAt: MonotonicMs;
  #timer: Timer | undefined;
  /** How many bytes the client must have taken before it is no longer set aside. */
  #awaited: number | undefined;
  #isClosed = false;

  constructor(clock: Clock, link: Link, owner: LinkOwner, surroundings: SinkSurroundings = {}) {
    this.#clock = clock;
    this.#link = link;
    this.#owner = owner;
    this.#surroundings = surroundings;
    this.#passedAt = clock.now();
    this.#lastMile = new LastMile(link.rate, link.stalls ?? []);
    this.#flow = new Flow(surroundings.id ?? 0, (piece, now) => this.#passes(piece, now));
  }

  /** Whether it is set aside. */
  get waits(): boolean {
    return this.#awaited !== undefined;
  }

  /** How many bytes it was given. */
  get sent(): number {
    return this.#sent;
  }

  send(handOver: HandOver): SinkAnswer {
    assert(!this.waits, "a sink was given something between wait and drained");
    assert(!this.#isClosed, "a sink was given something after its end");
    let bytes = 0;
    for (const part of handOver.parts) bytes += part.byteLength;
    assert(bytes === handOver.bytes && bytes > 0, "a hand-over has other bytes than it says");
    const now = this.#clock.now();
    const { uplink, listener } = this.#surroundings;
    if (listener === undefined) this.received.push({ time: now, handOver });
    this.#sent += bytes;
    if (uplink === undefined) this.#passes({ bytes, sentAt: now }, now);
    else uplink.send(this.#flow, bytes);
    const isTaken = this.#sent - this.#lastMile.taken(now) <= this.#link.buffer;
    const answer = isTaken ? "more" : "wait";
    if (!isTaken) this.#await(this.#sent - this.#link.buffer);
    listener?.sent(bytes, answer);
    return answer;
  }

  abandon(reason: Fault): void {
    this.close();
    this.#owner.abandoned(reason);
  }

  /** The connection is over. May be called twice. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#surroundings.uplink?.drop(this.#flow);
  }

  #passes({ bytes, sentAt }: Piece, now: MonotonicMs): void {
    const begun = MonotonicMs(Math.max(sentAt, this.#passedAt));
    const done = this.#lastMile.enter(bytes, begun, now);
    this.#passedAt = now;
    this.#passed += bytes;
    const arrivesAt = after(done, this.#link.delay ?? 0);
    this.#surroundings.listener?.passed({ position: this.#passed, sentAt, leftAt: now, arrivesAt });
    if (this.#awaited !== undefined && this.#timer === undefined) this.#await(this.#awaited);
  }

  /** Drains when the client has taken so many bytes; the piece with the last of them has to pass first. */
  #await(count: number): void {
    this.#awaited = count;
    const time = this.#lastMile.whenTaken(count);
    if (time === undefined || !Number.isFinite(Math.max(time, 0))) return;
    const at = MonotonicMs(Math.max(time, this.#clock.now()));
    this.#timer = this.#clock.at(at, () => this.#drain());
  }

  #drain(): void {
    this.#timer = undefined;
    this.#awaited = undefined;
    this.#surroundings.listener?.drained();
    this.#owner.drained();
  }
}
