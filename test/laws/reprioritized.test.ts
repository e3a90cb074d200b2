import assert from "node:assert/strict";
import { test } from "node:test";
import { present } from "../../src/base/assert.ts";
import { events, type Receipt } from "../../src/base/events.ts";
import { BitRate, Bytes, FrameNumber, KiB, MonotonicMs, Priority } from "../../src/base/units.ts";
import type { SimulatedViewer } from "../../src/simulate/server.ts";
import { readAll } from "./reader.ts";
import { FAST, open } from "./theatre.ts";

/** 1000 bytes a millisecond. */
const RATE = 1000;
const BURST = 256 * KiB;
const EGRESS = {
  server: { rate: BitRate(8000 * RATE), burst: Bytes(BURST) },
  client: undefined,
  priorities: new Map(),
};
const [BETTER, OWN] = [Priority(3), Priority(5)];

/** What P2 of docs/priority.md promises: (L + σ) / C, with two frames of 57,654 bytes to a hand-over. */
const PROMISED = (128 * KiB + BURST) / RATE;

function receiptOf(viewer: SimulatedViewer): Receipt {
  return present(viewer.ended[0], "an epoch without a receipt").receipt;
}

/** Somebody of priority 5 who has begun, and somebody of priority 3 who has taken everything since 500 ms. */
function starve() {
  const theatre = open({ count: 1000, egress: EGRESS });
  const { clock, server, plan } = theatre;
  const viewer = server.connect(FAST);
  viewer.playback.play(plan({ priority: OWN, repeat: true }));
  const better = server.connect(FAST);
  clock.at(MonotonicMs(500), () => better.playback.play(plan({ priority: BETTER, repeat: true })));
  clock.run(MonotonicMs(2000));
  return { ...theatre, viewer, better };
}

const bytesSince = ({ sink }: SimulatedViewer, since: number): number =>
  sink.received.filter(({ time }) => time > since).reduce((sum, { handOver: { bytes } }) => sum + bytes, 0);

// An operator who lets the review go first does so because it is wanted now.
test("a playback that is given a better priority overtakes at once, and a worse one lets go at once", () => {
  const { clock, viewer, better } = starve();
  assert.equal(bytesSince(viewer, 600), 0);
  viewer.playback.prioritize(Priority(0));
  clock.run(MonotonicMs(3000));
  const first = viewer.sink.received.find(({ time }) => time > 2000)?.time ?? Number.POSITIVE_INFINITY;
  assert.ok(first <= 2000 + PROMISED, `the first hand-over came at ${first} ms`);
  assert.equal(bytesSince(better, 2000), 0);
  viewer.playback.prioritize(Priority(9));
  clock.run(MonotonicMs(4000));
  assert.equal(bytesSince(viewer, 3000), 0);
  assert.ok(bytesSince(better, 3000) > 0.8 * 1000 * RATE);
});

// Law 1: nothing is lost, doubled or begun anew by what an operator does.
test("a playback that is given another priority goes on in its epoch, message after message", () => {
  const { clock, viewer } = starve();
  for (const priority of [0, 9, 3, 1]) {
    viewer.playback.prioritize(Priority(priority));
    clock.run(MonotonicMs(clock.now() + 300));
  }
  const arrived = readAll(viewer.sink.received);
  assert.ok(arrived.length > 10);
  for (const [index, { epoch, message, frame }] of arrived.entries())
    assert.deepEqual([epoch, message, frame], [1, index, (index % 1000) + 1]);
  assert.equal(viewer.playback.epoch, 1);
});

// Whoever reads the receipt sees under which priority it went, and whether it had wished for a better one.
test("a receipt has the last priority, and the wish where that was better", () => {
  for (const [wished, to, told] of [
    [undefined, 0, undefined],
    [undefined, 9, OWN],
    [2, 4, 2],
    [2, 1, undefined],
  ] as const) {
    const { clock, server, plan } = open({ egress: EGRESS });
    const viewer = server.connect(FAST);
    const wish = wished === undefined ? undefined : Priority(wished);
    viewer.playback.play(plan({ priority: OWN, wished: wish, repeat: true }));
    clock.run(MonotonicMs(100));
    viewer.playback.prioritize(Priority(to));
    assert.equal(viewer.playback.receiptSoFar?.priority, to);
    viewer.playback.stop();
    const receipt = receiptOf(viewer);
    assert.deepEqual([receipt.priority, receipt.wished], [to, told]);
  }
});

// Law 8: what an operator has changed is told, once for every change.
test("a change of priority is published, and what changes nothing is not", (t) => {
  const told: { readonly connection: number; readonly from: number; readonly to: number }[] = [];
  t.after(
    events.playbackReprioritized.subscribe(({ connection, from, to }) => told.push({ connection, from, to })),
  );
  const { viewer, server } = starve();
  viewer.playback.prioritize(Priority(0));
  viewer.playback.prioritize(Priority(0));
  viewer.playback.stop();
  viewer.playback.prioritize(Priority(7));
  server.connect(FAST).playback.prioritize(Priority(7));
  assert.deepEqual(told, [{ connection: 1, from: 5, to: 0 }]);
});

// The priority that a request names is the client's wish; what an operator wanted was about what played then.
test("the next command of the client says the priority anew", () => {
  const { clock, viewer, plan } = starve();
  viewer.playback.prioritize(Priority(0));
  viewer.playback.play(plan({ priority: OWN, start: FrameNumber(7) }));
  clock.run(MonotonicMs(3000));
  assert.equal(bytesSince(viewer, 2000 + PROMISED), 0);
  assert.equal(viewer.playback.receiptSoFar?.priority, OWN);
});

// A frame that waits in production's queue behind worse ones would hold up the best playback there is.
test("frames that are being made for it go with the new priority, and none is begun twice", () => {
  const { clock, server, plan, frames } = open({
    count: 200,
    frames: { workers: 1, latency: () => 10 },
  });
  const better = server.connect(FAST);
  better.playback.play(plan({ priority: BETTER, to: FrameNumber(100) }));
  const viewer = server.connect(FAST);
  viewer.playback.play(plan({ priority: OWN, start: FrameNumber(101) }));
  clock.run(MonotonicMs(205));
  assert.equal(viewer.sink.received.length, 0);
  viewer.playback.prioritize(Priority(0));
  clock.run(MonotonicMs(225));
  // The frame that was under way is finished first.
  assert.equal(viewer.sink.received.length, 1);
  clock.run();
  assert.deepEqual([receiptOf(viewer).sent, receiptOf(better).sent, frames.begun], [100, 100, 200]);
});
