import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type ErrorCode, Fault } from "../base/errors.ts";
import { nameAt } from "./fileNaming.ts";
import { formatFrameRange } from "./frameRange.ts";
import { findPattern, isPattern, parsePattern } from "./pattern.ts";

/** What stands before and after the digits, how many these are, and the declared range. */
function parts(text: string, range?: string): readonly unknown[] {
  const pattern = parsePattern(text, range);
  const declared = pattern.range === undefined ? undefined : formatFrameRange(pattern.range);
  return [pattern.folder, pattern.before, pattern.after, pattern.width, declared];
}

/** The movie's name, and its files in order. */
function found(pattern: string, files: readonly string[]): readonly [string, readonly string[]] {
  const { sequence } = findPattern(files, parsePattern(pattern));
  const names = Array.from(sequence.numbers, (number, index) => nameAt(sequence.names, index, number));
  return [sequence.name, names];
}

const code = (expected: ErrorCode) => (error: unknown) => error instanceof Fault && error.code === expected;

describe("a pattern of file names", () => {
  // Any padding: # means four digits to some tools, one each to others.
  it("has #, ####, @@@@, %d or %04d for the frame number", () => {
    assert.deepEqual(parts("beauty.####.exr"), [".", "beauty.", ".exr", undefined, undefined]);
    assert.deepEqual(parts("shots/010/beauty.#.exr"), ["shots/010", "beauty.", ".exr", undefined, undefined]);
    assert.deepEqual(parts("/beauty_@@@@_left.tif"), ["/", "beauty_", "_left.tif", 4, undefined]);
    assert.deepEqual(parts("beauty.%04d.EXR"), [".", "beauty.", ".EXR", 4, undefined]);
    assert.deepEqual(parts("%d.png"), [".", "", ".png", 1, undefined]);
    assert.deepEqual(parts("%00d.png"), [".", "", ".png", 1, undefined]);
  });

  // As RV and Nuke write it.
  it("has the declared range inside, after a space, or after it on the command line", () => {
    const range = (text: string, following?: string) => parts(text, following).at(-1);
    assert.equal(range("beauty.####.exr 1001-1100"), "1001-1100");
    assert.equal(range("my shot.####.exr   1001 "), "1001");
    assert.equal(range("beauty.####.exr", "-10-20"), "-10-20");
    assert.deepEqual(parts("foo.1-91x10#.exr"), [".", "foo.", ".exr", undefined, "1-91x10"]);
    assert.deepEqual(parts("foo.-10--5@@@@.tif"), [".", "foo.", ".tif", 4, "-10--5"]);
    assert.deepEqual(parts("1-100#.tif"), [".", "", ".tif", undefined, "1-100"]);
    assert.deepEqual(parts("cam1-2#.png"), [".", "cam1-2", ".png", undefined, undefined]);
    assert.deepEqual(parts("take 5.####.png"), [".", "take 5.", ".png", undefined, undefined]);
  });

  it("has one kind of place: what else looks like one is part of the name", () => {
    assert.deepEqual(parts("logo@2x.####.png"), [".", "logo@2x.", ".png", undefined, undefined]);
    assert.deepEqual(parts("no#1@x.%02d.png"), [".", "no#1@x.", ".png", 2, undefined]);
    assert.deepEqual(parts("project#7/a.####.png"), ["project#7", "a.", ".png", undefined, undefined]);
  });

  it("is refused when it has no place in the file's name, or several, or is no picture's", () => {
    const wrong = ["beauty.0001.exr", "####/a.png", "%04d/a.####.png", "a.####.b.####.png", "a.%d%d.png"];
    for (const text of [
      ...wrong,
      "##@@.png",
      "@@##.png",
      "a.%4d.png",
      "a.####",
      "a.####.mov",
      "a.png.####",
    ]) {
      assert.throws(() => parsePattern(text), code("PATTERN_INVALID"), text);
    }
    assert.throws(() => parsePattern("a.1-10#.png 1-10"), code("RANGE_INVALID"));
    assert.throws(() => parsePattern("a.#.png 1-10", "1-10"), code("RANGE_INVALID"));
    assert.throws(() => parsePattern("a.#.png 1-10,20-30"), code("RANGE_INVALID"));
    assert.throws(() => parsePattern("a.10-1#.png"), code("RANGE_INVALID"));
  });

  it("is told from a folder", () => {
    for (const text of ["a.#.png", "x/%04d.tif 1-5", "@.png"]) assert.ok(isPattern(text), text);
    for (const text of ["shots", "a#b/shots", "100%", "1-5"]) assert.ok(!isPattern(text), text);
  });
});

