import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "../base/errors.ts";
import { parsePattern } from "../library/pattern.ts";
import { outputPattern } from "./outputPattern.ts";

const file = (pattern: string, number: number) => outputPattern(parsePattern(pattern)).fileOf(number);

// What is recorded is found again as the same movie, with the same numbers.
test("frames are named by their own numbers, padded as the pattern says", () => {
  assert.equal(file("shots/out.%04d.png", 7), "shots/out.0007.png");
  assert.equal(file("out.####.png", 7), "out.0007.png");
  assert.equal(file("out.#.png", 7), "out.7.png");
  assert.equal(file("out_@@@.jpg", 1042), "out_1042.jpg");
  assert.equal(file("out.%d.webp", -12), "out.-12.webp");
  assert.equal(file("out.%04d.ppm", -12), "out.-0012.ppm");
});

const isInvalid = (error: unknown) => error instanceof Fault && error.code === "RENDITION_INVALID";

test("the extension says the format, and one that is not written is refused", () => {
  assert.equal(outputPattern(parsePattern("out.####.jpeg")).format, "jpeg");
  assert.throws(() => outputPattern(parsePattern("out.####.exr")), isInvalid);
});
