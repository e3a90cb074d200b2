import type { Clock } from "../base/clock.ts";
import type { Waits } from "../base/events.ts";
import type { Bytes, MonotonicMs, Priority } from "../base/units.ts";
import { Alarm, earliest } from "./alarm.ts";
import { Choice } from "./choice.ts";
import { type EgressLimits, type Floors as Shares, NO_LIMITS } from "./egress.ts";
import { Floors } from "./floors.ts";
import { ALWAYS, Gate, type Tokens } from "./gate.ts";
import { Holds } from "./holds.ts";
import { InFlight } from "./inFlight.ts";
import type { Message } from "./message.ts";
import { Parcels, totalBytes } from "./parcel.ts";
import { Precedence } from "./precedence.ts";
import { type Account, NO_ROUND, Queue, type QueueOwner, openAccount } from "./queue.ts";
import { Ranks } from "./ranks.ts";
import { Ring, type RingLimits } from "./ring.ts";
import type { Sink } from "./sink.ts";
import type { Source, Standing } from "./source.ts";
import { type Usage, Usages } from "./usage.ts";
import { Meter, NO_WAITS, type WaitingFor } from "./waits.ts";

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
  /** Default: no limits. */
  readonly egress?: EgressLimits;
  /** Shares above 0, together at most 1. Default: none, which is the policy `strict`. */
  readonly floors?: Shares;
};

/**
 * Decides which waiting message goes next, and hands it to its client's sink. Events (an offer, a drain,
 * a time that has come) set facts and ask for a turn; the turn makes up to `batch` hand-overs, choosing
 * anew before each. It does no input or output of its own, and the same events give the same hand-overs.
 *
 * Who has messages, a client that takes them, a due that has come and tokens of its own can go, and is in
 * the ranks. The server's bucket is asked for the one that is chosen: while it waits, nobody worse goes.
 */
