import type { Clock, Timer } from "../base/clock.ts";
import { type Fault, fault } from "../base/errors.ts";
import { formatRate, mediaTimeAt } from "../base/rate.ts";
import { after, type BitRate, Bytes, FrameNumber, Ms, type Priority } from "../base/units.ts";
import type { FrameEntry } from "../library/log.ts";
import { type Admission, Grant, type Shortage } from "./admission.ts";
import type { FrameRequest, Frames } from "./frames.ts";
import { NeedMeter, needOf, rateFor } from "./need.ts";
import { wishFor } from "./pending.ts";
import type { Plan } from "./plan.ts";

/** Where timed playbacks are admitted. */
export type Gate = { readonly admission: Admission; readonly frames: Frames; readonly clock: Clock };

/** How large a plan's frames are, by one of them; 0 when that cannot be known, or does not matter. */
export type Sample = Bytes;

const UNKNOWN: Sample = Bytes(0);

/** How long a decision waits for its frame: as long, other requests of the client wait with it. */
const PATIENCE = Ms(5000);

/** Frames behind one that cannot be made that are tried: damage is of one frame, or of all. */
const MORE_TRIES = 4;

type Held = { readonly plan: Plan; readonly grant: Grant; readonly meter: NeedMeter };

/** One connection's part in admission: at most one playback is admitted, and at most one decided on. */
export class Admittance {
  /** Undefined: whoever comes is admitted. */
  readonly #gate: Gate | undefined;
  #held: Held | undefined;
  #request: FrameRequest | undefined;
  #timer: Timer | undefined;
  /** The next message that ends was begun by the playback before. */
  #isOther = false;

  constructor(gate: Gate | undefined) {
    this.#gate = gate;
  }

  /**
   * Finds out how large a plan's frames are. When that takes a frame that has to be made, the answer is
   * undefined, and `settle` is called once with it, later, unless it is cancelled. Where others stand in for
   * a frame that cannot be made, or it is left out, the next ones are tried. What cannot be made otherwise,
   * or not in time, decides nothing: its playback is admitted, and tells what is wrong.
   */
  sample(plan: Plan, settle: (sample: Sample) => void): Sample | undefined {
    const entry = someFrame(plan);
    if (this.#gate === undefined || plan.rate === undefined || entry === undefined) return UNKNOWN;
    const { frames, clock } = this.#gate;
    const frame = frames.peek(wishFor(entry, plan.rendition));
    if (frame !== undefined) return frame.bytes;
    const now = clock.now();
    const decide = (found: Sample): void => {
      this.cancel();
      settle(found);
    };
    // As if it played already: those who do are not behind somebody who may yet be refused.
    const deadline = after(now, Ms(mediaTimeAt(plan.rate, 1)));
    const ask = (tried: FrameEntry, tries: number): void => {
      // As it will be sent: of a picture's size the file tells nothing.
      const wish = wishFor(tried, plan.rendition);
      this.#request = frames.request(wish, { priority: plan.priority, deadline }, (outcome) => {
        const next = tries > 0 ? nextFrame(plan, tried) : undefined;
        if ("frame" in outcome) decide(outcome.frame.bytes);
        else if (next === undefined) decide(UNKNOWN);
        else ask(next, tries - 1);
      });
    };
    ask(entry, MORE_TRIES);
    this.#timer = clock.at(after(now, PATIENCE), () => decide(UNKNOWN));
    return undefined;
  }

  /**
   * Admits a plan in the place of what was admitted before, which stays when this one is refused.
   * @param options.isInMessage the playback before has a message under way
   * @throws BUSY
   */
  admit(plan: Plan, bytes: Sample, { isInMessage }: { readonly isInMessage: boolean }): void {
    const { rate, priority } = plan;
    if (this.#gate === undefined || rate === undefined) return;
    const need = needOf(rate, bytes);
    const grant = this.#gate.admission.admit(priority, need, this.#held?.grant);
    if (!(grant instanceof Grant)) throw busy(plan, bytes, grant);
    this.#held = { plan, grant, meter: new NeedMeter(rate, { isKnown: bytes !== UNKNOWN }) };
    this.#isOther = isInMessage;
  }

  /** A message has been handed over to its end. What it shows of the need is noted. */
  sent(bytes: number): void {
    if (this.#held === undefined) return;
    const need = this.#isOther ? undefined : this.#held.meter.sent(bytes);
    this.#isOther = false;
    if (need !== undefined) this.#held.grant.raise(need);
  }

  /** What plays goes with another priority: its need counts there from now on. */
  prioritize(priority: Priority): void {
    this.#held?.grant.move(priority);
  }

  /** The plan plays no more: its place is given back. */
  ended(plan: Plan): void {
    if (this.#held?.plan !== plan) return;
    this.#held.grant.release();
    this.#held = undefined;
  }

  /** Nobody waits for a decision any more. May be called twice. */
  cancel(): void {
    this.#request?.cancel();
    this.#request = undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}

/** The frame that a plan begins with, or the nearest one where that is missing. */
function someFrame({ log, start }: Plan): FrameEntry | undefined {
  return log.atOrAfter(start) ?? log.atOrBefore(start);
}

/** The frame that is shown, or whose size a black one has, where this one cannot be made. */
function nextFrame({ log, missing }: Plan, { number }: FrameEntry): FrameEntry | undefined {
  return missing === "error" ? undefined : log.atOrAfter(FrameNumber(number + 1));
}

function busy({ rate, priority }: Plan, bytes: Bytes, { needed, free }: Shortage): Fault {
  const frames = `${rate && formatRate(rate)} frames of ${bytes} B a second`;
  const fitting = Math.floor(HUNDREDTHS * rateFor(free, bytes)) / HUNDREDTHS;
  const advice = fitting > 0 ? `at most ${fitting} frames a second would fit` : "no rate would fit";
  const found = `found a need of ${megabits(needed, Math.ceil)} (${frames})`;
  const room = `expected at most the ${megabits(free, Math.floor)} that are free for priority ${priority}`;
  return fault("BUSY", `${found}, ${room}: ${advice}`);
}

const HUNDREDTHS = 100;

// What is needed is rounded up and what is free down: they never read the same when one is larger.
function megabits(bits: BitRate, round: (value: number) => number): string {
  return `${round((bits / 1e6) * HUNDREDTHS) / HUNDREDTHS} Mbit/s`;
}
