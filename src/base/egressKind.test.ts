import assert from "node:assert/strict";
import { test } from "node:test";
import { bitRate, bitRates, share, shares } from "./egressKind.ts";

// A budget of 0 would let nothing pass for ever, and a bare number may be bytes or bits.
test("a rate has a unit and is not 0", () => {
  assert.equal(bitRate.parse("100Mbit"), 100e6);
  assert.equal(bitRate.parse("1.2Gbit/s"), 1.2e9);
  assert.equal(bitRate.parse("none"), "none");
  for (const text of ["", "0", "0Mbit", "100", "100MB", "-1Mbit", "1bit", "2Tbit"])
    assert.equal(bitRate.parse(text), undefined, text);
});

// What the settings page and the limits print must be readable by the same program.
test("what is shown of rates and lists is read back as the same", () => {
  for (const text of ["none", "90Mbit", "1200Mbit", "64kbit"])
    assert.equal(bitRate.format(bitRate.parse(text) ?? "none"), text);
  assert.equal(bitRates.format(bitRates.parse("5=20Mbit, 9=1Mbit") ?? new Map()), "5=20Mbit,9=1Mbit");
  assert.equal(shares.format(shares.parse("3=20%,9=0.5%") ?? new Map()), "3=20%,9=0.5%");
  assert.equal(shares.format(shares.parse("none") ?? assert.fail()), "none");
});

// One priority given twice is a slip, and which of the two was meant cannot be known.
test("a list gives each priority from 0 to 255 one value", () => {
  assert.deepEqual(bitRates.parse(""), new Map());
  assert.deepEqual(shares.parse("0=100%"), new Map([[0, 1]]));
  for (const text of ["256=1%", "3=20%,3=10%", "3", "3=", "=20%", "3=0%", "3=101%", "3=20", "3=1%=2%", ","])
    assert.equal(shares.parse(text), undefined, text);
});

// Whoever reads "found 3=20%,3=10%, expected priorities with a share" looks for another fault.
test("a list that has a priority twice is told which", () => {
  assert.equal(shares.problem?.("3=20%, 9=5%,03=10%"), "priority 3 is there twice");
  assert.equal(bitRates.problem?.("0=1Mbit,0=2Mbit"), "priority 0 is there twice");
  assert.equal(shares.problem?.("3=20%,9=5"), undefined);
});

// 0 would admit nobody, and more than everything is no share.
test("a share is a percentage, a fraction with its point, or off", () => {
  assert.equal(share.parse("80%"), 0.8);
  assert.equal(share.parse("off"), "off");
  assert.equal(share.parse("0.8"), 0.8);
  assert.equal(share.parse("1.0"), 1);
  for (const text of ["80", "1", "0", "0.0", "1.01", ".8", "0%", "101%", "-5%", "", "none"])
    assert.equal(share.parse(text), undefined, text);
  assert.equal(share.format(0.8), "80%");
  assert.equal(share.format("off"), "off");
});
