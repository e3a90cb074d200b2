import { present } from "../base/assert.ts";
import type { Clock, Timer } from "../base/clock.ts";
import { Heap } from "../base/heap.ts";
import { after, type MonotonicMs } from "../base/units.ts";
import { Fifo } from "./fifo.ts";

/** Less than this of a byte is rounding. */
const HAIR = 1e-3;

/** What one client has in the kernel, for the uplink to drain. */
export class Flow {
  /** Its place among those that have something; −1 when it has nothing. */
  slot = -1;
  /** What the uplink must have given each client when the first piece has left. */
  finish = 0;
  /** Breaks ties, so that the order never depends on chance. */
  readonly id: number;
  readonly #departed: (piece: Piece, now: MonotonicMs) => void;
  readonly #pieces = new Fifo<Piece>();

  /** @param departed is told that the last byte of a piece has left the uplink */
  constructor(id: number, departed: (piece: Piece, now: MonotonicMs) => void) {
    this.id = id;
    this.#departed = departed;
  }

  get first(): Piece | undefined {
    return this.#pieces.first;
  }

  push(piece: Piece): void {
    this.#pieces.push(piece);
  }

  /** The first piece has left. */
  depart(now: MonotonicMs): void {
    this.#departed(present(this.#pieces.shift(), "a piece left that is not there"), now);
  }

  clear(): void {
    this.#pieces.clear();
  }
}

/** Bytes of one hand-over. */
export type Piece = { readonly bytes: number; readonly sentAt: MonotonicMs };

/**
 * The server's way out. What the clients have in the kernel leaves it fairly: all that have something get the
 * same share at any moment, whatever their priority (processor sharing, by virtual finish times as in fair
 * queueing; Parekh and Gallager 1993). Each event costs O(log n).
 *
 *     virtual time: bytes that everyone has been given who had something all along; it passes at rate / n
 */
export class Uplink {
  readonly #clock: Clock;
  readonly #rate: number;
  readonly #busy = new Heap<"slot", Flow>("slot", (a, b) =>
    a.finish === b.finish ? a.id < b.id : a.finish < b.finish,
  );
  #virtual = 0;
  #seenAt: MonotonicMs;
  #alarm: { readonly time: MonotonicMs; readonly timer: Timer } | undefined;
  #busyMs = 0;

  /** @param rate bytes per millisecond; Infinity for no limit */
  constructor(clock: Clock, rate: number) {
    this.#clock = clock;
    this.#rate = rate;
    this.#seenAt = clock.now();
  }

  /** For how long there was something to send, at the whole rate. */
  get busyMs(): number {
    this.#advance(this.#clock.now());
    return this.#busyMs;
  }

  /** How many clients have something in the kernel. */
  get busy(): number {
    return this.#busy.size;
  }

  /** Bytes enter the kernel. They leave in the order in which they came, and never inside this call. */
  send(flow: Flow, bytes: number): void {
    const now = this.#clock.now();
    this.#advance(now);
    flow.push({ bytes, sentAt: now });
    if (flow.slot < 0) this.#queue(flow, this.#virtual + bytes);
    this.#setAlarm(now);
  }

  /** The client is gone, and what it had in the kernel with it. */
  drop(flow: Flow): void {
    const now = this.#clock.now();
    this.#advance(now);
    this.#busy.remove(flow);
    flow.clear();
    this.#setAlarm(now);
  }

  #queue(flow: Flow, finish: number): void {
    flow.finish = finish;
    this.#busy.place(flow);
  }

  #advance(now: MonotonicMs): void {
    const elapsed = now - this.#seenAt;
    this.#seenAt = now;
    if (this.#busy.size === 0 || elapsed <= 0) return;
    this.#busyMs += elapsed;
    this.#virtual += (elapsed * this.#rate) / this.#busy.size;
  }

  #wake(): void {
    this.#alarm = undefined;
    const now = this.#clock.now();
    this.#advance(now);
    for (;;) {
      const flow = this.#busy.peek();
      if (flow === undefined) return;
      const left = flow.finish - this.#virtual;
      // A time so short that the clock cannot tell it from now has passed.
      if (left > HAIR && this.#timeFor(left, now) > now) break;
      this.#virtual = Math.max(this.#virtual, flow.finish);
      this.#depart(flow, now);
    }
    this.#setAlarm(now);
  }

  #depart(flow: Flow, now: MonotonicMs): void {
    flow.depart(now);
    const next = flow.first;
    if (next === undefined) this.#busy.remove(flow);
    else this.#queue(flow, flow.finish + next.bytes);
  }

  #timeFor(bytes: number, now: MonotonicMs): MonotonicMs {
    return after(now, (Math.max(bytes, 0) * this.#busy.size) / this.#rate);
  }

  // One timer; who comes may make the next departure later, and then it wakes for nothing once.
  #setAlarm(now: MonotonicMs): void {
    const flow = this.#busy.peek();
    if (flow === undefined) return;
    const time = this.#timeFor(flow.finish - this.#virtual, now);
    if (this.#alarm !== undefined && this.#alarm.time <= time) return;
    this.#alarm?.timer.cancel();
    this.#alarm = { time, timer: this.#clock.at(time, () => this.#wake()) };
  }
}
