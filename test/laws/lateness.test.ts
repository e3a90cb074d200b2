import assert from "node:assert/strict";
import { test } from "node:test";
import { present } from "../../src/base/assert.ts";
import type { Receipt } from "../../src/base/events.ts";
import { BitRate, Bytes, KiB, MonotonicMs, Priority } from "../../src/base/units.ts";
import { SimulatedLog } from "../../src/simulate/log.ts";
import type { SimulatedViewer } from "../../src/simulate/server.ts";
import { FAST, open } from "./theatre.ts";

const LARGE = 1_000_000;
const PERIOD = 1000;
const RATE = { numerator: 1, denominator: 1 };
const BEST = { priority: Priority(0) };

/** 1000 bytes a millisecond: a large frame takes most of a second, and forty small ones two. */
const EGRESS = {
  server: { rate: BitRate(8e6), burst: Bytes(256 * KiB) },
  client: undefined,
  priorities: new Map(),
};

const size = ({ movie }: { movie: string }): number => (movie === "large" ? LARGE : 57_654);

/** A timed viewer of `large` frames, and one of priority 0 who takes what it can get of a movie of 2.3 MB. */
function contend(frames: number) {
  const { clock, server, plan } = open({ frames: { size }, count: 40, egress: EGRESS });
  const large = new SimulatedLog(
    "large",
    Array.from({ length: frames }, (_, index) => index + 1),
    { rate: RATE },
  );
  const viewer = server.connect(FAST);
  viewer.playback.play(plan({ rate: RATE }, large));
  const disturb = (at: number): void => {
    clock.at(MonotonicMs(at), () => server.connect(FAST).playback.play(plan(BEST)));
  };
  return { clock, viewer, disturb };
}

function receiptOf(viewer: SimulatedViewer): Receipt {
  return present(viewer.ended[0], "an epoch without a receipt").receipt;
}

/** When the last byte of each message left. */
function endsOf({ sink }: SimulatedViewer): number[] {
  return sink.received.filter(({ handOver }) => !handOver.continues).map(({ time }) => time);
}

function isNear(found: number | undefined, expected: number): void {
  assert.ok(Math.abs((found ?? Number.NaN) - expected) < 1e-6, `found ${found}, expected ${expected}`);
}

// A picture is shown when all of it is there: one that is preempted between its slices is not punctual.
test("a message is as late as its last byte, whenever its first one left", () => {
  const { clock, viewer, disturb } = contend(2);
  disturb(PERIOD + 1);
  clock.run();
  const [first = 0, second = 0] = endsOf(viewer);
  assert.ok(first < PERIOD && second > 3 * PERIOD, `${first} and ${second}`);
  const { late, lateness, sent } = receiptOf(viewer);
  assert.deepEqual([sent, late], [2, 1]);
  isNear(lateness?.worst, second - PERIOD);
});

// The last message is of the epoch too: a receipt that comes before its end would call it punctual.
test("an epoch that ends by itself ends when its last byte was handed over", () => {
  const { clock, viewer, disturb } = contend(1);
  disturb(1);
  clock.run(MonotonicMs(PERIOD));
  assert.equal(viewer.playback.movie, "large");
  assert.equal(viewer.playback.isEnding, true);
  const soFar = viewer.playback.receiptSoFar;
  assert.deepEqual([soFar?.sent, soFar?.lateness], [1, undefined]);
  clock.run();
  const [end = 0] = endsOf(viewer);
  const { end: how, late, lateness } = receiptOf(viewer);
  assert.deepEqual(
    [how, late, viewer.ended[0]?.time, viewer.playback.movie],
    ["finished", 1, end, undefined],
  );
  isNear(lateness?.worst, end);
});

// Law 7: whoever stops does not wait for the rest, and what was seen of its lateness is not forgotten.
test("a message under way when its epoch is ended by a command is as late as that", () => {
  for (const end of ["stopped", "closed"] as const) {
    const { clock, viewer, disturb } = contend(1);
    disturb(1);
    clock.run(MonotonicMs(2 * PERIOD));
    if (end === "stopped") viewer.playback.stop();
    else viewer.playback.close();
    const receipt = receiptOf(viewer);
    assert.deepEqual([receipt.end, receipt.sent, receipt.late], [end, 1, 1]);
    isNear(receipt.lateness?.worst, 2 * PERIOD);
    clock.run();
    assert.deepEqual([viewer.ended.length, endsOf(viewer).length], [1, end === "stopped" ? 1 : 0]);
  }
});

// Who waits two seconds for a first picture because others went first was late, whenever its timeline began.
test("a first message that others held up for a period is late, and one that had to be made is not", () => {
  const rate = { numerator: 5, denominator: 1 };
  const { clock, server, plan } = open({ count: 40, egress: EGRESS });
  server.connect(FAST).playback.play(plan(BEST));
  const held = server.connect(FAST);
  clock.at(MonotonicMs(10), () => held.playback.play(plan({ rate })));
  clock.run();
  const { sent, late, lateness, waits } = receiptOf(held);
  assert.deepEqual([sent, late], [40, 1]);
  assert.ok((lateness?.worst ?? 0) > PERIOD && waits.better + waits.budget > PERIOD);
  const alone = open({ count: 1, frames: { latency: () => 5000 } });
  const viewer = alone.server.connect(FAST);
  viewer.playback.play(alone.plan({ rate }));
  alone.clock.run();
  const receipt = receiptOf(viewer);
  assert.deepEqual([receipt.late, receipt.lateness?.worst], [0, 5000]);
});
