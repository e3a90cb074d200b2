import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { holds } from "../../test/laws/seed.ts";
import { Fault } from "./errors.ts";
import { formatRate, mediaTimeAt, parseRate, rateOf } from "./rate.ts";

// 23.976 taken as a binary fraction would be neither what was written nor what was meant.
test("a rate is read exactly: as a whole number, a fraction or decimals", () => {
  assert.deepEqual(parseRate("24"), { numerator: 24, denominator: 1 });
  assert.deepEqual(parseRate("24000/1001"), { numerator: 24_000, denominator: 1001 });
  assert.deepEqual(parseRate("23.976"), { numerator: 2997, denominator: 125 });
  assert.deepEqual(parseRate("50/2"), { numerator: 25, denominator: 1 });
  assert.deepEqual(parseRate("0.5"), { numerator: 1, denominator: 2 });
});

// JavaScript's own conversion takes "", "0x18" and "1e2" for numbers, and a rate of 0 never comes to its
// second frame.
test("what is no rate from one frame a day to 1000 a second is refused", () => {
  const refused = [
    "",
    "0",
    "-24",
    "+24",
    "1e2",
    "0x18",
    "24/0",
    "0/1",
    "inf",
    "NaN",
    " 24",
    "24.",
    ".5",
    "1001",
  ];
  for (const text of [...refused, "1/86401", "24/1/1", "٢٤"]) {
    assert.throws(
      () => parseRate(text),
      (error) => error instanceof Fault && error.code === "RATE_INVALID",
      text,
    );
  }
});

// Programs compute rates, and JSON has no fractions: 24/1.001 is meant as 24000/1001, and must not be refused
// for its decimals.
test("a number stands for the fraction that it is near to", () => {
  const meant: readonly (readonly [number, string])[] = [
    [24, "24"],
    [23.976, "2997/125"],
    [24_000 / 1001, "24000/1001"],
    [30 / 1.001, "30000/1001"],
    [2 * (60_000 / 1001), "120000/1001"],
    [23.976_023_976, "24000/1001"],
    [1 / 3, "1/3"],
    [0.1 + 0.2, "3/10"],
    [1 / 86_400, "1/86400"],
  ];
  for (const [value, text] of meant) assert.equal(formatRate(rateOf(value)), text);
  for (const value of [0, -24, -1 / 3, 1e-7, 1000.000_000_1, 1e21, Infinity, Number.NaN])
    assert.throws(
      () => rateOf(value),
      (error) => error instanceof Fault && error.code === "RATE_INVALID",
      String(value),
    );
});

// What is sent of it is read by the other side, and plays as fast as was meant.
test("whatever number a rate is, its fraction is near and can be read", (t) => {
  const number = fc.double({ min: 1 / 86_000, max: 1000, noNaN: true });
  holds(
    t,
    fc.property(number, (value) => {
      const rate = rateOf(value);
      assert.deepEqual(parseRate(formatRate(rate)), rate);
      assert.ok(Math.abs(rate.numerator / rate.denominator / value - 1) < 2e-9);
    }),
    1000,
  );
});

// What is shown can be typed again.
test("a rate that is shown is read as the same rate", () => {
  for (const text of ["24", "24000/1001", "2997/125"]) assert.equal(formatRate(parseRate(text)), text);
});

// Adding up a rounded period drifts by a frame in an hour; kitsu lost its last frames to that.
test("a position's time does not drift, not in a million positions at 24000/1001", () => {
  const rate = parseRate("24000/1001");
  assert.equal(mediaTimeAt(rate, 0), 0);
  assert.equal(mediaTimeAt(rate, 24_000), 1_001_000);
  assert.equal(mediaTimeAt(rate, 24_000_000), 1_001_000_000);
  for (let position = 0; position <= 1_000_000; position += 999) {
    // Exact in whole numbers: 24 frames take 1001 ms.
    const exact = Number((BigInt(position) * 1001n * 1_000_000n) / 24n) / 1_000_000;
    assert.ok(Math.abs(mediaTimeAt(rate, position) - exact) < 1e-4, `position ${position}`);
  }
});
