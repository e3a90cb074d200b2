import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeY4mHeader } from "./y4m.ts";

function headerOf(planes: 1 | 3): string {
  const rate = { numerator: 24_000, denominator: 1001 };
  return Buffer.from(encodeY4mHeader({ width: 160, height: 120, planes }, rate)).toString();
}

// 24000/1001 written as 23.98 is a frame too many after seven minutes.
test("the header says size, exact rate, planes and range", () => {
  assert.equal(headerOf(3), "YUV4MPEG2 W160 H120 F24000:1001 Ip A1:1 C444 XCOLORRANGE=FULL\n");
  assert.equal(headerOf(1), "YUV4MPEG2 W160 H120 F24000:1001 Ip A1:1 Cmono XCOLORRANGE=FULL\n");
});
