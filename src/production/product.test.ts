import assert from "node:assert/strict";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setImmediate as turn, setTimeout as pause } from "node:timers/promises";
import { Bytes, MiB } from "../base/units.ts";
import type { Answer, Order } from "./order.ts";
import { answerTo, isSettled } from "./product.ts";

/** A change time cannot be set: the tests wait until the file's is old enough, and a little more. */
const SETTLED = 2200;

const HEADER = "P6\n2000 1500\n255\n";
const picture = (value: number): Buffer =>
  Buffer.concat([Buffer.from(HEADER), Buffer.alloc(2000 * 1500 * 3, value)]);

/** An order for a smaller PNG of a frame, which takes long enough to be worth keeping. */
function orderIn(t: TestContext, value: number): { order: Order; path: string } {
  const root = mkdtempSync(join(tmpdir(), "mutoscope-product-"));
  t.after(() => rmSync(root, { recursive: true }));
  const path = join(root, "1.ppm");
  writeFrame(path, value);
  const rendition = {
    format: "png",
    width: 400,
    quality: undefined,
    levels: undefined,
    exposure: undefined,
  } as const;
  const order: Order = {
    source: { kind: "file", root, path },
    format: "netpbm",
    making: { kind: "frame", rendition },
    levels: undefined,
    limit: Bytes(64 * MiB),
    disk: { folder: join(root, "cache"), room: Bytes(64 * MiB), leastCost: Bytes(1) },
  };
  return { order, path };
}

/** Whatever is written, size and modification time say nothing of it, as after `cp -p` or `rsync -t`. */
function writeFrame(path: string, value: number): void {
  writeFileSync(path, picture(value));
  utimesSync(path, 1, 1);
}

function frameOf(answer: Answer): Buffer {
  assert.ok("product" in answer, JSON.stringify(answer));
  return Buffer.from(answer.product.bytes);
}

const diskOf = (answer: Answer): string | undefined => ("disk" in answer ? answer.disk?.kind : undefined);

// Programs that keep times write other bytes with the old time and size: the old picture would come for ever.
test("a file with other bytes, and the size and time it had, is not found as what it was", async (t) => {
  const { order, path } = orderIn(t, 10);
  await pause(SETTLED);
  const old = await answerTo(order);
  assert.equal(diskOf(old), "stored");
  writeFrame(path, 200);
  await pause(SETTLED);
  const now = await answerTo(order);
  assert.equal(diskOf(now), "stored");
  assert.ok(!frameOf(now).equals(frameOf(old)));
  const again = await answerTo(order);
  assert.equal(diskOf(again), "found");
  assert.ok(frameOf(again).equals(frameOf(now)));
});

// Where times have steps of two seconds, a second write within one leaves the times of the first.
test("a frame of a file that changed a moment ago is made, and not stored", async (t) => {
  const { order } = orderIn(t, 10);
  const answer = await answerTo(order);
  assert.ok(frameOf(answer).length > 0);
  assert.equal(diskOf(answer), undefined);
});

// [changed so many milliseconds ago, whether its times tell the next state from this one]
for (const [ago, expected] of [
  [3_600_000, true],
  [2001, true],
  [2000, false],
  [0, false],
  [-60_000, false],
] as const) {
  test(`a file that changed ${ago} ms ago is ${expected ? "" : "not "}settled`, () => {
    const nowMs = 1_800_000_000_000;
    assert.equal(isSettled({ ctimeNs: BigInt(nowMs - ago) * 1_000_000n }, nowMs), expected);
  });
}

const CHANGES: readonly (readonly [string, (path: string) => void])[] = [
  ["is removed", (path) => rmSync(path)],
  ["becomes a folder", (path) => (rmSync(path), mkdirSync(path))],
  ["is being rewritten", writeHere],
];

function writeHere(path: string): void {
  const descriptor = openSync(path, "r+");
  writeSync(descriptor, Buffer.from("P"), 0, 1, 0);
  closeSync(descriptor);
}

// The frame was read whole, and is there: that it cannot be kept is no reason to wait, or to withhold it.
for (const [what, change] of CHANGES) {
  test(`a frame whose file ${what} after it was read is given, and not stored`, async (t) => {
    const { order, path } = orderIn(t, 10);
    await pause(SETTLED);
    const answered = answerTo(order);
    await turn();
    change(path);
    const answer = await answered;
    assert.ok(frameOf(answer).length > 0);
    assert.equal(diskOf(answer), undefined);
  });
}
