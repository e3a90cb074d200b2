import type { Clock } from "../base/clock.ts";
import type { Fault } from "../base/errors.ts";
import { events, type Progress, type Receipt, type ReceiptSoFar, type Waits } from "../base/events.ts";
import { Epoch as EpochNumber, type MonotonicMs, type Priority, WORST_PRIORITY } from "../base/units.ts";
import { Epoch } from "./epoch.ts";
import type { Frames } from "./frames.ts";
import type { LookAhead } from "./lookout.ts";
import type { Outlet, OutletSource, OutgoingMessage } from "./outlet.ts";
import type { Plan } from "./plan.ts";

/** Told what becomes of a playback. */
export interface PlaybackListener {
  /**
   * An epoch ended; no message of it starts after this. `error` says why, when it did not end by itself or
   * by a command: then a message that has started may still be on its way. One that ends by itself has been
   * handed over to its last byte.
   */
  ended(receipt: Receipt, plan: Plan, error: Fault | undefined): void;
}

export type PlaybackOptions = {
  readonly clock: Clock;
  readonly frames: Frames;
  readonly lookAhead: LookAhead;
  /** Names the connection in events. */
  readonly connection: number;
  /** The id under which it is listed, which names it in events; undefined where nothing is listed. */
  readonly id?: string | undefined;
  readonly listener: PlaybackListener;
  /** Gives the playback its place in the dispatcher. */
  readonly attach: (source: OutletSource) => Outlet;
};

/**
 * What one viewer watches. Each command opens an epoch and ends the one before; the movie's end leaves the
 * playback idle until the next command.
 */
export class Playback implements OutletSource {
  readonly #options: PlaybackOptions;
  readonly #outlet: Outlet;
  #epochs = 0;
  #epoch: Epoch | undefined;
  /** Of what was played last: what is left of a message that has started keeps it. */
  #priority: Priority = WORST_PRIORITY;

  constructor(options: PlaybackOptions) {
    this.#options = options;
    this.#outlet = options.attach(this);
  }

  /** The movie that plays. */
  get movie(): string | undefined {
    return this.#epoch?.plan.log.name;
  }

  /** The number of the epoch that plays. */
  get epoch(): EpochNumber | undefined {
    return this.#epoch?.number;
  }

  /** Whether what plays ends with the message under way: nothing else is to come. */
  get isEnding(): boolean {
    return this.#epoch?.isEnding ?? false;
  }

  /** What the receipt of what plays would say now. */
  get receiptSoFar(): ReceiptSoFar | undefined {
    return this.#epoch?.receiptSoFar;
  }

  /** How what plays comes along: cheaper than its receipt. */
  get progress(): Progress | undefined {
    return this.#epoch?.progress;
  }

  /** Starts or seeks: what plays is replaced. */
  play(plan: Plan): void {
    this.#giveUp();
    this.#epoch?.end("replaced");
    const { clock, frames, lookAhead, connection } = this.#options;
    const number = this.#nextEpoch();
    const host = {
      frames,
      now: () => clock.now(),
      defer: (turn: () => void) => clock.defer(turn),
      offer: (message: OutgoingMessage) => this.#outlet.offer(message),
      ended: (receipt: Receipt, error: Fault | undefined) => this.#ended(epoch, receipt, error),
    };
    const epoch = new Epoch(number, plan, host, lookAhead);
    this.#epoch = epoch;
    this.#priority = plan.priority;
    this.#outlet.begin({ priority: plan.priority, period: epoch.period });
    events.playbackStarted.publish({
      connection,
      playback: this.#options.id,
      epoch: number,
      movie: plan.log.name,
      priority: plan.priority,
    });
    // In a turn of its own: of a flood of commands, only the last costs more than its line.
    clock.defer(() => epoch.fill());
  }

  /** Stops what plays. When nothing does, nothing changes but the epoch. */
  stop(error?: Fault): void {
    this.#giveUp();
    this.#nextEpoch();
    this.#outlet.begin({ priority: this.#priority, period: undefined });
    this.#epoch?.end("stopped", error);
  }

  /**
   * Gives what plays another priority: it goes on where it is, in the same epoch. Of what is played next, its
   * command says the priority. When nothing plays, nothing changes.
   * @param wish what its client asked for, when it was its client
   */
  prioritize(priority: Priority, wish?: Priority): void {
    const epoch = this.#epoch;
    const from = this.#priority;
    if (epoch === undefined) return;
    epoch.prioritize(priority, wish);
    if (priority === from) return;
    this.#priority = priority;
    this.#outlet.rerank(priority);
    events.playbackReprioritized.publish({
      connection: this.#options.connection,
      playback: this.#options.id,
      epoch: epoch.number,
      movie: epoch.plan.log.name,
      from,
      to: priority,
    });
  }

  /** The viewer is gone: everything it held is given back. May be called twice. */
  close(): void {
    this.#giveUp();
    this.#outlet.close();
    this.#epoch?.end("closed");
  }

  drain(): void {
    this.#epoch?.drain();
  }

  returned(count: number): void {
    this.#epoch?.returned(count);
  }

  started(message: OutgoingMessage, now: MonotonicMs, waits: Waits): void {
    const continues = this.#outlet.started?.message === message;
    this.#current(message)?.started(message, now, waits, { continues });
  }

  finished(message: OutgoingMessage, now: MonotonicMs): void {
    this.#current(message)?.finished(now);
  }

  /** When a message is due on its timeline, whichever place it has; undefined for an untimed one. */
  timelineDue(message: OutgoingMessage): MonotonicMs | undefined {
    return this.#current(message)?.timelineDue(message);
  }

  due(message: OutgoingMessage): MonotonicMs {
    return this.#current(message)?.due(message) ?? this.#options.clock.now();
  }

  isLate(message: OutgoingMessage, now: MonotonicMs): boolean {
    return this.#current(message)?.isLate(message, now) ?? false;
  }

  skip(now: MonotonicMs, waits: Waits): void {
    this.#epoch?.skip(now, waits);
  }

  /** What still waits will not leave: its epoch is told what it waited for. */
  #giveUp(): void {
    this.#epoch?.gaveUp(this.#outlet.waited());
  }

  #nextEpoch(): EpochNumber {
    this.#epochs += 1;
    return EpochNumber(this.#epochs);
  }

  // A started message of an epoch that is over may still be sliced; its epoch no longer cares.
  #current(message: OutgoingMessage): Epoch | undefined {
    return this.#epoch?.number === message.epoch ? this.#epoch : undefined;
  }

  #ended(epoch: Epoch, receipt: Receipt, error: Fault | undefined): void {
    if (this.#epoch === epoch) this.#epoch = undefined;
    const { connection, id: playback } = this.#options;
    events.playbackEnded.publish({ connection, playback, receipt, code: error?.code });
    this.#options.listener.ended(receipt, epoch.plan, error);
  }
}
