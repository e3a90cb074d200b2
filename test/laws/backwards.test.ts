import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { present } from "../../src/base/assert.ts";
import { FrameNumber, MonotonicMs, Priority } from "../../src/base/units.ts";
import { SimulatedLog } from "../../src/simulate/log.ts";
import { readAll } from "./reader.ts";
import { holds } from "./seed.ts";
import { FAST, open } from "./theatre.ts";

const MISSING = ["hold", "black", "skip"] as const;

const movie = fc.record({
  numbers: fc.uniqueArray(fc.integer({ min: -4, max: 12 }), { minLength: 1, maxLength: 12 }),
  missing: fc.constantFrom(...MISSING),
  isTimed: fc.boolean(),
});

/** What is to come, worked out from the list: each number from the top, holes where they are shown. */
function downwards(numbers: readonly number[], missing: (typeof MISSING)[number]): number[] {
  const [first, last] = [Math.min(...numbers), Math.max(...numbers)];
  const all = Array.from({ length: last - first + 1 }, (_, index) => last - index);
  return missing === "skip" ? all.filter((number) => numbers.includes(number)) : all;
}

// Law 1, the other way: what a client gets backwards is what it got forwards, from the end.
test("backwards every frame comes once, in falling order, with what stands in for holes", (t) => {
  const property = fc.property(movie, ({ numbers, missing, isTimed }) => {
    const { clock, server, plan } = open({});
    const log = new SimulatedLog("m", numbers, { rate: { numerator: 25, denominator: 1 } });
    log.end();
    const viewer = server.connect(FAST);
    viewer.playback.play(plan({ direction: -1, missing, rate: isTimed ? log.rate : undefined }, log));
    clock.run();
    const arrived = readAll(viewer.sink.received);
    assert.deepEqual(
      arrived.map(({ frame }) => frame),
      downwards(numbers, missing),
    );
    for (const { frame, line, isSubstitute, isWhole } of arrived) {
      assert.ok(isWhole);
      assert.equal(isSubstitute, !numbers.includes(frame));
      const before = numbers.filter((number) => number < frame);
      if (isSubstitute && missing === "hold") assert.equal(line.number, Math.max(...before));
    }
    const { receipt } = present(viewer.ended[0], "no receipt");
    assert.equal(receipt.end, "finished");
    assert.equal(receipt.first, Math.max(...numbers));
    const holes = downwards(numbers, "black").length - numbers.length;
    assert.equal(receipt.missing, holes);
  });
  holds(t, property, 200);
});

// A slow client that looks back must not be shown what it has already passed.
test("backwards `paced` skips downwards, and counts what it skipped", () => {
  const { clock, server, plan } = open({ count: 50 });
  const viewer = server.connect({ rate: 57_654 / 100, buffer: FAST.buffer });
  viewer.playback.play(plan({ direction: -1, contract: "paced", priority: Priority(0) }));
  clock.run();
  const frames = readAll(viewer.sink.received).map(({ frame }) => frame);
  assert.deepEqual(
    frames,
    [...frames].sort((a, b) => b - a),
  );
  const { receipt } = present(viewer.ended[0], "no receipt");
  assert.ok(receipt.skipped > 0);
  assert.equal(receipt.sent + receipt.skipped, 50);
});

// What lands where it is about to come by is not a hole any more.
test("backwards a frame that lands among holes which were passed over in looking ahead is shown", () => {
  const { clock, server, plan } = open({});
  const log = new SimulatedLog("m", [1, 2, 3, 8, 9]);
  const viewer = server.connect(FAST);
  const rate = { numerator: 1, denominator: 1 };
  viewer.playback.play(plan({ direction: -1, missing: "skip", contract: "latest", rate }, log));
  // 9 has left and 8 is in the ring; 3 is what was looked ahead to.
  clock.run(MonotonicMs(500));
  for (const number of [6, 10]) log.write(number);
  clock.run();
  assert.deepEqual(
    readAll(viewer.sink.received).map(({ frame }) => frame),
    [9, 8, 6, 3, 2, 1],
  );
});

// The frames of a reconnected client are those that it would have had.
test("what was cut off goes on behind the last frame, either way, with nothing behind the end", () => {
  for (const direction of [1, -1] as const) {
    const { clock, server, plan } = open({ count: 9 });
    const play = (after: number | undefined): number[] => {
      const viewer = server.connect(FAST);
      viewer.playback.play(plan({ direction, after: after === undefined ? undefined : FrameNumber(after) }));
      clock.run();
      assert.equal(viewer.ended[0]?.receipt.end, "finished");
      return readAll(viewer.sink.received).map(({ frame }) => frame);
    };
    const all = play(undefined);
    assert.equal(all.length, 9);
    for (const [index, last] of all.entries()) assert.deepEqual(play(last), all.slice(index + 1));
  }
});
