import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameNumber, MonotonicMs } from "../../src/base/units.ts";
import { readAll } from "./reader.ts";
import { FAST, open, STALLED } from "./theatre.ts";

const SECONDS = 20;

/** How many frames arrive in 20 s of a movie of 25 frames a second, and the longest time without one. */
function watch(contract: "paced" | "latest", frames: { latency: (n: number) => number; workers: number }) {
  const { latency, workers } = frames;
  const { clock, server, plan } = open({
    frames: { workers, latency: (entry) => latency(entry.number) },
    count: 1000,
  });
  const viewer = server.connect(FAST);
  viewer.playback.play(plan({ contract }));
  clock.run(MonotonicMs(SECONDS * 1000));
  const times = readAll(viewer.sink.received).map((message) => message.time);
  const gaps = times.map((time, index) => time - (times[index - 1] ?? time));
  return { count: times.length, gap: Math.max(...gaps) };
}

// Aiming always at the frame that is due now would be late always, and the screen would stay black.
test("`paced` and `latest` go on when production is slower than a period, without long gaps", () => {
  for (const contract of ["paced", "latest"] as const) {
    const serial = watch(contract, { latency: () => 100, workers: 1 });
    assert.ok(serial.count >= 40 && serial.gap <= 1000, JSON.stringify(serial));
    const nearly = watch(contract, { latency: () => 45, workers: 1 });
    assert.ok(nearly.count >= 150 && nearly.gap <= 500, JSON.stringify(nearly));
    const uneven = watch(contract, { latency: (number) => (number % 2 === 0 ? 50 : 150), workers: 1 });
    assert.ok(uneven.count >= 40 && uneven.gap <= 1500, JSON.stringify(uneven));
  }
});

// Latency is not a lack of workers: enough of them, and looking ahead, hide it.
test("`paced` misses nothing when production is slow but has workers enough", () => {
  const { count, gap } = watch("paced", { latency: () => 100, workers: 4 });
  assert.ok(count >= 25 * SECONDS - 5 && gap <= 100, JSON.stringify({ count, gap }));
});

// A link of 10 frames a second, for a movie of 25: every frame that leaves is one that is due.
test("`paced` and `latest` give a slow link as many frames as it takes, and count the others", () => {
  for (const contract of ["paced", "latest"] as const) {
    const { clock, server, plan } = open({ count: 10_000, frames: { latency: () => 5 } });
    const viewer = server.connect({ rate: 577, buffer: STALLED.buffer });
    viewer.playback.play(plan({ contract }));
    clock.run(MonotonicMs(SECONDS * 1000));
    viewer.playback.stop();
    const receipt = viewer.ended[0]?.receipt;
    assert.ok(receipt && receipt.sent >= 190 && receipt.skipped >= 280, JSON.stringify(receipt));
  }
});

// Law 8: under `all` nothing is skipped, and the receipt is where a slow viewer sees that it was slow.
test("messages that leave after their deadline are counted, and `paced` has none", () => {
  const rate = { numerator: 25, denominator: 1 };
  for (const [contract, link, isLate] of [
    ["all", { rate: 577, buffer: STALLED.buffer }, true],
    ["all", FAST, false],
    ["paced", { rate: 577, buffer: STALLED.buffer }, false],
  ] as const) {
    const { clock, server, plan } = open({ count: 10_000, frames: { latency: () => 5 } });
    const viewer = server.connect(link);
    viewer.playback.play(plan({ contract, rate }));
    clock.run(MonotonicMs(SECONDS * 1000));
    viewer.playback.stop();
    const receipt = viewer.ended[0]?.receipt;
    assert.ok(
      receipt && (isLate ? receipt.late > receipt.sent / 2 : receipt.late === 0),
      JSON.stringify(receipt),
    );
  }
});

// Files behind a dead link must not keep a worker busy for ever.
test("a frame that no cache keeps is not made again and again for a client that does not read", () => {
  const { clock, server, plan, frames } = open({ frames: { cache: "nothing", latency: () => 1 } });
  const viewer = server.connect(STALLED);
  viewer.playback.play(plan({}));
  clock.run(MonotonicMs(60_000), 100_000);
  assert.ok(frames.requests <= 60, `${frames.requests} requests`);
});

// Tried for ever, it would keep workers busy for nothing and never tell the viewer.
test("a repeated movie of which nothing can be read ends with MOVIE_UNREADABLE", () => {
  for (const count of [1, 5, 100]) {
    for (const contract of ["all", "paced"] as const) {
      const { clock, server, plan } = open({ count, frames: { isReadable: () => false } });
      const viewer = server.connect(FAST);
      viewer.playback.play(plan({ repeat: true, missing: "skip", contract }));
      clock.run(MonotonicMs(1e9), 100_000);
      assert.equal(viewer.ended[0]?.error?.code, "MOVIE_UNREADABLE");
      assert.ok((viewer.ended[0]?.receipt.missing ?? 0) >= count);
    }
  }
});

const isThird = ({ number }: { number: number }): boolean => number === 3;

// Whoever loops a movie with one good frame sees that frame, however late the client is and however small the
// ring.
test("a repeated movie of which one frame can be read goes on for ever", () => {
  const stalls = [{ from: 3000, to: 9000 }];
  for (const contract of ["all", "paced", "latest"] as const) {
    for (const slots of [1, 4096]) {
      const { clock, server, plan } = open({
        count: 5,
        slots,
        frames: { isReadable: isThird, latency: () => 20 },
      });
      server.connect(STALLED).playback.play(plan({ start: FrameNumber(3), repeat: true, missing: "skip" }));
      const viewer = server.connect({ rate: 100, buffer: STALLED.buffer, stalls });
      const rate = { numerator: 25, denominator: 1 };
      viewer.playback.play(plan({ repeat: true, missing: "skip", contract, rate }));
      clock.run(MonotonicMs(20_000), 100_000);
      assert.equal(viewer.ended.length, 0);
      assert.ok(viewer.sink.received.length >= 15, `${viewer.sink.received.length}`);
    }
  }
});
