import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Contract } from "../../src/base/contract.ts";
import type { Receipt } from "../../src/base/events.ts";
import { after, Bytes, MonotonicMs } from "../../src/base/units.ts";
import type { VirtualClock } from "../../src/simulate/clock.ts";
import type { Link } from "../../src/simulate/sink.ts";
import { readAll } from "./reader.ts";
import { FAST, open } from "./theatre.ts";

const SECONDS = 10;
const CLIENTS = 8;

/** Hand-overs that a turn of `open`'s server makes. */
const BATCH = 8;

/**
 * Everything that asks for a turn of its own gets it so much later: a machine that is busy with other
 * things.
 */
function slowDown(t: TestContext, clock: VirtualClock, ms: number): void {
  t.mock.method(clock, "defer", (turn: () => void) => void clock.at(after(clock.now(), ms), turn));
}

type Watching = {
  readonly contract: Contract;
  readonly fps: number;
  /** Milliseconds. */
  readonly turn: number;
  /** Of the first client. */
  readonly link?: Link;
};

type Watched = { readonly receipt: Receipt; readonly gap: number };

/** Eight clients watch for 10 s, from frames that take no time to speak of. */
function watch(t: TestContext, { contract, fps, turn, link = FAST }: Watching): readonly Watched[] {
  const frames = { size: () => 1000, latency: () => 1 };
  const { clock, server, plan } = open({ count: 100_000, frames });
  slowDown(t, clock, turn);
  const viewers = Array.from({ length: CLIENTS }, (_, index) => server.connect(index === 0 ? link : FAST));
  const rate = { numerator: fps, denominator: 1 };
  for (const { playback } of viewers) playback.play(plan({ contract, rate }));
  clock.run(MonotonicMs(SECONDS * 1000));
  for (const { playback } of viewers) playback.stop();
  t.mock.reset();
  return viewers.map(({ ended, sink }) => {
    const receipt = ended[0]?.receipt;
    assert.ok(receipt, "an epoch without a receipt");
    const times = readAll(sink.received).map(({ time }) => time);
    const gaps = times.map((time, index) => time - (times[index - 1] ?? time));
    return { receipt, gap: Math.max(...gaps) };
  });
}

// 500 frames a second for 8 clients of a busy machine: each frame is late when its turn comes, also the one
// that was taken in place of a late one. All got nothing for seconds, where all could have had a part.
test("`paced` and `latest` degrade to what can be handed over, never to nothing, and count the rest", (t) => {
  for (const contract of ["paced", "latest"] as const) {
    for (const turn of [3, 5, 20, 60]) {
      // A turn that is asked for when a frame is due comes so much later.
      const could = Math.min(500, (1000 / (turn + 2)) * (BATCH / CLIENTS)) * SECONDS;
      for (const { receipt, gap } of watch(t, { contract, fps: 500, turn })) {
        const { sent, skipped, late, lateness } = receipt;
        const seen = `${contract}, turns of ${turn} ms: sent ${sent} of ${could}, longest gap ${gap} ms`;
        assert.ok(sent >= 0.95 * could, seen);
        assert.ok((lateness?.worst ?? Number.NaN) <= 4 * turn, `${seen}, ${lateness?.worst} ms late`);
        assert.ok(gap <= 5 * turn, seen);
        assert.ok(late > 0, `${late} of them late`);
        const asked = 500 * SECONDS;
        assert.ok(sent + skipped >= asked * 0.98 && sent + skipped <= asked, `${skipped} skipped`);
      }
    }
  }
});

// The grace is for what the server is slow at: a slow client gets fewer frames, and each the newest.
test("what a client does not take gives no grace: a slow one gets frames no later than others'", (t) => {
  const link = { rate: 1000 / 40, buffer: Bytes(0) };
  for (const contract of ["paced", "latest"] as const) {
    const [slow, fast] = watch(t, { contract, fps: 500, turn: 5, link });
    const seen = JSON.stringify([slow?.receipt, fast?.receipt]);
    assert.ok(slow && fast && slow.receipt.sent >= 0.75 * (SECONDS * 25), seen);
    assert.ok(slow.receipt.waits.client > 3000, seen);
    assert.ok((slow.receipt.lateness?.median ?? Number.NaN) <= 12, seen);
  }
});

// Whoever reads again after a while wants to see now, and not then.
test("after a stall a client gets the newest frame", (t) => {
  const stalls = [
    { from: 2000, to: 3000 },
    { from: 5000, to: 8000 },
  ];
  const link = { rate: 1000, buffer: Bytes(1100), stalls };
  for (const contract of ["paced", "latest"] as const) {
    const [stalled] = watch(t, { contract, fps: 500, turn: 5, link });
    const { sent = 0, lateness } = stalled?.receipt ?? {};
    assert.ok((stalled?.gap ?? 0) >= 2990, "it did not stall");
    assert.ok(sent >= 900 && (lateness?.worst ?? Number.NaN) <= 30, JSON.stringify(stalled?.receipt));
  }
});

// A window of small frames holds hundreds: a live picture of some seconds ago would be shown first.
test("`latest` never has more than one message waiting, whatever the window allows", () => {
  for (const [contract, least, most] of [
    ["latest", 1, 1],
    ["paced", 2, 1000],
  ] as const) {
    const frames = { size: () => 1000, latency: () => 1 };
    const { clock, server, plan } = open({ count: 1000, frames });
    const stalls = [{ from: 500, to: 2000 }];
    server.connect({ rate: 100, buffer: Bytes(1000), stalls }).playback.play(plan({ contract }));
    let waiting = 0;
    for (let time = 1; time < 5000; time += 1) {
      clock.run(MonotonicMs(time));
      waiting = Math.max(waiting, server.dispatcher.held.messages);
    }
    assert.ok(waiting >= least && waiting <= most, `${contract}: ${waiting}`);
  }
});

/** One client watches 25 frames a second for 20 s. */
function watchMade(workers: number, latency: (frame: number) => number): Receipt {
  const frames = { workers, latency: (entry: { number: number }) => latency(entry.number) };
  const { clock, server, plan } = open({ count: 1000, atOnce: workers, frames });
  const viewer = server.connect(FAST);
  viewer.playback.play(plan({ contract: "paced" }));
  clock.run(MonotonicMs(20_000));
  viewer.playback.stop();
  const { receipt } = viewer.ended[0] ?? {};
  assert.ok(receipt, "an epoch without a receipt");
  return receipt;
}

// What is made and comes too late keeps the next one from being made in time: half of the work would be for
// nothing.
test("`paced` shows most of the frames that workers too slow for it can make", () => {
  for (const [workers, latency, share] of [
    [1, 45, 0.8],
    [1, 60, 0.8],
    [1, 100, 0.8],
    [2, 100, 0.7],
    [4, 200, 0.6],
  ] as const) {
    const could = 20_000 / (latency / workers);
    const { sent, skipped, lateness } = watchMade(workers, () => latency);
    const seen = `${workers} workers of ${latency} ms: ${sent} of ${could}, ${lateness?.worst} ms late`;
    assert.ok(sent >= share * could, seen);
    assert.ok(sent + skipped >= 490 && sent + skipped <= 500, `${skipped} skipped`);
    assert.ok((lateness?.worst ?? Number.NaN) <= 2 * latency, seen);
  }
});

// A disk that hesitates once must not cost the viewer the picture's smoothness for seconds.
test("`paced` has its rate back soon after a frame that took long, where workers are enough", () => {
  const { sent, skipped } = watchMade(4, (frame) => (frame === 100 ? 500 : 100));
  assert.ok(sent >= 475, `${sent} sent, ${skipped} skipped`);
});
