import assert from "node:assert/strict";
import { test } from "node:test";
import { drawHalfBlocks, fitted, paletteIndex } from "./halfBlocks.ts";

const picture = (width: number, height: number, ...samples: number[]) =>
  ({ width, height, channels: 3, samples: Uint8Array.from(samples) }) as const;

// A pixel in the wrong half would turn a thin line upside down.
test("two pixels above each other are one character: the upper its colour, the lower its background", () => {
  const two = picture(1, 2, 255, 0, 0, 0, 0, 255);
  assert.deepEqual(drawHalfBlocks(two, { columns: 80, rows: 24 }, "true"), [
    "\u001B[38;2;255;0;0m\u001B[48;2;0;0;255m▀\u001B[0m",
  ]);
});

// Terminals over slow lines: a colour is not said again.
test("a colour is named when it changes, and a missing lower pixel is the terminal's own background", () => {
  const three = picture(3, 1, 1, 2, 3, 1, 2, 3, 9, 9, 9);
  assert.deepEqual(drawHalfBlocks(three, { columns: 80, rows: 24 }, "true"), [
    "\u001B[38;2;1;2;3m\u001B[49m▀▀\u001B[38;2;9;9;9m▀\u001B[0m",
  ]);
});

test("a picture keeps its proportions within the terminal, and is never enlarged", () => {
  assert.deepEqual(fitted({ width: 160, height: 120 }, { columns: 80, rows: 100 }), {
    width: 80,
    height: 60,
  });
  assert.deepEqual(fitted({ width: 160, height: 120 }, { columns: 200, rows: 30 }), {
    width: 80,
    height: 60,
  });
  assert.deepEqual(fitted({ width: 16, height: 12 }, { columns: 200, rows: 30 }), { width: 16, height: 12 });
  assert.deepEqual(fitted({ width: 10_000, height: 1 }, { columns: 10, rows: 1 }), { width: 10, height: 1 });
});

test("pixels are taken from where they lie when the picture is made smaller", () => {
  const grey = { width: 4, height: 2, channels: 1, samples: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7) } as const;
  const [line = ""] = drawHalfBlocks(grey, { columns: 2, rows: 1 }, "true");
  assert.equal(line, "\u001B[38;2;5;5;5m\u001B[49m▀\u001B[38;2;7;7;7m▀\u001B[0m");
});

// Older terminals have 256 colours, and greys are where pictures show steps first.
test("the nearest of 256 colours is in the cube or on the ramp of greys", () => {
  assert.equal(paletteIndex(255, 0, 0), 196);
  assert.equal(paletteIndex(0, 0, 0), 16);
  assert.equal(paletteIndex(255, 255, 255), 231);
  assert.equal(paletteIndex(128, 128, 128), 244);
  assert.equal(paletteIndex(8, 8, 8), 232);
});
