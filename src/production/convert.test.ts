import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import sharp from "sharp";
import { events } from "../base/events.ts";
import type { PictureRendition } from "../base/rendition.ts";
import { systemClock } from "../base/systemClock.ts";
import { Bytes, FrameNumber, FrameRevision, MiB, Ms } from "../base/units.ts";
import type { FrameWish } from "../library/frame.ts";
import type { FrameFormat } from "../library/log.ts";
import { digestOf, encodeEntry } from "./diskEntry.ts";
import { isWorthKeeping } from "./product.ts";
import { Production } from "./production.ts";
import type { ProductionOptions } from "./production.ts";
import { NOW, logOf } from "./stage.testing.ts";

const root = mkdtempSync(join(tmpdir(), "mutoscope-convert-"));
after(() => rmSync(root, { recursive: true }));

/** Written long ago: nobody waits for it to be still. */
const LONG_AGO = 1_600_000_000;

function place(path: string, bytes: Uint8Array): string {
  const whole = join(root, path);
  mkdirSync(join(whole, ".."), { recursive: true });
  writeFileSync(`${whole}.part`, bytes);
  utimesSync(`${whole}.part`, LONG_AGO, LONG_AGO);
  renameSync(`${whole}.part`, whole);
  return whole;
}

function wish(path: string, format: FrameFormat, rendition?: PictureRendition): FrameWish {
  const number = Number(/(\d+)\.\w+$/.exec(path)?.[1]);
  const entry = {
    movie: path.replace(/\d+\.\w+$/, ""),
    number: FrameNumber(number),
    revision: FrameRevision(1),
    format,
    source: { kind: "file", root, path: join(root, path) },
  } as const;
  return rendition === undefined ? { entry } : { entry, rendition };
}

function start(t: TestContext, options: Partial<ProductionOptions> = {}): Production {
  const production = new Production({
    workers: 2,
    maxWorkers: 2,
    workerIdle: Ms(100),
    cacheBytes: Bytes(0),
    frameLimit: Bytes(64 * MiB),
    cacheDir: join(root, "cache"),
    diskCache: Bytes(0),
    log: () => undefined,
    clock: systemClock,
    ...options,
  });
  t.after(() => production.close());
  return production;
}

async function bytesOf(production: Production, wished: FrameWish): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    production.request(wished, NOW, (outcome) =>
      "frame" in outcome ? resolve(Buffer.concat(outcome.frame.parts)) : reject(outcome.error),
    );
  });
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** One that has looked through its folder: until then it does not use it. */
async function startWithDisk(t: TestContext, cacheDir: string): Promise<Production> {
  const production = start(t, { workers: 1, maxWorkers: 1, diskCache: Bytes(100 * MiB), cacheDir });
  // It is looked through before the first frame is made, by the worker that then makes it.
  place("first/1.pgm", Buffer.from("P5\n1 1\n255\na"));
  await bytesOf(production, wish("first/1.pgm", "netpbm"));
  return production;
}

/** What is made of a file that changed within two seconds is not kept, and a change time cannot be set. */
const settle = (): Promise<void> => pause(2200);

/** Frames of EXR, drawn by ffmpeg. */
function drawExr(folder: string, count: number): FrameWish[] {
  mkdirSync(join(root, folder), { recursive: true });
  const draw = ["-f", "lavfi", "-i", "testsrc2=s=160x90:r=24", "-frames:v", `${count}`];
  execFileSync("ffmpeg", ["-v", "error", ...draw, "-pix_fmt", "gbrpf32le", join(root, folder, "%d.exr")]);
  return Array.from({ length: count }, (_, index) => {
    utimesSync(join(root, folder, `${index + 1}.exr`), LONG_AGO, LONG_AGO);
    return wish(`${folder}/${index + 1}.exr`, "exr");
  });
}