describe("the files that a pattern means", () => {
  it("have any padding for #, and exactly its own for @@@@ and %04d", () => {
    const files = ["a.1.png", "a.0002.png", "a.10000.png", "a.00003.png", "b.4.png", "a.x.png", "a..png"];
    assert.deepEqual(found("a.#.png", files), ["a", ["a.1.png", "a.0002.png", "a.00003.png", "a.10000.png"]]);
    for (const pattern of ["a.%04d.png", "a.@@@@.png"]) {
      assert.deepEqual(found(pattern, files), ["a", ["a.0002.png", "a.10000.png"]]);
    }
    assert.deepEqual(found("a.%d.png", files), ["a", ["a.1.png", "a.10000.png"]]);
  });

  // The folder's own rule takes the run with most values; whoever writes a pattern knows better.
  it("have their number where the pattern says, also where another run varies more", () => {
    const files = ["v1_1.png", "v1_2.png", "v1_3.png", "v2_2.png"];
    assert.deepEqual(found("v#_2.png", files), ["v_2", ["v1_2.png", "v2_2.png"]]);
    assert.deepEqual(found("v1_#.png", files), ["v1", ["v1_1.png", "v1_2.png", "v1_3.png"]]);
  });

  it("may have signs after a separator, whether padding counts these or not", () => {
    const files = ["s.-0002.png", "s.-001.png", "s.0000.png", "s-5.png"];
    assert.deepEqual(found("s.%04d.png", files), ["s", ["s.-0002.png", "s.-001.png", "s.0000.png"]]);
    assert.deepEqual(found("s#.png", files), ["s", []]);
    assert.deepEqual(found("#.png", ["-5.png", "6.png"]), ["", ["6.png"]]);
  });

  it("are found whatever the case of their extension and however their letters are composed", () => {
    const files = ["e\u0301.1.PNG", "\u00e9.2.png", "E.3.png"];
    for (const pattern of ["\u00e9.#.png", "e\u0301.#.Png"]) {
      assert.deepEqual(found(pattern, files), ["\u00e9", files.slice(0, 2)]);
    }
  });

  // Two files for one frame, and digits that are no frame number: nothing is left out in silence.
  it("are told of when they are left out", () => {
    const { sequence, doubles, strays } = findPattern(
      ["a.0001.png", "a.0002.png", "a.1.png", "a.1403636579763555584.png"],
      parsePattern("a.#.png"),
    );
    assert.deepEqual([...sequence.numbers], [1, 2]);
    assert.deepEqual(doubles, [{ file: "a.1.png", instead: "a.0001.png", frame: 1 }]);
    assert.deepEqual(strays, ["a.1403636579763555584.png"]);
  });

  it("may be stamps, which are numbered", () => {
    const { sequence } = findPattern(
      ["1403636579763555584.png", "999999999999999999.png"],
      parsePattern("#.png"),
    );
    assert.deepEqual([sequence.stamped, ...sequence.numbers], [true, 1, 2]);
  });

  // A shot that has not been rendered yet is served all the same.
  it("may not exist yet", () => {
    const { sequence } = findPattern(["b.1.exr"], parsePattern("beauty_left.%04d_v2.exr 1001-1100"));
    assert.deepEqual(
      [sequence.name, sequence.extension, sequence.numbers.length],
      ["beauty_left_v2", "exr", 0],
    );
    assert.equal(nameAt(sequence.names, 0, 7), "beauty_left.0007_v2.exr");
  });
});
