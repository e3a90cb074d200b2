import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BitRate, Bytes, KiB } from "../../src/base/units.ts";
import { until } from "./deadline.ts";
import { writeFootage } from "./footage.ts";
import { makeFolder, upTo } from "./movies.ts";
import { serve } from "./server.ts";
import { Viewer } from "./viewer.ts";

const EGRESS = { egress: BitRate(1e6), slice: Bytes(16 * KiB), egressBurst: Bytes(16 * KiB) };

/** Two seconds of 58 kB/s: a little under half of the budget. */
const SIZE = { width: 64, height: 30 };
const FPS = 10;
const FRAMES = 2 * FPS;

describe("lines under a budget of 1 Mbit", () => {
  // A hundred megabits of errors would queue on the link before every frame that the budget was set for.
  it("come to an eighth of it, whoever floods, and another's paced frames come in time", async (test) => {
    const folder = makeFolder(test);
    writeFootage(folder, "sw", upTo(FRAMES), SIZE);
    const { port } = (await serve(test, folder, EGRESS)).classic;
    const flood = await Viewer.open(test, port);
    const bad = Buffer.from("bad\n".repeat(16_000));
    const more = (): void => {
      while (flood.socket.write(bad));
    };
    flood.socket.on("drain", more);
    const begun = performance.now();
    more();
    await until(() => flood.received > 0, "an error");
    const viewer = await Viewer.open(test, port);
    viewer.send(`v:3:start_movie:sw:0:${FPS}:tagged:contract=paced\n`);
    assert.equal((await viewer.frames(FRAMES)).length, FRAMES);
    const { end } = await viewer.epoch();
    const seconds = (performance.now() - begun) / 1000;
    const { received } = flood;
    // The burst, and one reply more than there was room for.
    const most = 4 * KiB + 200 + (EGRESS.egress / 8 / 8) * seconds;
    test.diagnostic(`${received} bytes of errors in ${seconds.toFixed(2)} s, of ${Math.round(most)}`);
    assert.ok(received <= most, `${received} bytes of errors in ${seconds} s, expected at most ${most}`);
    assert.ok(received > 4 * KiB, "the flood was not answered");
    assert.deepEqual([end.sent, end.skipped], [FRAMES, 0]);
  });

  // Whoever is held back must be answered in the end: the limit is one of speed.
  it("reach whoever sent two hundred bad requests, each, and its end is an orderly one", async (test) => {
    const folder = makeFolder(test);
    writeFootage(folder, "sw", upTo(2), SIZE);
    const { port } = (await serve(test, folder, EGRESS)).classic;
    const viewer = await Viewer.open(test, port);
    const { items, ending } = await viewer.send("bad\n".repeat(200)).closeHalf().rest();
    assert.deepEqual([items.length, ending], [200, "closed"]);
  });
});
