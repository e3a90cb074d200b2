import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "./errors.ts";
import { formatRate, mediaTimeAt, parseRate } from "./rate.ts";

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
