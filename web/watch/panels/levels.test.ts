import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type Axis,
  closer,
  closerIfLost,
  keyed,
  placeOf,
  pushed,
  readValue,
  spokenValue,
  valueAt,
  valueText,
} from "./levels.ts";

const WHOLE: Axis = { low: 0, high: 255, sample: "uint8" };
const DEEP: Axis = { low: 0, high: 65_535, sample: "uint16" };
const LIGHT: Axis = { low: -0.5, high: 1.5, sample: "float32" };

/** From 100, on an axis of 16 bits. */
function deepKey(key: string, isLarge = false): number | undefined {
  return keyed(key, 100, DEEP, { isLarge });
}

describe("the handles of a histogram", () => {
  // Who puts a handle between two columns means one of them.
  it("have the value on whose column they stand, for every whole value", () => {
    for (let value = 0; value <= 255; value += 1) assert.equal(valueAt(placeOf(value, WHOLE), WHOLE), value);
    assert.deepEqual([valueAt(0, DEEP), valueAt(0.5, DEEP), valueAt(1, DEEP)], [0, 32_768, 65_535]);
    assert.deepEqual([valueAt(-3, DEEP), valueAt(7, DEEP)], [0, 65_535]);
  });

  it("have the values of light between the edges, as short numbers", () => {
    assert.deepEqual([valueAt(0, LIGHT), valueAt(0.25, LIGHT), valueAt(1, LIGHT)], [-0.5, 0, 1.5]);
    assert.equal(placeOf(0.5, LIGHT), 0.5);
    assert.equal(valueAt(1 / 3, LIGHT), 0.167);
  });

  // Levels that do not differ are refused by the server.
  it("never meet, and never leave what the file can have", () => {
    const levels = { low: 10, high: 20 };
    assert.deepEqual(pushed(levels, "low", 300, WHOLE), { low: 19, high: 20 });
    assert.deepEqual(pushed(levels, "high", -4, WHOLE), { low: 10, high: 11 });
    assert.deepEqual(pushed(levels, "high", 999, WHOLE), { low: 10, high: 255 });
    assert.deepEqual(pushed({ low: 0, high: 1 }, "low", 7, LIGHT), { low: 0.999, high: 1 });
    assert.deepEqual(pushed({ low: 0, high: 1 }, "high", 16, LIGHT), { low: 0, high: 16 });
  });

  it("move by keys: a little, more with Shift or a page, and to the ends", () => {
    assert.deepEqual(
      [deepKey("ArrowRight"), deepKey("ArrowLeft"), deepKey("ArrowUp", true)],
      [356, -156, 4196],
    );
    assert.deepEqual(
      ["PageUp", "Home", "End", "x"].map((key) => deepKey(key)),
      [4196, 0, 65_535, undefined],
    );
    assert.equal(keyed("ArrowRight", 7, WHOLE, { isLarge: false }), 8);
    assert.equal(keyed("ArrowRight", 0, LIGHT, { isLarge: false }), 0.008);
  });

  it("are told in the file's own units", () => {
    assert.equal(
      spokenValue("high", 4095, { ...DEEP, white: 65_535 }),
      "4095 of 65535 becomes full brightness",
    );
    assert.equal(spokenValue("low", 0.1800001, { ...LIGHT, white: 1 }), "0.18 becomes black");
    assert.deepEqual([valueText(1.5e-7, LIGHT), valueText(12.4, DEEP)], ["1.5e-7", "12"]);
  });

  it("take what is typed, and nothing else", () => {
    assert.deepEqual(
      [readValue("4095", DEEP), readValue(" 1.6 ", DEEP), readValue("1e9", DEEP)],
      [4095, 2, 65_535],
    );
    assert.deepEqual([readValue("-0.25", LIGHT), readValue("1e3", LIGHT)], [-0.25, 1000]);
    assert.deepEqual([readValue("", DEEP), readValue("many", DEEP)], [undefined, undefined]);
  });
});

describe("a closer look at a histogram", () => {
  // 12 bits in a file of 16 fill a sixteenth of the axis.
  it("has where the values are, with a little room, within what there can be", () => {
    const deep = { sample: "uint16", white: 65_535 } as const;
    assert.deepEqual(closer([{ least: 100, most: 4000 }], deep), { low: 0, high: 4195 });
    assert.deepEqual(closer([{ least: 7, most: 7 }], deep), { low: 7, high: 23 });
    assert.equal(closer([{ least: 0, most: 65_535 }], deep), undefined);
    const light = { sample: "float32", white: 1 } as const;
    assert.deepEqual(
      closer(
        [
          { least: 0, most: 1 },
          { least: null, most: null },
        ],
        light,
      ),
      { low: -0.05, high: 1.05 },
    );
    assert.equal(closer([{ least: null, most: null }], light), undefined);
  });

  it("comes by itself where the values would be lost", () => {
    const deep = { sample: "uint16", white: 65_535 } as const;
    assert.deepEqual(closerIfLost([{ least: 100, most: 4000 }], deep), { low: 0, high: 4195 });
    assert.equal(closerIfLost([{ least: 100, most: 40_000 }], deep), undefined);
    assert.equal(closerIfLost([{ least: 0, most: 1 }], { sample: "float32", white: 1 }), undefined);
  });
});
