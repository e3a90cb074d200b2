import { assert } from "../base/assert.ts";
import type { Clock, Timer } from "../base/clock.ts";
import type { Fault } from "../base/errors.ts";
import { type Bytes, MonotonicMs } from "../base/units.ts";
import type { HandOver, Sink, SinkAnswer } from "../dispatch/sink.ts";

/** The way to a simulated client. */
export type Link = {
  /**
   * Bytes per millisecond that the client takes. 0: it never reads. Infinity: it takes everything at once.
   */
  readonly rate: number;
  /** What the network holds: taken at once, whether the client reads or not. */
  readonly buffer: Bytes;
  /** When the client takes nothing. In ascending order, none overlapping. */
  readonly stalls?: readonly { readonly from: number; readonly to: number }[];
};

/** A hand-over as the client's side of the sink saw it. */
export type Received = { readonly time: MonotonicMs; readonly handOver: HandOver };

/** What a sink tells the owner of its simulated connection. */
export interface LinkOwner {
  drained(): void;
  abandoned(reason: Fault): void;
}

/**
 * A client behind a link. It notes every hand-over with its time, and insists on what the dispatcher has
 * promised: nothing between `wait` and `drained`, nothing after the end, never an empty hand-over.
 */
export class SimulatedSink implements Sink {
  readonly received: Received[] = [];
  readonly #clock: Clock;
  readonly #link: Link;
  readonly #owner: LinkOwner;
  // What was sent and not yet taken by the client, at the time of `#seenAt`.
  #backlog = 0;
  #seenAt: MonotonicMs;
  #timer: Timer | undefined;
  #waits = false;
  #isClosed = false;

  constructor(clock: Clock, link: Link, owner: LinkOwner) {
    this.#clock = clock;
    this.#link = link;
    this.#owner = owner;
    this.#seenAt = clock.now();
  }

  /** Whether it is set aside. */
  get waits(): boolean {
    return this.#waits;
  }

  send(handOver: HandOver): SinkAnswer {
    assert(!this.#waits, "a sink was given something between wait and drained");
    assert(!this.#isClosed, "a sink was given something after its end");
    const bytes = handOver.parts.reduce((sum, part) => sum + part.byteLength, 0);
    assert(bytes === handOver.bytes && bytes > 0, "a hand-over has other bytes than it says");
    const now = this.#clock.now();
    this.received.push({ time: now, handOver });
    this.#take(now);
    this.#backlog += bytes;
    const excess = this.#backlog - this.#link.buffer;
    if (excess <= 0 || this.#link.rate === Number.POSITIVE_INFINITY) return "more";
    this.#waits = true;
    const time = this.#timeToTake(excess);
    if (time !== undefined) this.#timer = this.#clock.at(time, () => this.#drain(excess));
    return "wait";
  }

  abandon(reason: Fault): void {
    this.close();
    this.#owner.abandoned(reason);
  }

  /** The connection is over. May be called twice. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  #drain(excess: number): void {
    this.#seenAt = this.#clock.now();
    this.#backlog -= excess;
    this.#waits = false;
    this.#owner.drained();
  }

  #take(now: MonotonicMs): void {
    if (this.#link.rate === Number.POSITIVE_INFINITY) this.#backlog = 0;
    const active = now - this.#seenAt - this.#stalledBetween(this.#seenAt, now);
    if (active > 0) this.#backlog = Math.max(this.#backlog - active * this.#link.rate, 0);
    this.#seenAt = now;
  }

  #stalledBetween(from: number, to: number): number {
    const overlaps = (this.#link.stalls ?? []).map((stall) =>
      Math.max(Math.min(stall.to, to) - Math.max(stall.from, from), 0),
    );
    return overlaps.reduce((sum, overlap) => sum + overlap, 0);
  }

  /** When the client will have taken `bytes` more; undefined for never. */
  #timeToTake(bytes: number): MonotonicMs | undefined {
    if (this.#link.rate <= 0) return undefined;
    let end = this.#clock.now() + bytes / this.#link.rate;
    for (const stall of this.#link.stalls ?? []) {
      if (stall.from < end && stall.to > this.#seenAt) end += stall.to - Math.max(stall.from, this.#seenAt);
    }
    return Number.isFinite(end) ? MonotonicMs(end) : undefined;
  }
}
