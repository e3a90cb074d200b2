import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameNumber, MonotonicMs, Priority } from "../../src/base/units.ts";
import { readAll } from "./reader.ts";
import { FAST, open, STALLED } from "./theatre.ts";

// Nobody wants the revision that was replaced, nor a file that is no longer there.
test("what has changed while it is made is no longer waited for", () => {
  const { clock, server, log, plan, frames } = open({ frames: { latency: () => 50, workers: 1 } });
  const viewer = server.connect(FAST);
  viewer.playback.play(plan({ missing: "skip" }));
  clock.run(MonotonicMs(10));
  log.write(1);
  log.remove(2);
  clock.run(MonotonicMs(20));
  // The first two steps are 1, anew, and 3; the old ones are made for nobody.
  assert.equal(frames.wanted, 2);
  clock.run(MonotonicMs(1000));
  const [first, second] = readAll(viewer.sink.received);
  assert.deepEqual([first?.line.revision, second?.frame], [2, 3]);
});

// It was taken from the ring before it was sent: there is still time to send what is there now.
test("a message that comes back from the ring is looked at anew", () => {
  const { clock, server, log, plan } = open({ slots: 1 });
  const viewer = server.connect(FAST);
  viewer.playback.play(plan({ rate: { numerator: 1, denominator: 1 } }));
  clock.run(MonotonicMs(500));
  log.write(2);
  clock.run(MonotonicMs(600));
  // Its message, due at 1000, gives way to one that can go at once.
  const other = server.connect(STALLED);
  other.playback.play(plan({ priority: Priority(0), to: FrameNumber(3) }));
  clock.run(MonotonicMs(700));
  other.close();
  clock.run(MonotonicMs(1500));
  const [, second] = readAll(viewer.sink.received);
  assert.deepEqual([second?.frame, second?.line.revision], [2, 2]);
});

// Holes, frames that cannot be read, frames that land between them: each number counts once.
test("under `skip` a look anew loses none of the unreadable frames, and counts none twice", () => {
  const unreadable = new Set([2, 3, 5, 7]);
  const { clock, server, log, plan } = open({
    count: 10,
    frames: { isReadable: ({ number }) => !unreadable.has(number), latency: ({ number }) => number * 10 },
  });
  const viewer = server.connect({ rate: 400, buffer: STALLED.buffer });
  viewer.playback.play(plan({ missing: "skip" }));
  for (let time = 5; time < 600; time += 5) {
    clock.run(MonotonicMs(time));
    log.write(1 + ((time / 5) % 10));
  }
  clock.run(MonotonicMs(1e6));
  const receipt = viewer.ended[0]?.receipt;
  assert.deepEqual([receipt?.sent, receipt?.missing, receipt?.skipped], [6, 4, 0]);
});

// What plays ten thousand times a day must not be listened to ten thousand times.
test("an epoch listens to its log as long as it plays, and no longer", () => {
  const { clock, server, log, plan } = open({ count: 3 });
  const viewers = [FAST, STALLED, FAST, FAST].map((link) => server.connect(link));
  const [ends, closes, stops, seeks] = viewers;
  for (const viewer of [ends, closes, seeks]) viewer?.playback.play(plan({}));
  stops?.playback.play(plan({ repeat: true, rate: { numerator: 1, denominator: 1 } }));
  assert.equal(log.watchers, 4);
  for (let index = 0; index < 100; index += 1)
    seeks?.playback.play(plan({ repeat: true, contract: "paced" }));
  assert.equal(log.watchers, 4);
  clock.run(MonotonicMs(100));
  assert.equal(log.watchers, 3);
  closes?.close();
  stops?.playback.stop();
  seeks?.close();
  assert.equal(log.watchers, 0);
});
