import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type SampleValue, sampleText, valuesText } from "./pixelText.ts";

describe("what is read out of a pixel", () => {
  it("is each channel by its name, in the file's own units", () => {
    assert.equal(
      valuesText({ channels: ["r", "g", "b"], values: [4095, 12, 0], sample: "uint16" }),
      "r 4095 g 12 b 0",
    );
    assert.equal(valuesText({ channels: ["y"], values: [255], sample: "uint8" }), "grey 255");
  });

  // Light spans twenty stops: digits behind the point would be all or nothing.
  it("has four significant digits of light, however large it is", () => {
    const texts = ([0.18, 1, 12.34567, 65_504, -0.25, 0, 1e-7, 3.4e38] as SampleValue[]).map((value) =>
      sampleText(value, "float32"),
    );
    assert.deepEqual(texts, [
      "0.1800",
      "1.000",
      "12.35",
      "6.550e4",
      "−0.2500",
      "0.000",
      "1.000e-7",
      "3.400e38",
    ]);
  });

  it("says what is no number", () => {
    const texts = (["NaN", "Infinity", "-Infinity"] as const).map((value) => sampleText(value, "float32"));
    assert.deepEqual(texts, ["NaN", "∞", "−∞"]);
  });
});
