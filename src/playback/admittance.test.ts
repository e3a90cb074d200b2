import assert from "node:assert/strict";
import { test } from "node:test";
import { fault } from "../base/errors.ts";
import { parseRate } from "../base/rate.ts";
import { BitRate, Bytes, FrameNumber, MonotonicMs, Priority } from "../base/units.ts";
import type { Rendition } from "../base/rendition.ts";
import type { FrameWish, ProducedFrame } from "../library/frame.ts";
import { Admission } from "./admission.ts";
import type { FrameOutcome, Frames } from "./frames.ts";
import { makePlan, type Plan, type PlayWish } from "./plan.ts";
import { VirtualClock } from "../simulate/clock.ts";
import { SimulatedLog } from "../simulate/log.ts";
import { Admittance, type Sample } from "./admittance.ts";

const log = new SimulatedLog("sw", [5, 6, 8]);

function planOf(wish: Partial<PlayWish> = {}): Plan {
  const open = { start: undefined, from: undefined, to: undefined, missing: undefined, repeat: true };
  const rest = { rate: parseRate("10"), contract: "paced", priority: Priority(3) } as const;
  return makePlan(log, { ...open, ...rest, ...wish }, undefined);
}

const frame = (bytes: number): ProducedFrame => ({
  parts: [new Uint8Array(bytes)],
  bytes: Bytes(bytes),
  shape: { format: "ppm", width: 1, height: 1 },
  digest: new Uint8Array(32),
  worker: 1,
});

/** Production that makes what it is told to when it is told to. */
class Studio implements Frames {
  readonly clock = new VirtualClock();
  readonly admission = new Admission({
    budget: BitRate(100_000),
    share: 1,
    buckets: new Map(),
    floors: new Map(),
  });
  readonly asked: {
    readonly number: number;
    readonly rendition: Rendition | undefined;
    readonly priority: number;
    readonly deadline: number | undefined;
    readonly settle: (outcome: FrameOutcome) => void;
  }[] = [];
  atHand: ProducedFrame | undefined;
  renditionAtHand: Rendition | undefined;
  cancelled = 0;

  peek({ rendition }: FrameWish): ProducedFrame | undefined {
    return rendition === this.renditionAtHand ? this.atHand : undefined;
  }

  request(...[wish, { priority, deadline }, settle]: Parameters<Frames["request"]>): { cancel: () => void } {
    const { number } = wish.entry;
    const { rendition } = wish;
    this.asked.push({ number, rendition, priority, deadline, settle });
    return { cancel: () => (this.cancelled += 1) };
  }

  get gate(): { admission: Admission; frames: Frames; clock: VirtualClock } {
    return { admission: this.admission, frames: this, clock: this.clock };
  }

  get needed(): number {
    return this.admission.needed(Priority(255));
  }
}

const FRESH = { isInMessage: false };

function found(admittance: Admittance, plan: Plan): { at: Sample | undefined; later: Sample[] } {
  const later: Sample[] = [];
  return { at: admittance.sample(plan, (sample) => later.push(sample)), later };
}

// Most movies are watched by several: the first frame lies in the cache, and nobody has to wait for it.
test("a frame that is at hand says at once what a plan needs", () => {
  const studio = new Studio();
  studio.atHand = frame(1000);
  const admittance = new Admittance(studio.gate);
  assert.equal(found(admittance, planOf()).at, 1000);
  assert.deepEqual(studio.asked, []);
});

// It goes before worse frames, as the playback will.
test("otherwise the first frame is made, with the priority of the playback", () => {
  const studio = new Studio();
  const admittance = new Admittance(studio.gate);
  const { at, later } = found(admittance, planOf({ priority: Priority(1) }));
  assert.equal(at, undefined);
  const [asked] = studio.asked;
  assert.deepEqual([asked?.number, asked?.priority], [5, 1]);
  asked?.settle({ frame: frame(2000) });
  studio.clock.run();
  assert.deepEqual(later, [2000]);
});

