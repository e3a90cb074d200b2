import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import * as fc from "fast-check";
import { Fault } from "../../base/errors.ts";
import { Bytes, MiB } from "../../base/units.ts";
import { Y4M_FRAME, encodeY4mHeader } from "../../wire/y4m.ts";
import { yuvImage } from "./yuv.ts";

const LIMIT = Bytes(1 * MiB);
const RATE = { numerator: 25, denominator: 1 };
const [width, height] = [64, 64];

/** Colours from all over the cube, the same in each run. */
const samples = Uint8Array.from({ length: width * height * 3 }, (_, index) => (index * 2_654_435_761) >>> 24);
const colour = { width, height, channels: 3, samples } as const;
const grey = { width, height, channels: 1, samples: samples.slice(0, width * height) } as const;

function ffmpeg(input: Uint8Array, ...args: string[]): Buffer {
  const { status, stdout, stderr } = spawnSync(
    "ffmpeg",
    ["-v", "error", "-i", "-", ...args, "-f", "rawvideo", "-"],
    {
      input,
      maxBuffer: 16 * MiB,
    },
  );
  assert.equal(status, 0, stderr.toString());
  return stdout;
}

function worst(a: Uint8Array, b: Uint8Array): number {
  assert.equal(a.byteLength, b.byteLength);
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - (b[index] ?? 0))), 0);
}

const isTooLarge = (error: unknown) => error instanceof Fault && error.code === "FRAME_TOO_LARGE";

// What evidence is made of must look the same in every program that reads it.
test("planes of colour are those that ffmpeg makes of the same picture", () => {
  const { bytes, shape } = yuvImage(colour, LIMIT);
  assert.deepEqual(shape, { format: "yuv", width, height });
  const ppm = Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), samples]);
  const theirs = ffmpeg(
    ppm,
    "-vf",
    "scale=out_range=full:out_color_matrix=bt601:flags=accurate_rnd",
    "-pix_fmt",
    "yuv444p",
  );
  assert.ok(worst(bytes, theirs) <= 1, `${worst(bytes, theirs)} of 255 apart`);
});

test("a y4m file of them is read by ffmpeg, with their size, rate and range", () => {
  const { bytes } = yuvImage(colour, LIMIT);
  const file = Buffer.concat([encodeY4mHeader({ width, height, planes: 3 }, RATE), Y4M_FRAME, bytes]);
  const back = ffmpeg(
    file,
    "-vf",
    "scale=in_color_matrix=bt601:flags=accurate_rnd+full_chroma_int",
    "-pix_fmt",
    "rgb24",
  );
  assert.ok(worst(samples, back) <= 2, `${worst(samples, back)} of 255 apart`);
});

// A microscope's picture loses nothing on this way.
test("grey stays exactly what it is", () => {
  const { bytes, shape } = yuvImage(grey, LIMIT);
  assert.deepEqual(shape, { format: "luma", width, height });
  assert.deepEqual(bytes, grey.samples);
  const file = Buffer.concat([encodeY4mHeader({ width, height, planes: 1 }, RATE), Y4M_FRAME, bytes]);
  assert.deepEqual(new Uint8Array(ffmpeg(file, "-pix_fmt", "gray")), grey.samples);
});

// Rounding at the ends of the range must not turn white into black.
test("no colour leaves the range, and greys have no chroma", () => {
  const level = fc.integer({ min: 0, max: 255 });
  const property = fc.property(level, level, level, (red, green, blue) => {
    const [y = -1, cb = -1, cr = -1] = yuvImage(
      { width: 1, height: 1, channels: 3, samples: Uint8Array.of(red, green, blue) },
      LIMIT,
    ).bytes;
    const exact = [
      0.299 * red + 0.587 * green + 0.114 * blue,
      128 - 0.168736 * red - 0.331264 * green + 0.5 * blue,
      128 + 0.5 * red - 0.418688 * green - 0.081312 * blue,
    ];
    for (const [index, value] of [y, cb, cr].entries())
      assert.ok(
        Math.abs(value - Math.min(exact[index] ?? 0, 255)) <= 0.51,
        `${index}: ${value}, ${exact[index]}`,
      );
    if (red === green && green === blue) assert.deepEqual([y, cb, cr], [red, 128, 128]);
  });
  fc.assert(property, {
    seed: 19_660,
    numRuns: 2000,
    examples: [
      [0, 0, 255],
      [255, 0, 0],
      [255, 255, 255],
      [0, 255, 0],
    ],
  });
});

test("planes larger than a frame may be are refused", () => {
  assert.throws(() => yuvImage(colour, Bytes(100)), isTooLarge);
});
