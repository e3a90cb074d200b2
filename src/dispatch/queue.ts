import { present } from "../base/assert.ts";
import type { Waits } from "../base/events.ts";
import {
  type Bytes,
  Bytes as bytes,
  MonotonicMs,
  type Ms,
  WORST_PRIORITY,
  type Priority,
} from "../base/units.ts";
import type { Bucket } from "./bucket.ts";
import type { Message } from "./message.ts";
import type { Sink } from "./sink.ts";
import type { Slicer } from "./slicer.ts";
import type { Source, Standing } from "./source.ts";
import type { Meter } from "./waits.ts";

/** What a queue tells its dispatcher. */
export interface QueueOwner {
  offer(queue: Queue, message: Message): boolean;
  begin(queue: Queue, standing: Standing): void;
  rerank(queue: Queue, priority: Priority): void;
  drained(queue: Queue): void;
  waited(queue: Queue): Waits;
  close(queue: Queue): void;
}

/** The round of a queue that has had no turn yet, or none that counts any more. */
export const NO_ROUND = Number.NEGATIVE_INFINITY;

/**
 * What one client may be sent: one for all that it plays, at once or one after the other. Filled in by the
 * gate, and only where clients have limits.
 */
export type Account = {
  /** Undefined as long as nothing was asked of it. */
  bucket: Bucket | undefined;
  /** Those that are sent out of it. */
  queues: Set<Queue> | undefined;
};

export function openAccount(): Account {
  return { bucket: undefined, queues: undefined };
}

/** What a queue stands between, and what counts its time. */
export type Ends = {
  readonly sink: Sink;
  readonly source: Source;
  readonly account: Account;
  readonly meter: Meter;
};

/**
 * One playback's place in the dispatcher: the messages it has waiting, what has started, and the facts
 * that decide when it may go. Made by `Dispatcher.attach`; its playback offers, its sink drains.
 *
 *     playback ─ offer ─▶ [waiting … waiting] ─▶ started ─▶ sink
 *                └── in the ring ──────────┘    └─ in flight ─┘
 */
export class Queue {
  /** The order of attachment: breaks ties, so that the choice never depends on chance. */
  readonly id: number;
  readonly sink: Sink;
  readonly source: Source;
  /** What its client may be sent. */
  readonly account: Account;
  /** Where its time goes. */
  readonly meter: Meter;
  readonly #owner: QueueOwner;

  priority: Priority = WORST_PRIORITY;
  period: Ms | undefined = undefined;
  readonly waiting: Message[] = [];
  waitingBytes: Bytes = bytes(0);
  /** The message of which some bytes have left, and not all. */
  started: Slicer | undefined = undefined;
  /** Its sink has said "wait" and not yet drained. */
  setAside = false;
  closed = false;
  /** An offer was refused since the last call of `drain`. */
  refused = false;
  /** Breaks ties between refused queues: first refused, first served. */
  refusedAt = 0;
  /** Of the message that was refused, or returned, last. */
  refusedBytes: Bytes = bytes(0);
  /** Of the first message, or of the one that was refused; a time long past for untimed ones. */
  due: MonotonicMs = MonotonicMs(Number.NEGATIVE_INFINITY);
  /** From when on it can go, if its client takes it: its due, or when its own bucket has the bytes. */
  opens: MonotonicMs = MonotonicMs(Number.NEGATIVE_INFINITY);
  /** Whether that is still to come. */
  isHeld = false;
  /** Bytes it may still send in its turn; below 0 it is in debt. */
  deficit = 0;
  /** The round of its present turn, or of its next one. */
  round = NO_ROUND;
  /** Bytes that started and of which the last write has not completed. */
  inFlight: Bytes = bytes(0);
  /** When its client last took a hand-over. */
  progressAt: MonotonicMs = MonotonicMs(0);

  // Its places in the dispatcher's structures; −1 or undefined when it is in none.
  heldSlot = -1;
  deadlineSlot = -1;
  holderSlot = -1;
  holderPlace: "aside" | "held" | "ranked" | undefined = undefined;
  refusedSlot = -1;
  roundNext: Queue | undefined = undefined;
  roundPrevious: Queue | undefined = undefined;
  flightNext: Queue | undefined = undefined;
  flightPrevious: Queue | undefined = undefined;

  constructor(owner: QueueOwner, id: number, { sink, source, account, meter }: Ends) {
    this.id = id;
    this.#owner = owner;
    this.sink = sink;
    this.source = source;
    this.account = account;
    this.meter = meter;
  }

  /** When the first message should have left: one period after its due; never, for untimed ones. */
  get deadline(): number {
    return this.period === undefined ? Number.POSITIVE_INFINITY : this.due + this.period;
  }

  get hasWork(): boolean {
    return this.started !== undefined || this.waiting.length > 0;
  }

  /**
   * Offers the next message of the epoch. Messages come in the order of their numbers.
   * @returns false when there is no room for it: wait for `drain`, then offer it again
   */
  offer(message: Message): boolean {
    return this.#owner.offer(this, message);
  }

  /** Opens an epoch: messages that have not started are dropped, and those to come are ranked so. */
  begin(standing: Standing): void {
    this.#owner.begin(this, standing);
  }

  /**
   * Changes the priority of what plays: of what waits at once, of a started message from its next hand-over
   * on. What waits keeps its place in the ring until the next turn gives that to who deserves it more. May be
   * called at any time but from `due` and `isLate`, which only ask.
   */
  rerank(priority: Priority): void {
    this.#owner.rerank(this, priority);
  }

  /** The client has taken all that its sink was given. */
  drained(): void {
    this.#owner.drained(this);
  }

  /**
   * Where the time went since the last message left or was given up: what waits now is about to be given up.
   * The record is used again after the call.
   */
  waited(): Waits {
    return this.#owner.waited(this);
  }

  /** Gives back everything this playback holds. May be called twice. */
  close(): void {
    this.#owner.close(this);
  }

  /** Puts a message behind the others. */
  push(message: Message): void {
    this.waiting.push(message);
    this.waitingBytes = bytes(this.waitingBytes + message.bytes);
  }

  /** Takes the first waiting message. */
  shift(): Message {
    return this.#left(this.waiting.shift());
  }

  /** Takes the last waiting message. */
  pop(): Message {
    return this.#left(this.waiting.pop());
  }

  #left(message: Message | undefined): Message {
    const taken = present(message, "took a message from an empty queue");
    this.waitingBytes = bytes(this.waitingBytes - taken.bytes);
    return taken;
  }
}
