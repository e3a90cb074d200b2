import assert from "node:assert/strict";
import { it } from "node:test";
import { typedFrame, typedOn } from "./typed.ts";

it("a frame number is typed sign by sign, a minus only in front, and has an end", () => {
  assert.equal(Array.from("-12-3").reduce(typedOn, ""), "-123");
  assert.equal(Array.from("9".repeat(30)).reduce(typedOn, "").length, 16);
});

it("what is no number yet leads nowhere", () => {
  assert.deepEqual(["", "-", "7", "-05"].map(typedFrame), [undefined, undefined, 7, -5]);
});
