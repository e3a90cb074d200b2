import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Bytes, KiB, Priority } from "../base/units.ts";
import type { SampleShape } from "../library/inspection.ts";
import { Inspection } from "./inspection.ts";
import type { Inspected } from "./order.ts";
import { Stage, logOf, urgent, wish } from "./stage.testing.ts";

const SHAPE: SampleShape = {
  width: 2,
  height: 1,
  channels: 1,
  maxval: 4095,
  isFloat: false,
  transfer: "display",
};

function samplesOf(bytes: number): Inspected {
  return { kind: "samples", shape: SHAPE, bytes: new Uint8Array(bytes) };
}

function staged(options: ConstructorParameters<typeof Stage>[0] = {}) {
  const stage = new Stage(options);
  return { stage, inspection: new Inspection(stage.production) };
}

const { entry } = wish(3);
const terms = (priority = 3) => ({ priority: Priority(priority), signal: new AbortController().signal });

async function finish(stage: Stage, inspected: Inspected): Promise<void> {
  stage.pool.works[0]?.end({ inspected });
  await turn();
}

// A pointer that moves over a picture asks a hundred times a second: it may not decode a hundred times.
test("a frame is decoded once for all who look at it, and at hand for the next look", async () => {
  const { stage, inspection } = staged();
  const both = Promise.all([inspection.samples(entry, terms()), inspection.samples(entry, terms())]);
  assert.deepEqual(stage.pool.begun, ["samples 3"]);
  await finish(stage, samplesOf(4));
  const [one, other] = await both;
  assert.equal(one, other);
  const later = inspection.samples(entry, terms());
  assert.deepEqual(stage.pool.begun, ["samples 3"]);
  stage.clock.runTurns();
  assert.equal(await later, one);
});

// Law 6: what is kept for whoever looks has no bound of its own beside that of the frames.
test("samples count in the cache's bytes, and those of a larger picture are not kept", async () => {
  const { stage, inspection } = staged({ cacheBytes: Bytes(8 * KiB) });
  for (const size of [9 * KiB, 4 * KiB]) {
    const asked = inspection.samples(entry, terms());
    await finish(stage, samplesOf(size));
    assert.equal((await asked).bytes.byteLength, size);
  }
  const { cachedBytes } = stage.production.stats;
  assert.ok(cachedBytes > 4 * KiB && cachedBytes <= 8 * KiB, `${cachedBytes}`);
  assert.deepEqual(stage.pool.begun, ["samples 3", "samples 3"]);
});

// Law 2 holds for whoever looks, too: a look of a bad priority goes behind everybody's pictures.
test("a look has its place among the jobs by its priority", async () => {
  const { stage, inspection } = staged();
  stage.ask("first", wish(1));
  void inspection.samples(entry, terms(9));
  stage.ask("later", wish(2), urgent(3));
  await stage.finish();
  assert.deepEqual(stage.pool.begun, ["1", "2"]);
  await stage.finish();
  assert.deepEqual(stage.pool.begun, ["1", "2", "samples 3"]);
});

// Whoever has left costs no worker: pointers leave pictures all the time.
test("nothing is decoded for whoever has left", async () => {
  const { stage, inspection } = staged();
  stage.ask("first", wish(1));
  const leaves = new AbortController();
  void inspection.samples(entry, { ...terms(), signal: leaves.signal });
  assert.equal(stage.production.stats.queued, 1);
  leaves.abort();
  assert.equal(stage.production.stats.queued, 0);
});

test("a frame that cannot be read rejects with its code", async () => {
  const { stage, inspection } = staged();
  const asked = inspection.histogram(entry, { bins: 2, range: undefined }, terms());
  assert.deepEqual(stage.pool.begun, ["histogram 2  3"]);
  const refused = assert.rejects(asked, { code: "FRAME_CORRUPT" });
  await stage.fail("FRAME_CORRUPT");
  await refused;
});

// Histograms of other bins, and of another range, are other histograms.
test("a histogram is kept for its bins and its range", async () => {
  const { stage, inspection } = staged();
  const wishes = [
    { bins: 2, range: undefined },
    { bins: 3, range: undefined },
    { bins: 2, range: { low: 0, high: 9 } },
    { bins: 2, range: undefined },
  ];
  const found = [];
  for (const [index, each] of wishes.entries()) {
    const asked = inspection.histogram(entry, each, terms());
    const bytes = new Uint8Array(Buffer.from(JSON.stringify({ index })));
    await finish(stage, { kind: "histogram", bytes });
    stage.clock.runTurns();
    found.push(await asked);
  }
  assert.deepEqual(found, [{ index: 0 }, { index: 1 }, { index: 2 }, { index: 0 }]);
});

// The handles of the page stand where pictures of the movie really are black and white.
test("levels are those of the movie's pictures, and there are none where these need none", async () => {
  const { stage, inspection } = staged({ log: () => logOf([entry]) });
  assert.equal(await inspection.levels(entry, { ...SHAPE, maxval: 255 }, terms()), undefined);
  assert.deepEqual(stage.pool.begun, []);
  const asked = inspection.levels(entry, SHAPE, terms());
  assert.deepEqual(stage.pool.begun, ["levels 3"]);
  stage.pool.works[0]?.end({ measured: { low: 7, high: 900 } });
  await turn();
  assert.deepEqual(await asked, { low: 7, high: 900 });
  assert.deepEqual(await inspection.levels(entry, SHAPE, terms()), { low: 7, high: 900 });
  assert.deepEqual(stage.pool.begun, ["levels 3"]);
});

test("a server that is closing answers nobody who looks", async () => {
  const { stage, inspection } = staged();
  const closed = stage.production.close();
  const samples = inspection.samples(entry, terms());
  stage.clock.runTurns();
  await assert.rejects(samples, { code: "SERVER_CLOSING" });
  await closed;
});
