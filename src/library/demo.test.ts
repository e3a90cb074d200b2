import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { DEMO_FRAMES, drawDemoFrame, readDemoNumber, writeDemoMovie } from "./demo.ts";

const HEADER = "P6\n160 120\n255\n";
const folder = await mkdtemp(join(tmpdir(), "mutoscope-demo-"));
after(() => rm(folder, { recursive: true }));

const frames = Array.from({ length: DEMO_FRAMES }, (_, index) => drawDemoFrame(index + 1));
const rasterOf = (frame: Uint8Array): Uint8Array => frame.subarray(HEADER.length);

/** How much the picture changes from one frame to another. */
function change(from: Uint8Array, to: Uint8Array): number {
  const [a, b] = [rasterOf(from), rasterOf(to)];
  let sum = 0;
  for (let at = 0; at < 160 * 86 * 3; at++) sum += Math.abs((a[at] ?? 0) - (b[at] ?? 0));
  return sum;
}

/** A raster at twice the size, each pixel four times. */
function doubled(raster: Uint8Array): Uint8Array {
  const large = new Uint8Array(raster.length * 4);
  for (let at = 0; at < large.length; at++) {
    const [channel, pixel] = [at % 3, Math.floor(at / 3)];
    const [x, y] = [(pixel % 320) >> 1, Math.floor(pixel / 320) >> 1];
    large[at] = raster[(y * 160 + x) * 3 + channel] ?? 0;
  }
  return large;
}

// Byte counts in documents and tests of every surface rest on this.
test("every frame of the demo is one whole P6 file of 57,615 bytes", () => {
  for (const frame of frames) {
    assert.equal(frame.length, 57_615);
    assert.equal(Buffer.from(frame.subarray(0, HEADER.length)).toString("latin1"), HEADER);
  }
});

// A server that sends a neighbour must be found out by comparing bytes. The strip alone would make
// the frames differ, so the picture above it is compared.
test("no two frames of the demo have the same picture, number and strip aside", () => {
  const pictures = frames.map((frame) =>
    Buffer.from(rasterOf(frame).subarray(0, 160 * 92 * 3)).toString("latin1"),
  );
  assert.equal(new Set(pictures).size, DEMO_FRAMES);
});

// Playing in a loop shows no jump: the last step changes about as much as any other.
test("frame 100 leads to frame 1", () => {
  const steps = frames.map((frame, index) => change(frame, frames[(index + 1) % DEMO_FRAMES] ?? frame));
  const largest = Math.max(...steps.slice(0, -1));
  assert.ok((steps.at(-1) ?? Infinity) <= largest, `last step ${steps.at(-1)}, largest other ${largest}`);
});

// Tests of every surface read the number from the pixels that arrived.
test("the number can be read from the pixels of every frame, also when it is scaled", () => {
  frames.forEach((frame, index) => {
    assert.equal(readDemoNumber(rasterOf(frame), 160, 120), index + 1);
  });
  for (const number of [1, 50, 100])
    assert.equal(readDemoNumber(doubled(rasterOf(drawDemoFrame(number))), 320, 240), number);
});

// A reader that finds a number everywhere proves nothing.
test("pictures that are not of the demo have no number", () => {
  for (const level of [0, 127, 255])
    assert.throws(() => readDemoNumber(new Uint8Array(57_600).fill(level), 160, 120), {
      code: "FRAME_CORRUPT",
    });
  const torn = rasterOf(drawDemoFrame(64)).slice();
  torn.set(rasterOf(drawDemoFrame(65)).subarray(160 * 113 * 3), 160 * 113 * 3);
  assert.throws(() => readDemoNumber(torn, 160, 120), { code: "FRAME_CORRUPT" });
});

// The movie is the same on every machine and in every version, until someone means to change it.
test("the movie has the digest it always had", () => {
  const hash = createHash("sha256");
  for (const frame of frames) hash.update(frame);
  assert.equal(hash.digest("hex"), "1327c9395405bb620216b70991757c0e58ef2e606b05a04574f55a7a391ff580");
});

// `demo` writes into a folder that may be in use.
test("writing the demo makes the folder, replaces its own names and leaves everything else", async () => {
  const target = join(folder, "new", "images");
  await mkdir(target, { recursive: true });
  await writeFile(join(target, "sw7.ppm"), "old");
  await writeFile(join(target, "sw101.ppm"), "mine");
  await writeDemoMovie(target);
  assert.equal((await readdir(target)).length, DEMO_FRAMES + 1);
  assert.deepEqual(new Uint8Array(await readFile(join(target, "sw7.ppm"))), drawDemoFrame(7));
  assert.equal(await readFile(join(target, "sw101.ppm"), "utf8"), "mine");
});

// What cannot be replaced is said, and no unfinished file stays behind.
test("a folder in the way of a frame is a coded error that leaves nothing behind", async () => {
  const target = join(folder, "blocked");
  await mkdir(join(target, "sw2.ppm"), { recursive: true });
  await assert.rejects(writeDemoMovie(target), { code: "LIBRARY_UNWRITABLE" });
  assert.deepEqual((await readdir(target)).sort(), ["sw1.ppm", "sw2.ppm"]);
});
