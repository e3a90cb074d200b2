import assert from "node:assert/strict";
import { test } from "node:test";
import { Bytes, MonotonicMs } from "../../src/base/units.ts";
import { readAll } from "./reader.ts";
import { FAST, open, STALLED } from "./theatre.ts";

/** Larger than the window: two of them are more than 512 KiB. */
const LARGE = 600_000;

/** Small frames of different sizes. */
const mixed = ({ number }: { number: number }): number => 2000 + ((number * 7919) % 40) * 500;

// With two of N workers busy, a movie that has to be converted plays at a fraction of what the machine can.
test("a movie that is not at hand is made by all workers side by side", () => {
  for (const workers of [2, 4, 8]) {
    const { clock, server, plan, frames } = open({
      atOnce: workers,
      frames: { workers, size: () => LARGE, latency: () => 100 },
    });
    const viewer = server.connect(FAST);
    viewer.playback.play(plan({}));
    clock.run(MonotonicMs(150));
    // The first frame is not kept waiting by those behind it; after it, everybody works.
    for (let time = 200; time < 1000; time += 50) {
      clock.run(MonotonicMs(time));
      assert.equal(frames.working, workers);
    }
    clock.run(MonotonicMs(100 + (100 / workers) * 100 + 100));
    assert.ok(readAll(viewer.sink.received).length >= 99 - workers, `${viewer.sink.received.length}`);
  }
});

// A timed playback that makes its frames one after another would skip most of them.
test("a timed movie that takes longer to make than to show is made by all workers, skipping nothing", () => {
  const { clock, server, plan, frames } = open({
    atOnce: 4,
    count: 200,
    frames: { workers: 4, size: () => LARGE, latency: () => 120 },
  });
  const viewer = server.connect(FAST);
  viewer.playback.play(plan({ contract: "paced" }));
  clock.run(MonotonicMs(1e6));
  const receipt = viewer.ended[0]?.receipt;
  assert.ok(receipt && receipt.skipped <= 4, JSON.stringify(receipt));
  assert.ok(frames.begun <= 200);
});

// Work that is thrown away is taken from everybody.
test("frames that no cache keeps are not made ahead", () => {
  const { clock, server, plan, frames } = open({
    atOnce: 4,
    frames: {
      workers: 4,
      size: () => LARGE,
      latency: ({ number }) => 10 + (number % 3) * 10,
      cache: "nothing",
    },
  });
  const viewer = server.connect(FAST);
  viewer.playback.play(plan({}));
  clock.run();
  assert.equal(viewer.ended[0]?.receipt.sent, 100);
  // One may have been asked for before the first one told.
  assert.ok(frames.begun <= 102, `${frames.begun} made for 100`);
});

// A cache for six frames, and eight viewers who want four each ahead: they would take them from each other.
test("when the cache is too small for what is made ahead, less is made ahead", () => {
  const { clock, server, plan, frames } = open({
    atOnce: 4,
    count: 800,
    frames: { workers: 4, size: () => LARGE, latency: () => 10, cache: { frames: 6 } },
  });
  const viewers = Array.from({ length: 8 }, (_, index) => {
    const viewer = server.connect({ rate: 6000, buffer: STALLED.buffer });
    const from = 1 + index * 100;
    viewer.playback.play(plan({ from: from as never, to: (from + 99) as never }));
    return viewer;
  });
  clock.run(MonotonicMs(1e7));
  for (const viewer of viewers) assert.equal(viewer.ended[0]?.receipt.sent, 100);
  assert.ok(frames.begun <= 1.25 * 800, `${frames.begun} made for 800`);
});

// Twenty viewers who read ahead have eighty frames made: whoever comes then wants one.
test("what a client waits for is made before what others read ahead", () => {
  const { clock, server, plan } = open({
    atOnce: 4,
    count: 2100,
    frames: { workers: 1, size: () => LARGE, latency: () => 10 },
  });
  for (let index = 0; index < 20; index += 1) {
    const viewer = server.connect({ rate: LARGE / 10_000, buffer: STALLED.buffer });
    viewer.playback.play(plan({ start: (1 + index * 100) as never }));
  }
  clock.run(MonotonicMs(450));
  const newcomer = server.connect(FAST);
  newcomer.playback.play(plan({ start: 2050 as never }));
  clock.run(MonotonicMs(2000));
  const [first] = readAll(newcomer.sink.received);
  assert.ok(first && first.time <= 450 + 20, `after ${(first?.time ?? 0) - 450} ms`);
});

// It was asked for ahead of need, when its turn was far away.
test("what was read ahead is hurried when the client waits for it", () => {
  const { clock, server, plan, frames } = open({
    atOnce: 4,
    count: 2200,
    frames: { workers: 1, size: () => LARGE, latency: () => 10 },
  });
  const reader = server.connect(FAST);
  reader.playback.play(plan({ start: 2000 as never }));
  clock.run(MonotonicMs(100));
  // One who waits for each frame, and nobody waits twice.
  assert.equal(frames.wanted, frames.outstanding);
  for (let index = 0; index < 20; index += 1) {
    const viewer = server.connect({ rate: LARGE / 10_000, buffer: STALLED.buffer });
    viewer.playback.play(plan({ start: (1 + index * 100) as never }));
  }
  clock.run(MonotonicMs(1400));
  const late = readAll(reader.sink.received).filter(({ time }) => time > 600);
  assert.ok(late.length >= 35, `${late.length} frames in 800 ms, each made in 10`);
});

// Hundreds of small messages of each viewer in the ring are gone through again and again, and nobody has them
// sooner. But whoever has nothing waiting when a hand-over has left forgets what its priority is owed.
test("what is at hand is looked ahead for one hand-over and more, what has to be made for a window", () => {
  const [window, handOver] = [512 * 1024, 128 * 1024];
  for (const size of [() => 5000, () => 4096, mixed]) {
    const { clock, server, plan } = open({ count: 300, frames: { size, latency: () => 1 } });
    const held = (): number => server.dispatcher.held.bytes;
    const first = server.connect(STALLED);
    first.playback.play(plan({}));
    clock.run(MonotonicMs(5000));
    assert.ok(held() >= window / 2 && held() <= 2 * window, `${held()} bytes wait that were made`);
    first.close();
    server.connect(FAST).playback.play(plan({}));
    clock.run(MonotonicMs(10_000));
    server.connect(STALLED).playback.play(plan({}));
    clock.run(MonotonicMs(15_000));
    assert.ok(held() > handOver && held() < 2 * handOver, `${held()} bytes wait that were at hand`);
  }
});

// A window that empties before more is made for it hides no delay of a worker or a disk.
test("the window of a movie that has to be made stays filled while its client reads more slowly", () => {
  const { clock, server, plan } = open({
    count: 5000,
    frames: { size: () => 5000, latency: () => 2, workers: 2 },
  });
  const viewer = server.connect({ rate: 1000, buffer: Bytes(64 * 1024) });
  viewer.playback.play(plan({}));
  for (let time = 1500; time <= 15_000; time += 20) {
    clock.run(MonotonicMs(time));
    const { bytes } = server.dispatcher.held;
    assert.ok(bytes > 256 * 1024, `${bytes} bytes wait after ${time} ms`);
  }
});
