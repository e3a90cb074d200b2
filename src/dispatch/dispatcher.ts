import { present } from "../base/assert.ts";
import type { Clock, Timer } from "../base/clock.ts";
import { fault } from "../base/errors.ts";
import { Heap } from "../base/heap.ts";
import { Bytes, MonotonicMs } from "../base/units.ts";
import { InFlight } from "./inFlight.ts";
import type { Message } from "./message.ts";
import { Queue, type QueueOwner } from "./queue.ts";
import { Ranks } from "./ranks.ts";
import { Ring, type RingLimits } from "./ring.ts";
import type { HandOver, Sink } from "./sink.ts";
import { Slicer } from "./slicer.ts";
import type { Source, Standing } from "./source.ts";

/** The bounds of a dispatcher. All are positive. */
export type DispatcherOptions = {
  readonly clock: Clock;
  readonly ring: RingLimits;
  /** Hand-overs in one turn, before the event loop gets to see other events. */
  readonly batch: number;
  /** Messages are gathered up to this many bytes. */
  readonly handOver: Bytes;
  /** What a larger message is cut into; also what a playback may send in its turn. */
  readonly slice: Bytes;
  /** Bytes that may be under way to all clients together; one larger message may be so alone. */
  readonly inFlight: Bytes;
};

const ALWAYS = MonotonicMs(Number.NEGATIVE_INFINITY);

/**
 * Decides which waiting message goes next, and hands it to its client's sink. Events (an offer, a drain,
 * a due that has come) set facts and ask for a turn; the turn makes up to `batch` hand-overs, choosing
 * anew before each. It does no input or output of its own, and the same events give the same hand-overs.
 */
