import assert from "node:assert/strict";
import { test } from "node:test";
import { Bytes, MonotonicMs } from "../../src/base/units.ts";
import { SimulatedLog } from "../../src/simulate/log.ts";
import { readAll } from "./reader.ts";
import { FAST, open } from "./theatre.ts";

const RATE = { numerator: 25, denominator: 1 };
const COUNT = 60;
const NUMBERS = Array.from({ length: COUNT }, (_, index) => index + 1);

// A folder's tail is deleted while viewers are late: one of them took the dispatcher along, and everybody.
test("what is late and removed in the same moment harms nobody", () => {
  for (const last of [undefined, 100])
    for (const contract of ["paced", "latest"] as const)
      for (const missing of ["skip", "hold", "error"] as const)
        for (const direction of [1, -1] as const) {
          const { clock, server, plan } = open({ frames: { size: () => 50_000 } });
          const declared = last === undefined ? {} : { first: 1, last };
          const log = new SimulatedLog("late", NUMBERS, { rate: RATE, ...declared });
          const viewer = server.connect({ rate: 1e9, buffer: Bytes(0), stalls: [{ from: 200, to: 600 }] });
          viewer.playback.play(plan({ rate: RATE, contract, missing, direction }, log));
          const drained = viewer.queue.drained.bind(viewer.queue);
          viewer.queue.drained = () => {
            drained();
            if (clock.now() < 500) return;
            const shown = viewer.playback.progress?.last ?? 1;
            for (const number of NUMBERS) if ((number - shown) * direction > 0) log.remove(number);
          };
          clock.run(MonotonicMs(3000));
          const other = server.connect(FAST);
          other.playback.play(plan({}, new SimulatedLog("other", [1, 2, 3])));
          clock.run(MonotonicMs(9000));
          assert.equal(other.ended.length, 1, `${contract}, ${missing}, ${direction}`);
        }
});

// What comes back from the ring may have been rendered again since.
test("a frame that a skip takes back is shown as it is then", () => {
  for (let stall = 110; stall < 150; stall += 10) {
    const { clock, server, plan, log } = open({
      count: COUNT,
      frames: { size: () => 5000, latency: () => 1 },
    });
    server.connect(FAST).playback.play(plan({}));
    clock.run(MonotonicMs(1000));
    const from = clock.now() + 210;
    const viewer = server.connect({ rate: 1e9, buffer: Bytes(0), stalls: [{ from, to: from + stall }] });
    viewer.playback.play(plan({ rate: RATE, contract: "paced" }));
    clock.run(MonotonicMs(from + stall - 5));
    for (const number of NUMBERS) log.write(number);
    const rewrittenAt = clock.now();
    clock.run(MonotonicMs(from + stall + 500));
    const after = readAll(viewer.sink.received).filter(({ time }) => time > rewrittenAt);
    assert.ok(after.length > 3);
    assert.deepEqual(
      after.filter(({ line }) => line.revision === 1).map(({ frame }) => frame),
      [],
      `after a stall of ${stall} ms`,
    );
  }
});