// A restart must not cost an afternoon's conversions again; and nobody may get what is not the frame.
test("a converted frame is found on disk by another server, if both it and the file are whole", async (t) => {
  const cacheDir = join(root, "kept");
  // Starting the program alone takes longer than reading so small a picture back.
  const [wished, other] = drawExr("disk", 2);
  assert.ok(wished && other);
  await settle();
  const made = await bytesOf(await startWithDisk(t, cacheDir), wished);
  const [file = ""] = filesIn(cacheDir);
  assert.ok(readFileSync(file).subarray(-1000).equals(made.subarray(-1000)));

  // What lies there is what comes: a mark shows where it came from.
  const marked = new Uint8Array(made);
  marked[marked.length - 1] = (marked.at(-1) ?? 0) ^ 1;
  const shape = { format: "pgm", width: 100, height: 100 } as const;
  const kept = { bytes: marked, headerBytes: 17, shape, digest: digestOf(marked) };
  writeFileSync(file, Buffer.concat([encodeEntry(kept), marked]));
  const second = await startWithDisk(t, cacheDir);
  assert.deepEqual(await bytesOf(second, wished), Buffer.from(marked));

  writeFileSync(file, Buffer.concat([encodeEntry(kept), made]));
  assert.deepEqual(await bytesOf(second, wished), made);
  assert.ok(readFileSync(file).subarray(-1000).equals(made.subarray(-1000)), "it was not made anew");

  place("disk/1.exr", readFileSync(other.entry.source.path));
  assert.deepEqual(await bytesOf(second, wished), await bytesOf(second, other));
});

test("what is passed through or black is not kept on disk", async (t) => {
  const cacheDir = join(root, "not-kept");
  const production = await startWithDisk(t, cacheDir);
  place("quick/1.ppm", Buffer.concat([Buffer.from("P6\n500 400\n255\n"), Buffer.alloc(600_000)]));
  await bytesOf(production, wish("quick/1.ppm", "netpbm"));
  const [exr] = drawExr("black", 1);
  assert.ok(exr);
  await settle();
  await bytesOf(production, { ...exr, substitution: { policy: "black", for: FrameNumber(3) } });
  assert.throws(() => filesIn(cacheDir), { code: "ENOENT" });
});

// Small JPEGs are decoded in less than a millisecond: storing them would only wear the disk.
test("what is made faster than it could be read back is not worth keeping", () => {
  assert.ok(!isWorthKeeping(1, 57_600));
  assert.ok(isWorthKeeping(100, 14 * MiB));
  assert.ok(!isWorthKeeping(20, 14 * MiB));
});

test("a folder that cannot be written is told once, and frames come all the same", async (t) => {
  const failures: string[] = [];
  t.after(events.diskCacheFailed.subscribe(({ code, detail }) => failures.push(`${code} ${detail}`)));
  const cacheDir = place("blocked", Buffer.from("a file where a folder should be"));
  const production = start(t, { diskCache: Bytes(100 * MiB), cacheDir });
  const frames = drawExr("blocked-movie", 3);
  await settle();
  for (const wished of frames) assert.ok((await bytesOf(production, wished)).byteLength > 10_000);
  assert.equal(failures.length, 1);
  assert.match(failures[0] ?? "", /^CACHE_UNUSABLE the folder of converted frames could not be .*: \w+$/);
});

const PNG: PictureRendition = {
  format: "png",
  width: undefined,
  quality: undefined,
  levels: undefined,
  exposure: undefined,
};

async function deepFrame(path: string, low: number, high: number): Promise<FrameWish> {
  const samples = Uint16Array.from(
    { length: 100 * 100 },
    (_, index) => low + ((high - low) * (index % 100)) / 99,
  );
  const raw = { width: 100, height: 100, channels: 1 } as const;
  place(path, await sharp(samples, { raw }).toColourspace("grey16").png().toBuffer());
  return wish(path, "png", PNG);
}

async function rangeOf(png: Buffer): Promise<readonly number[]> {
  const { data } = await sharp(png)
    .toColourspace("grey16")
    .raw({ depth: "ushort" })
    .toBuffer({ resolveWithObject: true });
  const samples = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
  return [samples.reduce((a, b) => Math.min(a, b)), samples.reduce((a, b) => Math.max(a, b))];
}

