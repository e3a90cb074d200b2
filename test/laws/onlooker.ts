import assert from "node:assert/strict";
import { present } from "../../src/base/assert.ts";
import type { Receipt } from "../../src/base/events.ts";
import { DEFAULT_RATE } from "../../src/base/rate.ts";
import { type HandedOver, type Happening, LABEL_BYTES } from "./contention.ts";
import type { Play, Workload } from "./workloads.ts";

/** A thousandth of a millisecond: what adding up fractions of a period may differ by. */
export const HAIR = 1e-3;

/** A message that left. */
export type Left = {
  readonly time: number;
  /** When its last byte left; Infinity while there are bytes to come. */
  whole: number;
  readonly frame: number;
  /** Undefined for an untimed one. */
  readonly due: number | undefined;
  /** Since when a message was wanted: the next due, or when the one before left, if that is later. */
  readonly wanted: number;
  /** How long its client took nothing, of the time since then. */
  readonly aside: number;
};

/** What one epoch has shown of itself. */
export type Epoch = {
  /** Counts the commands of its viewer, from 1. */
  readonly number: number;
  readonly play: Play;
  readonly opened: number;
  readonly period: number | undefined;
  /** Frames of its movie. */
  readonly frames: number;
  /** Bytes of a message. */
  readonly bytes: number;
  readonly left: Left[];
  /** Of the last message: how many periods after the first one it was due. */
  tick: number;
  receipt: Receipt | undefined;
  ended: number;
};

/**
 * What one can know of a viewer who sees only its client: what it asked for, what it was given, and when
 * it had taken that. Production takes no time, so that a frame is at hand whenever it is due.
 */
export class Onlooker {
  readonly #workload: Workload;
  readonly epochs: Epoch[] = [];
  priority = 255;
  #epoch: Epoch | undefined;
  /** Of the message of which some bytes have left. */
  #rest = 0;
  /** Also when its epoch is over. */
  #begunLast: Left | undefined;
  #restDeadline = 0;
  #isWaiting = false;
  #isLost = false;
  #commands = 0;
  #changedAt = Number.NEGATIVE_INFINITY;
  #asideSince = 0;
  /** When it was set aside since the last message left. */
  #asides: { readonly from: number; readonly to: number }[] = [];
  /** When the last message left, or the epoch was opened. */
  #free = 0;
  #isBehind = false;
  /** When it last gained or lost the ability to go. */
  #since = 0;

  constructor(workload: Workload) {
    this.#workload = workload;
  }

  /** When it was last told something, or lost, or its epoch ended. */
  get changedAt(): number {
    return this.#changedAt;
  }

  /** Whether the connection has ended. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** By when what was handed over last should have left. */
  get sentDeadline(): number {
    return this.#restDeadline;
  }

