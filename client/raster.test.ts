import assert from "node:assert/strict";
import { test } from "node:test";
import { MutoscopeError } from "./error.ts";
import { readRaster } from "./raster.ts";

const ppm = (header: string, ...samples: number[]) =>
  ({ format: "ppm", bytes: Uint8Array.from([...Buffer.from(header), ...samples]) }) as const;

// Measurements are made of these numbers.
test("samples come as the file has them, of 8 and of 16 bits", () => {
  const colour = readRaster(ppm("P6\n# mutoscope: hold 1 for 2\n1 2\n255\n", 1, 2, 3, 4, 5, 6));
  const { samples, ...rest } = colour;
  assert.deepEqual(rest, { width: 1, height: 2, channels: 3, maxval: 255 });
  assert.deepEqual([...samples], [1, 2, 3, 4, 5, 6]);
  const deep = readRaster(ppm("P5\n2 1\n4095\n", 0x0f, 0xff, 0, 1));
  assert.deepEqual(deep.samples, Uint16Array.of(4095, 1));
  assert.equal(deep.channels, 1);
});

function hasCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof MutoscopeError && error.code === code;
}

test("what is no whole netpbm picture is told with its code", () => {
  assert.throws(() => readRaster({ format: "png", bytes: new Uint8Array() }), hasCode("FRAME_UNSUPPORTED"));
  assert.throws(() => readRaster(ppm("P6\n1 2\n255\n", 1, 2, 3)), hasCode("FRAME_TRUNCATED"));
  assert.throws(() => readRaster(ppm("P6\n1")), hasCode("FRAME_TRUNCATED"));
  assert.throws(() => readRaster(ppm("P6\nx")), hasCode("FRAME_CORRUPT"));
});
