import assert from "node:assert/strict";
import { test } from "node:test";
import type { Raster } from "../raster/raster.ts";
import { originalImage } from "./original.ts";
import { LIMIT, readNetpbm, row } from "./pictures.testing.ts";

// Evidence and science: what a classic client gets is what was written, to the last bit.
test("whole numbers are the file's own samples under its own maxval, the higher byte first", () => {
  const shallow: Raster = { ...row(Uint8Array.of(0, 7, 15)), maxval: 15 };
  assert.deepEqual(readNetpbm(originalImage(shallow, undefined, LIMIT)), {
    header: "P5\n3 1\n15\n",
    samples: [0, 7, 15],
  });
  const deep: Raster = {
    width: 1,
    height: 2,
    channels: 3,
    samples: Uint16Array.of(0, 1, 255, 256, 4094, 4095),
    maxval: 4095,
    transfer: "display",
  };
  const image = originalImage(deep, { low: 0, high: 9 }, LIMIT);
  assert.deepEqual(readNetpbm(image), { header: "P6\n1 2\n4095\n", samples: [0, 1, 255, 256, 4094, 4095] });
  assert.deepEqual([...image.bytes.subarray(-4)], [0x0f, 0xfe, 0x0f, 0xff]);
});

// Netpbm of two kinds has no floating point; 16 bits lose least of it.
test("measured values are stretched by the movie's levels to 16 bits, and from 0 to 1 without any", () => {
  const raster = row(Float32Array.of(-5, 0, 0.5, 1, 10, Number.NaN));
  const stretched = readNetpbm(originalImage(raster, { low: -5, high: 10 }, LIMIT));
  assert.deepEqual(stretched, {
    header: "P5\n6 1\n65535\n",
    samples: [0, 21_845, 24_030, 26_214, 65_535, 0],
  });
  const plain = readNetpbm(originalImage(raster, undefined, LIMIT));
  assert.deepEqual(plain.samples, [0, 0, 32_768, 65_535, 65_535, 0]);
});

// The same EXR must be the same bytes whatever else is in its movie: light has a white of its own.
test("light is encoded by the curve of sRGB from 0 to 1, whatever the levels", () => {
  const raster = row(Float32Array.of(-1, 0, 0.18, 1, 4, Infinity), "linear");
  const { samples } = readNetpbm(originalImage(raster, { low: 0, high: 4 }, LIMIT));
  const grey = Math.round((1.055 * 0.18 ** (1 / 2.4) - 0.055) * 65_535);
  assert.deepEqual(samples, [0, 0, grey, 65_535, 65_535, 65_535]);
});
