import assert from "node:assert/strict";
import { test } from "node:test";
import { present } from "../base/assert.ts";
import { fault } from "../base/errors.ts";
import { Bytes, FrameNumber, MonotonicMs, Priority } from "../base/units.ts";
import { SimulatedLog } from "../simulate/log.ts";
import { makePicture } from "../simulate/picture.ts";
import type { FrameOutcome } from "./frames.ts";
import { Lookout } from "./lookout.ts";
import { Pace } from "./pace.ts";
import { makePlan } from "./plan.ts";
import { Tally } from "./tally.ts";

const FRAMES = 4;
const UNREADABLE = fault("FRAME_CORRUPT", "found nothing, expected a frame");
const RATE = { numerator: 25, denominator: 1 };

/** A lookout over a repeated movie of few frames, whose production the test is. */
function open() {
  const log = new SimulatedLog("m", [1, 2, 3, 4], { rate: RATE });
  const wish = { start: undefined, from: undefined, to: undefined, repeat: true, rate: RATE } as const;
  const standing = { contract: "paced", missing: "skip", priority: Priority(3) } as const;
  const plan = makePlan(log, { ...wish, ...standing }, undefined);
  const asked: ((outcome: FrameOutcome) => void)[] = [];
  const clock = { now: MonotonicMs(0) };
  const tally = new Tally(plan);
  const lookout = new Lookout({
    plan,
    pace: new Pace(RATE, "paced", clock.now),
    tally,
    bounds: { messages: 2, bytes: Bytes(1), atHand: Bytes(1), atOnce: 2 },
    frames: {
      peek: () => undefined,
      request: (_wish, _urgency, settle) => {
        asked.push(settle);
        return { cancel: () => void asked.splice(asked.indexOf(settle), 1) };
      },
    },
    now: () => clock.now,
    settled: () => undefined,
  });
  /** The frame that production was asked for first becomes this. */
  const settle = (outcome: FrameOutcome): void => {
    lookout.ask({ isRefused: false });
    present(asked.shift(), "nothing was asked for")(outcome);
  };
  return { lookout, log, tally, clock, asked, settle };
}

// A receipt says what became of every tick: sent, skipped or missing. Nothing else tells a viewer what it did
// not see.
test("what is left out while no frame of a repeated movie can be read is counted all the same", () => {
  const { lookout, log, tally, clock, asked, settle } = open();
  // Production takes two seconds for a frame: then steps are left out beforehand.
  lookout.ask({ isRefused: false });
  clock.now = MonotonicMs(2000);
  settle({ frame: makePicture({ entry: present(log.at(FrameNumber(1)), "no frame") }, 0) });
  lookout.skipTo(3);
  // One message lies in the ring, and behind it nothing can be read any more.
  const first = present(lookout.steps.next, "no step");
  lookout.steps.offer();
  lookout.noteAccepted(first);
  for (let count = 0; count < FRAMES; count += 1) settle({ error: UNREADABLE });
  for (let count = 0; count < 5; count += 1) lookout.ask({ isRefused: false });
  assert.equal(asked.length, 0, "a movie of which nothing can be read is tried for ever");
  // One is written anew: it goes on.
  log.write(2);
  lookout.isAffected({ kind: "revised", number: FrameNumber(2) });
  lookout.ask({ isRefused: false });
  const next = present(lookout.steps.next, "it does not go on");
  lookout.start();
  lookout.start();
  const { skipped, missing } = tally.receipt("m", 1, "stopped");
  assert.equal(skipped + missing + 2, next.step.tick + 1);
  assert.ok(skipped > 0, "nothing was left out");
});