  /** Bytes of its next hand-over, at the least. */
  get need(): number {
    return Math.min(this.#rest > 0 ? this.#rest : (this.#epoch?.bytes ?? 0), this.#workload.limits.slice);
  }

  get isTimed(): boolean {
    return this.#rest > 0 ? this.#restDeadline < Number.POSITIVE_INFINITY : this.#epoch?.period !== undefined;
  }

  /** Since when it could go; in the future, or never, when it cannot. */
  get readySince(): number {
    if (this.#isLost || this.#isWaiting) return Number.POSITIVE_INFINITY;
    if (this.#rest > 0) return this.#since;
    const epoch = this.#epoch;
    if (epoch === undefined || epoch.receipt !== undefined) return Number.POSITIVE_INFINITY;
    const { play, frames, tick } = epoch;
    if (!play.repeat && tick + 1 >= frames) return Number.POSITIVE_INFINITY;
    return Math.max(this.#since, dueOf(epoch, tick + 1));
  }

  /** Of what goes next. */
  get deadline(): number {
    if (this.#rest > 0) return this.#restDeadline;
    const epoch = this.#epoch;
    if (epoch?.period === undefined) return Number.POSITIVE_INFINITY;
    return placeOf(epoch) + epoch.period;
  }

  apply(happening: Happening): void {
    if (happening.kind === "handOver") return this.#handedOver(happening);
    if (happening.kind === "ended") {
      // An epoch that is replaced tells so after the command that replaces it.
      const ended = this.epochs.find(({ number }) => number === happening.receipt.epoch);
      this.#changedAt = happening.time;
      Object.assign(present(ended, "an epoch that nobody began"), happening, { ended: happening.time });
      return;
    }
    this.#since = happening.time;
    if (happening.kind === "drained") return this.#setAside(happening.time, false);
    this.#changedAt = happening.time;
    if (happening.kind === "lost") this.#isLost = true;
    else if (happening.kind === "play") this.#open(happening.play, happening.time);
    else this.#stop();
  }

  // What is left of a message that has started keeps its priority.
  #stop(): void {
    this.#restDeadline = Number.POSITIVE_INFINITY;
    this.#commands += 1;
    this.#epoch = undefined;
  }

  #setAside(time: number, isWaiting: boolean): void {
    if (this.#isWaiting) this.#asides.push({ from: this.#asideSince, to: time });
    this.#isWaiting = isWaiting;
    this.#asideSince = time;
  }

  #isFree(time: number): void {
    this.#free = time;
    this.#asides = [];
  }

  #open(play: Play, opened: number): void {
    const { size, frames } = present(this.#workload.movies[play.movie], "a movie that is not there");
    const rate = play.rate ?? (play.contract === "all" ? undefined : DEFAULT_RATE);
    const period = rate && (1000 * rate.denominator) / rate.numerator;
    const bytes = size + LABEL_BYTES;
    this.#commands += 1;
    const number = this.#commands;
    this.#epoch = {
      number,
      play,
      opened,
      period,
      frames,
      bytes,
      left: [],
      tick: -1,
      receipt: undefined,
      ended: Number.POSITIVE_INFINITY,
    };
    this.epochs.push(this.#epoch);
    this.#isBehind = false;
    this.#isFree(opened);
    this.priority = play.priority;
    // What is left of a started message ranks like one of the new epoch that is due now.
    this.#restDeadline = opened + (period ?? Number.POSITIVE_INFINITY);
  }

  #handedOver({ time, bytes, frame, sink }: HandedOver): void {
    assert.ok(!this.#isWaiting && !this.#isLost, "given to a client that cannot take it");
    if (this.#rest > 0) {
      assert.ok(bytes <= this.#rest && frame === undefined, "another message begins inside of one");
      this.#rest -= bytes;
      if (this.#rest === 0 && this.#begunLast !== undefined) this.#begunLast.whole = time;
    } else this.#begun(time, bytes, present(frame, "a hand-over without a beginning"));
    this.#since = time;
    this.#setAside(time, sink === "wait");
  }

  #begun(time: number, bytes: number, frame: number): void {
    const epoch = present(this.#epoch, "a message of no epoch");
    const count = Math.max(Math.floor(bytes / epoch.bytes), 1);
    this.#rest = bytes < epoch.bytes ? epoch.bytes - bytes : 0;
    assert.ok(bytes < epoch.bytes || bytes === count * epoch.bytes, "a message has other bytes than it says");
    assert.ok(count === 1 || epoch.period === undefined, "timed messages were gathered");
    const place = placeOf(epoch);
    for (let index = 0; index < count; index += 1)
      this.#begin(epoch, time, ((frame - 1 + index) % epoch.frames) + 1);
    this.#restDeadline = place + (epoch.period ?? Number.POSITIVE_INFINITY);
  }

  #begin(epoch: Epoch, time: number, frame: number): void {
    const tick = isPaced(epoch) ? this.#pacedTick(epoch, time, frame) : epoch.tick + 1;
    assert.equal(frame - 1, tick % epoch.frames, `another frame than the next was sent at ${time} ms`);
    const due = epoch.period === undefined ? undefined : dueOf(epoch, tick);
    assert.ok(due === undefined || time >= due - HAIR, `sent ${(due ?? 0) - time} ms before its due`);
    const wanted = this.#wantedAt(epoch, time);
    this.#begunLast = {
      time,
      whole: this.#rest > 0 ? Number.POSITIVE_INFINITY : time,
      due,
      frame,
      ...wanted,
    };
    epoch.left.push(this.#begunLast);
    epoch.tick = tick;
    this.#isFree(time);
  }

  /** From when on a message was wanted, and how long its client took nothing since then. */
  #wantedAt(epoch: Epoch, time: number): { wanted: number; aside: number } {
    const due = epoch.period === undefined ? this.#free : dueOf(epoch, epoch.tick + 1);
    const wanted = Math.min(Math.max(due, this.#free), time);
    const aside = this.#asides.reduce(
      (sum, { from, to }) => sum + Math.max(to - Math.max(from, wanted), 0),
      0,
    );
    return { wanted, aside };
  }

  /**
   * The newest tick that is due and has this frame. A frame that a newer one could have replaced may only
   * leave when it replaced one itself, or follows one that was late: a server whose turns come more
   * than a period apart would send nothing otherwise.
   */
  #pacedTick(epoch: Epoch, time: number, frame: number): number {
    const newest = Math.max(newestTick(epoch, time), epoch.tick + 1);
    const back = (((newest - (frame - 1)) % epoch.frames) + epoch.frames) % epoch.frames;
    const tick = newest - back;
    const says = `frame ${frame} was sent at ${time} ms, in the place of ${(newest % epoch.frames) + 1}`;
    assert.ok(tick > epoch.tick, `${says}, again`);
    const isLate = back > 0 && dueOf(epoch, tick + 1) < time - HAIR;
    assert.ok(!isLate || this.#isBehind || tick > epoch.tick + 1, `${says}, late`);
    this.#isBehind = back > 0;
    return tick;
  }
}

/** Whether late frames give way to newer ones. */
export function isPaced({ play }: Epoch): boolean {
  return play.contract !== "all";
}

/**
 * The timeline begins when the first message leaves. Under `all` each message that leaves late moves what
 * comes behind it.
 */
export function dueOf({ play, opened, period, left, tick }: Epoch, at: number): number {
  const [first, last] = [left[0], left.at(-1)];
  if (first === undefined || last === undefined) return opened;
  if (period === undefined) return opened;
  if (play.contract !== "all") return first.time + at * period;
  return Math.max(last.due ?? 0, last.time) + (at - tick) * period;
}

/**
 * Since when a playback waits for its turn among equals: the due of what follows the last frame that left. A
 * newer frame that goes instead takes that place.
 */
function placeOf(epoch: Epoch): number {
  return dueOf(epoch, epoch.tick + 1);
}

/** The newest tick that is due; the last of the movie is the newest for ever. */
export function newestTick({ play, period, left, frames }: Epoch, now: number): number {
  const [first] = left;
  if (first === undefined || period === undefined || play.contract === "all") return 0;
  const tick = Math.floor((now - first.time) / period + HAIR / period);
  return play.repeat ? tick : Math.min(tick, frames - 1);
}