export class Dispatcher implements QueueOwner {
  readonly #options: DispatcherOptions;
  readonly #clock: Clock;
  readonly #ring: Ring;
  readonly #ranks: Ranks;
  readonly #inFlight: InFlight;
  // Who has to wait for a due, the earliest first.
  readonly #undue = new Heap<"undueSlot", Queue>("undueSlot", (a, b) => a.due < b.due);
  #turnAsked = false;
  #alarm: { readonly time: MonotonicMs; readonly timer: Timer } | undefined;
  #attached = 0;
  #open = 0;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#ring = new Ring(
      options.ring,
      () => this.#clock.now(),
      (queue) => this.#wasEvicted(queue),
    );
    this.#ranks = new Ranks(Math.max(options.slice, options.handOver));
    this.#inFlight = new InFlight(options.inFlight);
  }

  /** What is held now: open queues, waiting messages and their bytes, bytes under way. */
  get held(): {
    readonly queues: number;
    readonly messages: number;
    readonly bytes: number;
    readonly inFlight: number;
  } {
    return { queues: this.#open, ...this.#ring.used, inFlight: this.#inFlight.bytes };
  }

  /** Gives a playback its place. `close` of the queue gives it back. */
  attach(sink: Sink, source: Source): Queue {
    this.#attached += 1;
    this.#open += 1;
    return new Queue(this, this.#attached, sink, source);
  }

  offer(queue: Queue, message: Message): boolean {
    if (queue.closed || this.#ring.windowIsFull(queue)) return false;
    const isFirst = !queue.hasWork;
    const due = queue.period === undefined ? ALWAYS : queue.source.due(message);
    if (!this.#ring.admit(message, { queue, due })) {
      this.#place(queue);
      return false;
    }
    if (isFirst) this.#place(queue);
    else this.#ring.rank(queue);
    return true;
  }

  begin(queue: Queue, standing: Standing): void {
    if (queue.closed) return;
    this.#ring.clear(queue);
    this.#withdraw(queue);
    queue.priority = standing.priority;
    queue.period = standing.period;
    // What is left of a started message is ranked like one that is due now, not by an epoch that is over.
    queue.due = this.#clock.now();
    this.#place(queue);
  }

  drained(queue: Queue): void {
    if (queue.closed || !queue.setAside) return;
    queue.setAside = false;
    this.#inFlight.progress(queue, queue.started?.message.bytes ?? 0, this.#clock.now());
    // Placed first: while others are evicted in its favour, every heap must know that it is back.
    this.#place(queue);
    if (queue.refused) queue.source.drain();
    this.#askForTurn();
  }

  close(queue: Queue): void {
    if (queue.closed) return;
    queue.closed = true;
    this.#open -= 1;
    this.#ring.clear(queue);
    this.#withdraw(queue);
    queue.started = undefined;
    this.#inFlight.progress(queue, 0, this.#clock.now());
    this.#askForTurn();
  }

  #askForTurn(): void {
    if (this.#turnAsked) return;
    this.#turnAsked = true;
    this.#clock.defer(() => this.#turn());
  }

  // The turn counts as asked for while it runs: what happens in it needs no other one.
  #turn(): void {
    this.#wakeDue(this.#clock.now());
    this.#ring.serveRefused();
    let goesOn = true;
    for (let count = 0; goesOn && count < this.#options.batch; count += 1) {
      goesOn = this.#step(this.#clock.now());
      this.#ring.serveRefused();
    }
    this.#turnAsked = false;
    if (this.#next() === undefined) this.#setAlarm();
    else this.#askForTurn();
  }

  /** One choice and what follows from it. @returns whether anything could go */
  #step(now: MonotonicMs): boolean {
    const queue = this.#next();
    if (queue === undefined) return false;
    if (isLate(queue, now)) this.#skip(queue, now);
    else this.#handOver(queue, now);
    return true;
  }

  /** Who goes next, as the bound on what is under way allows. */
  #next(): Queue | undefined {
    const best = this.#ranks.best();
    if (best === undefined || best.started !== undefined) return best;
    const first = best.waiting[0];
    if (first === undefined || this.#inFlight.hasRoom(first.bytes)) return best;
    return this.#makeRoom(first.bytes) ? best : this.#bestStarted();
  }

  #makeRoom(bytes: number): boolean {
    const now = this.#clock.now();
    while (!this.#inFlight.hasRoom(bytes)) {
      const stuck = this.#inFlight.stuck(now);
      if (stuck === undefined) return false;
      const seconds = Math.round((now - stuck.progressAt) / 1000);
      const underWay = `while ${this.#inFlight.bytes} bytes were under way`;
      const reason = `the client took nothing for ${seconds} s ${underWay}`;
      this.close(stuck);
      stuck.sink.abandon(fault("CONNECTION_STALLED", `${reason}, as many as the server allows`));
    }
    return true;
  }

  // Rare, and so a plain search: only while as many bytes are under way as may be.
  #bestStarted(): Queue | undefined {
    let best: Queue | undefined;
    for (const queue of this.#inFlight.queues) {
      if (queue.started === undefined || queue.setAside) continue;
      if (best === undefined || queue.priority < best.priority) best = queue;
    }
    return best;
  }

  #skip(queue: Queue, now: MonotonicMs): void {
    this.#ring.clear(queue);
    this.#place(queue);
    queue.source.skip(now);
  }

  #handOver(queue: Queue, now: MonotonicMs): void {
    const starting = queue.started === undefined ? this.#startMessages(queue) : NO_MESSAGES;
    const handOver = this.#cut(queue, starting);
    const answer = queue.sink.send(handOver);
    // A sink may find out here that its client is gone: everything has been given back then.
    if (queue.closed) return;
    this.#ranks.charge(queue, handOver.bytes);
    queue.setAside = answer === "wait";
    this.#inFlight.progress(queue, underWay(queue, starting), now);
    for (const message of starting) queue.source.started(message, now);
    if (queue.closed) return;
    this.#place(queue);
    if (starting.length === 0) return;
    // The room it leaves is for those who were refused, and only then for itself.
    this.#ring.serveRefused();
    queue.source.drain();
  }

  /** Messages that leave the ring to go together. */
  #startMessages(queue: Queue): readonly Message[] {
    const messages = [this.#ring.start(queue)];
    let bytes = totalBytes(messages);
    // A timed queue's next message has a due of its own, which follows from when this one left.
    while (queue.period === undefined) {
      const next = queue.waiting[0];
      if (next === undefined || bytes + next.bytes > this.#options.handOver) break;
      if (!this.#inFlight.hasRoom(bytes + next.bytes)) break;
      bytes += next.bytes;
      messages.push(this.#ring.start(queue));
    }
    return messages;
  }

  /** What the sink gets: messages that start and end here, or a slice of one. */
  #cut(queue: Queue, starting: readonly Message[]): HandOver {
    const [first, second] = starting;
    if (first !== undefined && (second !== undefined || first.bytes <= this.#options.slice)) {
      const parts = second === undefined ? first.parts : joinParts(starting);
      return { parts, bytes: Bytes(totalBytes(starting)), continues: false };
    }
    if (first !== undefined) queue.started = new Slicer(first);
    const slicer = present(queue.started, "nothing has started");
    const before = slicer.left;
    const parts = slicer.take(this.#options.slice);
    const continues = slicer.left > 0;
    if (!continues) queue.started = undefined;
    return { parts, bytes: Bytes(before - slicer.left), continues };
  }

  /** Moves the queue to where its facts say that it belongs. */
  #place(queue: Queue): void {
    const first = queue.started?.message ?? queue.waiting[0];
    const isTimed = queue.period !== undefined;
    if (first !== undefined)
      queue.due = isTimed && queue.started === undefined ? queue.source.due(first) : queue.due;
    const waits = isTimed && queue.started === undefined && queue.due > this.#clock.now();
    queue.isUndue = waits;
    const canGo = first !== undefined && !queue.setAside && !waits;
    if (canGo) this.#ranks.enter(queue);
    else this.#ranks.leave(queue);
    if (waits && !queue.setAside && (first !== undefined || queue.refused)) this.#undue.place(queue);
    else if (queue.undueSlot >= 0) this.#undue.remove(queue);
    this.#ring.rank(queue);
    if (canGo) this.#askForTurn();
    else this.#setAlarm();
  }

  #withdraw(queue: Queue): void {
    this.#ranks.leave(queue);
    this.#undue.remove(queue);
  }

  #wasEvicted(queue: Queue): void {
    queue.source.returned(1);
    this.#place(queue);
  }

  #wakeDue(now: MonotonicMs): void {
    for (;;) {
      const queue = this.#undue.peek();
      if (queue === undefined || queue.due > now) return;
      this.#undue.remove(queue);
      this.#place(queue);
    }
  }

  /** One timer serves all: it wakes for the earliest due, or when a stuck client may be closed. */
  #setAlarm(): void {
    if (this.#turnAsked) return;
    const time = this.#nextAlarm();
    if (time === this.#alarm?.time) return;
    this.#alarm?.timer.cancel();
    this.#alarm = undefined;
    if (time === undefined) return;
    const timer = this.#clock.at(time, () => {
      this.#alarm = undefined;
      this.#askForTurn();
    });
    this.#alarm = { time, timer };
  }

  #nextAlarm(): MonotonicMs | undefined {
    const due = this.#undue.peek()?.due;
    const stuckAt = this.#ranks.best() === undefined ? undefined : this.#inFlight.nextStuckAt();
    if (due === undefined || stuckAt === undefined) return due ?? stuckAt;
    return due < stuckAt ? due : stuckAt;
  }
}

/** Whether the first message should give way to a newer one; one of which bytes have left never does. */
function isLate(queue: Queue, now: MonotonicMs): boolean {
  const first = queue.waiting[0];
  if (queue.period === undefined || queue.started !== undefined || first === undefined) return false;
  return queue.source.isLate(first, now);
}

const NO_MESSAGES: readonly Message[] = [];

/** Bytes of messages that have started and of which the last write has not completed. */
function underWay(queue: Queue, starting: readonly Message[]): number {
  return queue.setAside ? queue.inFlight + totalBytes(starting) : (queue.started?.message.bytes ?? 0);
}

function totalBytes(messages: readonly Message[]): number {
  let bytes = 0;
  for (const message of messages) bytes += message.bytes;
  return bytes;
}

// Plain loops: this runs for every hand-over, and `flatMap` costs as much as the choice.
function joinParts(messages: readonly Message[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (const message of messages) for (const part of message.parts) parts.push(part);
  return parts;
}