export class Dispatcher implements QueueOwner {
  readonly #options: DispatcherOptions;
  readonly #clock: Clock;
  readonly #ring: Ring;
  readonly #ranks: Ranks;
  readonly #inFlight: InFlight;
  readonly #gate: Gate;
  readonly #parcels: Parcels;
  readonly #precedence = new Precedence();
  readonly #usages = new Usages();
  readonly #holds: Holds;
  readonly #choice: Choice;
  readonly #alarm: Alarm;
  #turnAsked = false;
  /** In a turn, everything in one step happens at one moment. */
  #isInTurn = false;
  #stepTime = ALWAYS;
  /** When the server's bucket has what the chosen hand-over needs. */
  #tokensAt: MonotonicMs | undefined;
  #attached = 0;
  #open = 0;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#gate = new Gate(options.egress ?? NO_LIMITS, options.slice);
    const largest = Math.max(options.slice, options.handOver);
    const floors = options.floors?.size ? new Floors(options.floors, largest) : undefined;
    this.#ranks = new Ranks(largest, floors);
    this.#ring = new Ring(options.ring, {
      now: () => this.#now(),
      shut: this.#ranks,
      turnBytes: largest,
      floors: [...(options.floors?.keys() ?? [])],
      evicted: (queue) => this.#wasEvicted(queue),
    });
    this.#holds = new Holds({
      gate: this.#gate,
      ranks: this.#ranks,
      ring: this.#ring,
      precedence: this.#precedence,
    });
    this.#inFlight = new InFlight(options.inFlight);
    this.#choice = new Choice({
      ranks: this.#ranks,
      gate: this.#gate,
      inFlight: this.#inFlight,
      close: (queue) => this.close(queue),
    });
    this.#parcels = new Parcels(options, this.#ring, this.#inFlight);
    this.#alarm = new Alarm(options.clock, () => this.#askForTurn());
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

  /** What each priority that was ever used has had, the best first. */
  get usage(): Iterable<Usage> {
    return this.#usages;
  }

  /** What may leave at once, by the budgets that clients share. */
  get tokens(): Tokens {
    return this.#gate.tokensAt(this.#clock.now());
  }

  /** Gives a playback its place. `close` of the queue gives it back. @param account its client's */
  attach(sink: Sink, source: Source, account = openAccount()): Queue {
    this.#attached += 1;
    this.#open += 1;
    const ends = { sink, source, account, meter: new Meter(this.#precedence) };
    return this.#gate.enter(new Queue(this, this.#attached, ends));
  }

  offer(queue: Queue, message: Message): boolean {
    if (queue.closed || this.#ring.windowIsFull(queue)) return false;
    const isFirst = !queue.hasWork;
    const due = queue.period === undefined ? ALWAYS : queue.source.due(message);
    if (queue.period !== undefined && queue.waiting.length === 0) queue.meter.want(due);
    const opens = this.#holds.opensForOffer(queue, message, due);
    if (!this.#ring.admit(message, { queue, due, opens })) {
      this.#place(queue, this.#now());
      return false;
    }
    if (isFirst) this.#place(queue, this.#now());
    // Behind others that wait, it changes nothing of where the queue belongs.
    else if (queue.waiting.length === 1) this.#ring.rank(queue);
    return true;
  }

  begin(queue: Queue, standing: Standing): void {
    if (queue.closed) return;
    const now = this.#now();
    this.#ring.clear(queue);
    this.#move(queue, standing.priority, now);
    queue.period = standing.period;
    // What is left of a started message is ranked like one that is due now, not by an epoch that is over.
    queue.due = now;
    // What is left of a turn is of the epoch that is over, too.
    forfeitTurn(queue);
    queue.meter.begin(now);
    this.#place(queue, now);
  }

  rerank(queue: Queue, priority: Priority): void {
    if (queue.closed || queue.priority === priority) return;
    const now = this.#now();
    queue.meter.moves(queue.priority, priority, now);
    this.#move(queue, priority, now);
    forfeitTurn(queue);
    this.#place(queue, now);
    // Whoever was refused may have a better claim on a slot now, or this one on theirs.
    this.#askForTurn();
  }

  waited(queue: Queue): Waits {
    const waits = queue.meter.left(queue, this.#now());
    this.#usages.of(queue.priority).started(0, waits);
    return waits;
  }

  /** Lines went to a client beside its messages: they wait for no bucket, and are charged all the same. */
  charge(account: Account, bytes: number): void {
    const now = this.#now();
    this.#gate.charge(account, bytes, now);
    // Its client's bucket may keep them for longer now.
    for (const each of account.queues ?? []) this.#place(each, now);
  }

  drained(queue: Queue): void {
    if (queue.closed || !queue.setAside) return;
    const now = this.#now();
    queue.setAside = false;
    this.#inFlight.progress(queue, queue.started?.message.bytes ?? 0, now);
    // Placed first: while others are evicted in its favour, every heap must know that it is back.
    this.#place(queue, now);
    if (queue.refused) queue.source.drain();
    this.#askForTurn();
  }

  close(queue: Queue): void {
    if (queue.closed) return;
    const now = this.#now();
    queue.closed = true;
    this.#open -= 1;
    this.#gate.leave(queue);
    this.#ring.clear(queue);
    this.#withdraw(queue, now);
    queue.started = undefined;
    this.#inFlight.progress(queue, 0, now);
    this.#askForTurn();
  }

  #now(): MonotonicMs {
    return this.#isInTurn ? this.#stepTime : this.#clock.now();
  }

  #askForTurn(): void {
    if (this.#turnAsked) return;
    this.#turnAsked = true;
    this.#clock.defer(() => this.#turn());
  }

  // The turn counts as asked for while it runs: what happens in it needs no other one.
  #turn(): void {
    this.#isInTurn = true;
    this.#stepTime = this.#clock.now();
    this.#holds.wake(this.#stepTime, (queue) => this.#place(queue, this.#stepTime));
    this.#ring.serveRefused();
    let goesOn = true;
    for (let count = 0; goesOn && count < this.#options.batch; count += 1) {
      this.#stepTime = this.#clock.now();
      goesOn = this.#step(this.#stepTime);
      this.#ring.serveRefused();
    }
    const hasNext = this.#canStep(this.#stepTime);
    this.#isInTurn = false;
    this.#turnAsked = false;
    if (hasNext) this.#askForTurn();
    else this.#setAlarm();
  }

  /** One choice and what follows from it. @returns whether anything could go */
  #step(now: MonotonicMs): boolean {
    const first = this.#choice.next(now);
    if (first === undefined) return false;
    const isSkipped = isLate(first, now);
    if (isSkipped) this.#skip(first, now);
    // What takes the place of a late message takes its turn: a skip alone would be a hand-over less.
    const queue = isSkipped ? this.#choice.next(now) : first;
    if (queue === undefined || isLate(queue, now)) return queue !== undefined;
    if (queue.sink.isBusy === true) return this.#setAside(queue, now);
    if (this.#gate.serverReadyAt(queue) > now) return false;
    this.#handOver(queue, now);
    return true;
  }

  /** Whether another step would do something now; if not, notes what is waited for. */
  #canStep(now: MonotonicMs): boolean {
    const queue = this.#choice.next(now);
    const { blocked } = this.#choice;
    this.#tokensAt = undefined;
    if (blocked !== undefined) this.#precedence.lacksRoom(blocked.priority, now);
    if (queue === undefined) {
      if (blocked === undefined) this.#precedence.rests(now);
      return false;
    }
    const tokensAt = this.#gate.serverReadyAt(queue);
    if (tokensAt <= now || isLate(queue, now) || queue.sink.isBusy === true) return true;
    this.#tokensAt = tokensAt;
    if (blocked === undefined) this.#precedence.lacksTokens(queue.priority, now);
    return false;
  }

  #setAside(queue: Queue, now: MonotonicMs): true {
    queue.setAside = true;
    this.#place(queue, now);
    return true;
  }

  #skip(queue: Queue, now: MonotonicMs): void {
    this.#ring.clear(queue);
    const waits = queue.meter.left(queue, now);
    this.#usages.of(queue.priority).started(0, waits);
    this.#place(queue, now);
    queue.source.skip(now, waits);
  }

  #handOver(queue: Queue, now: MonotonicMs): void {
    const { blocked } = this.#choice;
    if (blocked === undefined) this.#precedence.goes(queue.priority, now);
    else this.#precedence.lacksRoom(blocked.priority, now);
    const before = queue.started?.message;
    const starting = this.#parcels.start(queue, this.#gate.roomFor(queue, now));
    const handOver = this.#parcels.cut(queue, starting);
    const others = this.#gate.take(queue, handOver.bytes, now);
    // Charged before: the sink may answer with lines, which put the queue where it belongs.
    this.#ranks.charge(queue, handOver.bytes);
    for (const other of others) this.#place(other, now);
    const answer = queue.sink.send(handOver);
    const usage = this.#usages.of(queue.priority);
    usage.handOver(handOver.bytes);
    // A sink may find out here that its client is gone: everything has been given back then.
    if (queue.closed) return;
    queue.setAside = answer === "wait";
    this.#inFlight.progress(queue, underWay(queue, starting), now);
    if (starting.length > 0) {
      let waits = queue.meter.left(queue, now);
      usage.started(starting.length, waits);
      for (const message of starting) {
        queue.source.started(message, now, waits);
        waits = NO_WAITS;
      }
      if (queue.closed) return;
      if (queue.started !== undefined) this.#wantNext(queue);
    }
    this.#place(queue, now);
    if (before !== undefined) {
      if (queue.started === undefined) queue.source.finished(before, now);
      return;
    }
    // The room it leaves is for those who were refused and need it, and only then for itself.
    this.#ring.serveNeedy();
    queue.source.drain();
  }

  // The due of what follows a large message may pass while that is being sent.
  #wantNext(queue: Queue): void {
    const [next] = queue.waiting;
    if (queue.period !== undefined && next !== undefined) queue.meter.want(queue.source.due(next));
  }

  /** Moves the queue to where its facts say that it belongs. */
  #place(queue: Queue, now: MonotonicMs): void {
    const first = queue.started?.message ?? queue.waiting[0];
    const isTimed = queue.period !== undefined && queue.started === undefined;
    if (first !== undefined && isTimed) {
      queue.due = queue.source.due(first);
      queue.meter.want(queue.due);
    }
    const lacksTokens = this.#holds.look(queue, now);
    const canGo = first !== undefined && !queue.setAside && !queue.isHeld;
    if (canGo) this.#ranks.enter(queue);
    else this.#ranks.leave(queue);
    this.#holds.place(queue);
    this.#ring.rank(queue);
    queue.meter.waitsFor(waitingFor(queue, lacksTokens), queue.priority, now);
    const opensPriority = this.#holds.weigh(queue.priority, now);
    // Whoever leaves while everybody waits for it, for tokens or for room, lets others go.
    const letsGo = opensPriority || this.#tokensAt !== undefined || this.#choice.blocked !== undefined;
    if (canGo || letsGo) this.#askForTurn();
    else this.#setAlarm();
  }

  /** Takes the queue out of its priority and into another; `#place` follows. */
  #move(queue: Queue, priority: Priority, now: MonotonicMs): void {
    this.#withdraw(queue, now);
    this.#inFlight.move(queue, priority);
    this.#ring.move(queue, priority);
    queue.priority = priority;
  }

  #withdraw(queue: Queue, now: MonotonicMs): void {
    this.#ranks.leave(queue);
    this.#holds.remove(queue);
    if (this.#holds.weigh(queue.priority, now)) this.#askForTurn();
  }

  #wasEvicted(queue: Queue): void {
    queue.source.returned(1);
    this.#place(queue, this.#now());
  }

  /** It wakes for whatever comes first: a due, tokens, or a stuck client that may be closed. */
  #setAlarm(): void {
    if (this.#turnAsked) return;
    this.#alarm.set(earliest(this.#holds.next, this.#tokensAt, this.#choice.changesAt));
  }
}

/** What is left of its turn is lost, and it is of no round; what it owes it keeps. */
function forfeitTurn(queue: Queue): void {
  queue.deficit = Math.min(queue.deficit, 0);
  queue.round = NO_ROUND;
}

/** What keeps the queue from going, when that does not depend on others. */
function waitingFor(queue: Queue, lacksTokens: boolean): WaitingFor {
  if (queue.setAside) return "client";
  if (!queue.hasWork) return queue.refused ? "ring" : "production";
  if (!queue.isHeld) return "able";
  // Before the due nothing is counted, and after it the clock may be a moment late.
  return lacksTokens ? "budget" : "turn";
}

/** Whether the first message should give way to a newer one; one of which bytes have left never does. */
function isLate(queue: Queue, now: MonotonicMs): boolean {
  const first = queue.waiting[0];
  if (queue.period === undefined || queue.started !== undefined || first === undefined) return false;
  return queue.source.isLate(first, now);
}

/** Bytes of messages that have started and of which the last write has not completed. */
function underWay(queue: Queue, starting: readonly Message[]): number {
  return queue.setAside ? queue.inFlight + totalBytes(starting) : (queue.started?.message.bytes ?? 0);
}
