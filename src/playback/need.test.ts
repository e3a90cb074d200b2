import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRate } from "../base/rate.ts";
import { BitRate, Bytes } from "../base/units.ts";
import { NeedMeter, needOf, rateFor } from "./need.ts";

// The figures that an operator works out with a pencil.
test("a playback needs its frames' bytes times eight times its rate", () => {
  assert.equal(needOf(parseRate("24"), 57_654), 11_069_568);
  assert.ok(Math.abs(needOf(parseRate("24000/1001"), 57_654) - 11_058_509.5) < 1);
  assert.equal(rateFor(BitRate(11_069_568), Bytes(57_654)), 24);
});

// One large frame in a second is what the bucket's burst is for; a second of large ones is not.
test("what is needed follows the mean over a second of messages", () => {
  const meter = new NeedMeter(parseRate("4"), { isKnown: true });
  const needs = [100, 100, 100, 500, 900, 900, 900, 900].map((bytes) => meter.sent(bytes));
  const none = undefined;
  assert.deepEqual(needs, [none, none, none, 6400, none, none, none, 28_800]);
});

// Newcomers of unknown size would count for nothing a second long, and so would all who come meanwhile.
test("where nothing was known the first message already says what is needed", () => {
  const meter = new NeedMeter(parseRate("4"), { isKnown: false });
  const needs = [100, 900, 900, 900, 100].map((bytes) => meter.sent(bytes));
  assert.deepEqual(needs, [3200, undefined, undefined, 22_400, undefined]);
});

// A still that changes once in a minute is measured by each of its messages.
test("below one frame a second every message counts", () => {
  const meter = new NeedMeter(parseRate("1/60"), { isKnown: true });
  assert.equal(meter.sent(6000), 800);
});

// At 23.976 a second of messages is 24 of them.
test("a second of a fractional rate is rounded up to whole messages", () => {
  const meter = new NeedMeter(parseRate("24000/1001"), { isKnown: true });
  const needs = Array.from({ length: 24 }, () => meter.sent(1001));
  assert.equal(needs.filter((need) => need !== undefined).length, 1);
  assert.equal(needs[23], 192_000);
});
