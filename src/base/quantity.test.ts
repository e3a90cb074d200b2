import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  formatBitRate,
  formatDuration,
  formatSize,
  parseBitRate,
  parseDuration,
  parseSize,
} from "./quantity.ts";

// Memory is counted in powers of two and networks in powers of ten: both are written, and never mixed up.
test("a size is a number with an IEC or SI unit, and bytes without one", () => {
  assert.equal(parseSize("256MiB"), 268_435_456);
  assert.equal(parseSize("256 mib"), 268_435_456);
  assert.equal(parseSize("64kB"), 64_000);
  assert.equal(parseSize("1.5KiB"), 1536);
  assert.equal(parseSize("4096"), 4096);
});

// A guessed size would become a bound that nobody asked for.
test("a size that is negative, fractional in bytes, without a known unit or not exact is none", () => {
  for (const text of ["", "-1", "1.5", "MiB", "1M", "0x10", "1e3", "99999999999TiB", " 1", "1  B"]) {
    assert.equal(parseSize(text), undefined, text);
  }
});

// `--idle-timeout 10` could be seconds or milliseconds: it is refused rather than guessed.
test("a duration names its unit, but for 0", () => {
  assert.equal(parseDuration("500ms"), 500);
  assert.equal(parseDuration("1.5s"), 1500);
  assert.equal(parseDuration("10m"), 600_000);
  assert.equal(parseDuration("1d"), 86_400_000);
  assert.equal(parseDuration("0"), 0);
  for (const text of ["10", "1.5ms", "-1s", "1 week", "s"])
    assert.equal(parseDuration(text), undefined, text);
});

// The reference page and the help show values that can be typed back in.
test("a formatted size or duration reads back as the same value", () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(1, 1000, 1024, 2 ** 20, 60_000), (count, scale) => {
      assert.equal(parseSize(formatSize(count * scale)), count * scale);
      assert.equal(parseDuration(formatDuration(count * scale)), count * scale);
    }),
  );
});

// People recognise round values.
test("a value is formatted in the unit that makes it shortest", () => {
  assert.equal(formatSize(268_435_456), "256MiB");
  assert.equal(formatSize(57_654), "57654B");
  assert.equal(formatDuration(600_000), "10m");
  assert.equal(formatDuration(90_000), "90s");
  assert.equal(formatDuration(0), "0ms");
});

// Networks are sold in powers of ten, and a number alone may be bits or bytes.
test("rates are in bits per second, with their unit", () => {
  assert.equal(parseBitRate("100Mbit"), 100_000_000);
  assert.equal(parseBitRate("1.2 Gbit/s"), 1_200_000_000);
  assert.equal(parseBitRate("64kbit"), 64_000);
  for (const text of ["100", "100MB", "1Mibit", "", "Mbit", "-1kbit", "1e3bit"])
    assert.equal(parseBitRate(text), undefined, text);
  assert.equal(formatBitRate(90_000_000), "90Mbit");
  assert.equal(formatBitRate(1_200_000_000), "1200Mbit");
});