// A 12-bit microscope picture in a 16-bit file must not come out black, and its movie must not flicker.
test("pictures of 12 bits in 16 are stretched, each as all others of their movie", async (t) => {
  const dark = await deepFrame("micro/1.png", 100, 1100);
  const bright = await deepFrame("micro/2.png", 1100, 4100);
  const production = start(t, { log: () => logOf([dark.entry, bright.entry]) });
  const [low, middle] = await rangeOf(await bytesOf(production, dark));
  assert.equal(low, 0);
  assert.ok(middle !== undefined && Math.abs(middle - 65_535 / 4) < 2);
  assert.deepEqual(await rangeOf(await bytesOf(production, bright)), [middle, 65_535]);
  // The original is the file's own samples, whatever was measured.
  const original = await bytesOf(production, wish("micro/1.png", "png"));
  assert.equal(original.readUInt16BE(original.byteLength - 2), 1100);
});

// Runs share a worker and its program; nothing else about them may be seen.
test("frames that a program decodes come in runs, each with its own picture", async (t) => {
  const wishes = drawExr("exr", 12);
  const alone = start(t, { workers: 1, maxWorkers: 1 });
  const expected: Buffer[] = [];
  for (const wished of wishes) expected.push(await bytesOf(alone, wished));
  assert.equal(new Set(expected.map((bytes) => bytes.toString("latin1"))).size, 12);
  assert.match(expected[0]?.toString("latin1", 0, 20) ?? "", /^P6\n160 90\n65535\n/);
  const together = start(t, { workers: 1, maxWorkers: 1 });
  writeFileSync(join(root, "exr", "5.exr"), readFileSync(join(root, "exr", "5.exr")).subarray(0, 1000));
  utimesSync(join(root, "exr", "5.exr"), LONG_AGO, LONG_AGO);
  const outcomes = await Promise.allSettled(wishes.map((wished) => bytesOf(together, wished)));
  for (const [index, outcome] of outcomes.entries()) {
    if (index === 4) assert.equal(outcome.status, "rejected");
    else assert.deepEqual(outcome, { status: "fulfilled", value: expected[index] });
  }
});

/** Reads of a folder named `dead` take for ever; of one named `slow`, as long as a picture of 8K. */
const HANGING = join(root, "hanging.mjs");
writeFileSync(
  HANGING,
  `import { dirname, basename } from "node:path";
  import { produceWith } from ${JSON.stringify(new URL("./worker.ts", import.meta.url).href)};
  import { answerTo } from ${JSON.stringify(new URL("./product.ts", import.meta.url).href)};
  const clock = new Int32Array(new SharedArrayBuffer(4));
  const make = (order) => {
    if (basename(dirname(order.source.path)).startsWith("dead")) Atomics.wait(clock, 0, 0, 5000);
    return answerTo(order);
  };
  export const produce = (order) => produceWith(order, make);`,
);

// Of the issue: a mount that hangs for 5 s, and others play on.
test("while a mount hangs, frames of other folders come as they always do", async (t) => {
  const production = start(t, { workers: 1, maxWorkers: 8, workerUrl: pathToFileURL(HANGING) });
  const frame = Buffer.from("P5\n1 1\n255\na");
  const play = async (number: number): Promise<number> => {
    place(`alive/${number}.pgm`, frame);
    const began = performance.now();
    assert.deepEqual(await bytesOf(production, wish(`alive/${number}.pgm`, "netpbm")), frame);
    return performance.now() - began;
  };
  await play(0);
  // They end when the server is closed: after the test.
  const visit = (folder: string): void => {
    for (const number of [1, 2, 3, 4, 5, 6]) {
      place(`${folder}/${number}.pgm`, frame);
      bytesOf(production, wish(`${folder}/${number}.pgm`, "netpbm")).catch(() => undefined);
    }
  };
  visit("dead-a");
  const began = performance.now();
  const waits: number[] = [];
  let visited = 0;
  for (let number = 1; performance.now() - began < 4500; number++) {
    waits.push(await play(number));
    // Others come to the mount when it is known that something hangs.
    if (performance.now() - began > 1500 && visited < 5) visit(`dead-${++visited}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.ok(waits.length > 50);
  // The first has to wait until a temporary worker has started.
  assert.ok(Math.max(...waits) < 2000, `one waited ${Math.max(...waits)} ms`);
  const ninth = waits.toSorted((a, b) => a - b)[Math.floor(waits.length * 0.9)] ?? Infinity;
  assert.ok(ninth < 200, `one of ten waited ${ninth} ms`);
  assert.ok(production.stats.queued > 0, "the dead folder's frames are not forgotten");
});