// A thumbnail of a hundred megapixels needs what a thumbnail needs.
test("frames are as large as they will be sent", () => {
  const studio = new Studio();
  studio.atHand = frame(1_000_000);
  const rendition = {
    format: "jpeg",
    width: 40,
    quality: 80,
    levels: undefined,
    exposure: undefined,
  } as const;
  const plan = planOf({ rendition });
  assert.equal(found(new Admittance(studio.gate), plan).at, undefined);
  assert.equal(studio.asked[0]?.rendition, rendition);
  studio.renditionAtHand = rendition;
  studio.atHand = frame(900);
  assert.equal(found(new Admittance(studio.gate), plan).at, 900);
});

// Those who play already are due before somebody who has yet to begin.
test("the frame that decides is due a period from now, as if it played already", () => {
  const studio = new Studio();
  studio.clock.run(MonotonicMs(1000));
  found(new Admittance(studio.gate), planOf());
  found(new Admittance(studio.gate), planOf({ rate: parseRate("1/2") }));
  assert.deepEqual(
    studio.asked.map(({ deadline }) => deadline),
    [1100, 3000],
  );
});

// A hole says nothing of a size; the frame behind it does.
test("where a plan begins with a hole the next frame is taken", () => {
  const studio = new Studio();
  found(new Admittance(studio.gate), planOf({ start: FrameNumber(7), missing: "hold" }));
  assert.equal(studio.asked[0]?.number, 8);
});

// The playback's own error says more than BUSY could; and a disk that hangs must not keep a client from stop.
test("a frame that is not made, or not within five seconds, decides nothing", () => {
  const studio = new Studio();
  const admittance = new Admittance(studio.gate);
  const failed = found(admittance, planOf());
  studio.asked[0]?.settle({ error: fault("FRAME_CORRUPT", "found nothing") });
  assert.deepEqual(failed.later, [0]);
  const hung = found(admittance, planOf());
  studio.clock.run(MonotonicMs(4999));
  assert.deepEqual(hung.later, []);
  studio.clock.run(MonotonicMs(5000));
  assert.deepEqual([hung.later, studio.cancelled], [[0], 2]);
  admittance.admit(planOf(), Bytes(0), FRESH);
  assert.equal(studio.needed, 0);
});

// One damaged frame must not let a playback in for nothing that goes on behind it.
test("where a frame that cannot be made is stood in for, the next ones say how large they are", () => {
  const studio = new Studio();
  const broken = { error: fault("FRAME_CORRUPT", "found nothing") };
  const { later } = found(new Admittance(studio.gate), planOf({ missing: "hold" }));
  studio.asked[0]?.settle(broken);
  assert.deepEqual(later, []);
  studio.asked[1]?.settle({ frame: frame(3000) });
  assert.deepEqual([studio.asked.map(({ number }) => number), later], [[5, 6], [3000]]);
  const hopeless = found(new Admittance(studio.gate), planOf({ missing: "skip" }));
  for (const index of [2, 3, 4]) studio.asked[index]?.settle(broken);
  assert.deepEqual([studio.asked.length, hopeless.later], [5, [0]]);
});

// Nobody waits for the hundred frames of a movie that is damaged as a whole.
test("of a movie that cannot be read five frames are tried, and not more", () => {
  const studio = new Studio();
  const long = new SimulatedLog("sw", [1, 2, 3, 4, 5, 6, 7, 8]);
  const plan = { ...planOf({ missing: "skip" }), log: long, start: FrameNumber(2) };
  const { later } = found(new Admittance(studio.gate), plan);
  for (let count = 0; count < 5; count += 1)
    studio.asked[count]?.settle({ error: fault("FRAME_CORRUPT", "found nothing") });
  assert.deepEqual([studio.asked.map(({ number }) => number), later], [[2, 3, 4, 5, 6], [0]]);
});

// Who disconnects, or is told that the server shuts down, waits for nothing any more.
test("a decision that is cancelled is not made, and leaves no timer", () => {
  const studio = new Studio();
  const admittance = new Admittance(studio.gate);
  const { later } = found(admittance, planOf());
  admittance.cancel();
  admittance.cancel();
  studio.clock.run();
  assert.deepEqual([later, studio.cancelled, studio.clock.pending], [[], 1, { turns: 0, timers: 0 }]);
});

// Law 6 is about bytes that are there, and this about those to come: both need what ends to be given back.
test("what was admitted is held until its own plan ends, and not that of another", () => {
  const studio = new Studio();
  const admittance = new Admittance(studio.gate);
  const [first, second] = [planOf(), planOf()];
  admittance.admit(first, Bytes(500), FRESH);
  admittance.admit(second, Bytes(1000), FRESH);
  assert.equal(studio.needed, 80_000);
  admittance.ended(first);
  assert.equal(studio.needed, 80_000);
  assert.throws(() => admittance.admit(planOf({ rate: parseRate("13") }), Bytes(1000), FRESH), {
    code: "BUSY",
    message: /13 frames of 1000 B a second\), .* priority 3: at most 12\.5 frames a second would fit/,
  });
  assert.equal(studio.needed, 80_000);
  admittance.ended(second);
  assert.equal(studio.needed, 0);
});

// An operator is not refused; what is free afterwards follows from where the need is then.
test("the need of what goes with another priority counts there, whether it fits or not", () => {
  const studio = new Studio();
  const [admittance, other] = [new Admittance(studio.gate), new Admittance(studio.gate)];
  other.admit(planOf({ priority: Priority(1) }), Bytes(1000), FRESH);
  const plan = planOf({ priority: Priority(3), rate: parseRate("2") });
  admittance.admit(plan, Bytes(1000), FRESH);
  const needed = (): number[] => [0, 1, 3].map((priority) => studio.admission.needed(Priority(priority)));
  assert.deepEqual(needed(), [0, 80_000, 96_000]);
  admittance.prioritize(Priority(0));
  assert.deepEqual(needed(), [16_000, 96_000, 96_000]);
  admittance.ended(plan);
  admittance.prioritize(Priority(2));
  assert.deepEqual(needed(), [0, 80_000, 80_000]);
});

// Pictures of a quiet beginning and a busy middle are compressed to very different sizes.
test("a need grows when a second of larger messages was sent, and does not shrink", () => {
  const studio = new Studio();
  const admittance = new Admittance(studio.gate);
  admittance.admit(planOf(), Bytes(500), FRESH);
  for (let count = 0; count < 10; count += 1) admittance.sent(count === 0 ? 5500 : 500);
  assert.equal(studio.needed, 80_000);
  for (let count = 0; count < 100; count += 1) admittance.sent(10);
  assert.equal(studio.needed, 80_000);
});

// Ten newcomers whose frames could not be looked at would all be let in for nothing.
test("a need that was unknown is that of the first message as soon as it was sent", () => {
  const studio = new Studio();
  const admittance = new Admittance(studio.gate);
  admittance.admit(planOf(), Bytes(0), { isInMessage: true });
  admittance.sent(50e6);
  assert.equal(studio.needed, 0);
  admittance.sent(500);
  assert.equal(studio.needed, 40_000);
  admittance.sent(5000);
  assert.equal(studio.needed, 40_000);
});

// What is left of a 50 MB frame is sent after the seek that ended it, and says nothing of what follows.
test("the message that was under way when a playback began does not count for it", () => {
  const studio = new Studio();
  const admittance = new Admittance(studio.gate);
  admittance.admit(planOf(), Bytes(500), { isInMessage: true });
  admittance.sent(50e6);
  for (let count = 0; count < 10; count += 1) admittance.sent(500);
  assert.equal(studio.needed, 40_000);
});

// Off is the default: nothing is looked up, made or counted then.
test("without a gate, and without a rate, everything is admitted unseen", () => {
  const studio = new Studio();
  assert.equal(found(new Admittance(undefined), planOf()).at, 0);
  const untimed = planOf({ rate: undefined, contract: "all" });
  const admittance = new Admittance(studio.gate);
  assert.equal(found(admittance, untimed).at, 0);
  admittance.admit(untimed, Bytes(1e9), FRESH);
  assert.deepEqual([studio.asked.length, studio.needed], [0, 0]);
});
