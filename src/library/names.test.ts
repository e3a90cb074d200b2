import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { distinctNames, findSequences } from "./names.ts";

/** Movies by name, with their frames; `""` is the folder's. */
function movies(files: readonly string[]): Record<string, readonly number[]> {
  const { sequences } = findSequences(files);
  const names = distinctNames(sequences);
  return Object.fromEntries(sequences.map(({ numbers }, index) => [names[index], [...numbers]]));
}

function filesOf(files: readonly string[]): string[] {
  return findSequences(files).sequences.flatMap(({ numbers, fileName }) =>
    Array.from(numbers, (_, index) => fileName(index)),
  );
}

const span = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

const padded = (first: number, last: number, width: number, name = "a", extension = "ppm"): string[] =>
  span(first, last).map((number) => `${name}${String(number).padStart(width, "0")}.${extension}`);

const STAMPS = ["1403636579763555584", "1403636579813555456", "999999999999999999"];

describe("sequences", () => {
  // What users of image sequences expect, collected from the tools they use; roll-over is what most of those
  // got wrong.
  const TABLE: readonly (readonly [
    rule: string,
    files: readonly string[],
    movies: Record<string, readonly number[]>,
  ])[] = [
    ["0999 → 1000 is one sequence", padded(998, 1002, 4), { a: span(998, 1002) }],
    ["999 → 1000 is one sequence", padded(998, 1002, 1), { a: span(998, 1002) }],
    ["9 → 10 → 100 without padding is one sequence", ["a9.ppm", "a100.ppm", "a10.ppm"], { a: [9, 10, 100] }],
    ["99 → 100 with padding of two is one sequence", padded(98, 101, 2), { a: span(98, 101) }],
    [
      "the numbers of the files are those of the frames",
      ["shot.1001.png", "shot.1003.png"],
      { shot: [1001, 1003] },
    ],
    ["order is numeric", ["sw10.ppm", "sw2.ppm", "sw1.ppm"], { sw: [1, 2, 10] }],
    ["frame 0 is a frame", ["a0000.ppm"], { a: [0] }],
    ["one file with digits is a movie of one frame", ["photo7.jpg"], { photo: [7] }],
    ["a file without digits is no frame", ["poster.png", "a1.png"], { a: [1] }],
    [
      ". _ - before the digits are not part of the name",
      ["a.1.ppm", "b_1.ppm", "c-1.ppm", "d._-1.ppm", "e 1.ppm"],
      {
        a: [1],
        b: [1],
        c: [1],
        d: [-1],
        "e ": [1],
      },
    ],
    [
      "files that only separators tell apart are one movie",
      ["a_1.ppm", "a.2.ppm", "a3.ppm"],
      { a: [1, 2, 3] },
    ],
    [
      "a - is a sign only after another separator",
      ["shot.-5.ppm", "shot.5.ppm", "take-5.ppm"],
      {
        shot: [-5, 5],
        take: [5],
      },
    ],
    [
      "padded negative numbers are numbers",
      ["shot.-0010.ppm", "shot.-001.ppm", "shot.-0.ppm", "shot.0001.ppm"],
      {
        shot: [-10, -1, 0, 1],
      },
    ],
    ["a - before the first character is no sign", ["-5.ppm"], { "": [5] }],
    ["the parts of a date have no signs", ["2024-01-02.ppm", "2024-01-03.ppm"], { "2024-01": [2, 3] }],
    [
      "the suffix joins the name",
      ["render_0001_beauty.png", "render_0002_beauty.png"],
      { render_beauty: [1, 2] },
    ],
    [
      "a suffix without a separator takes that of the digits",
      ["render_1beauty.png", "sw1b.ppm", "01_z.ppm"],
      {
        render_beauty: [1],
        swb: [1],
        z: [1],
      },
    ],
    [
      "suffixes keep sequences apart",
      ["r1.l.png", "r2.l.png", "r1.r.png", "r1.png"],
      { "r.l": [1, 2], "r.r": [1], r: [1] },
    ],
    ["names that are only digits are the folder's", ["0001.png", "0002.png", "_3.png"], { "": [1, 2, 3] }],
    [
      "the run with most values is the frame",
      ["cam1_1.ppm", "cam1_2.ppm", "cam1_3.ppm", "cam2_1.ppm"],
      {
        cam1: [1, 2, 3],
        cam2: [1],
      },
    ],
    ["also when it comes first", ["1_cam1.ppm", "2_cam1.ppm", "3_cam2.ppm"], { cam1: [1, 2], cam2: [3] }],
    ["of runs with as many values the last is the frame", ["v1_1.ppm", "v2_2.ppm"], { v1: [1], v2: [2] }],
    ["of runs that do not vary the last is the frame", ["v001_0720p.ppm"], { v001_p: [720] }],
    [
      "padding is no value of its own",
      ["v1_1.ppm", "v01_2.ppm", "v001_2.ppm"],
      { v1: [1], v01: [2], v001: [2] },
    ],
    ["several sequences share a folder", ["a1.ppm", "b1.ppm", "a2.ppm"], { a: [1, 2], b: [1] }],
    [
      "sequences that would share a name add their extension",
      ["x.1.png", "x.1.tif", "x.2.tif", "y1.png"],
      {
        "x~png": [1],
        "x~tif": [1, 2],
        y: [1],
      },
    ],
    ["the case of the extension does not matter", ["a1.ppm", "a2.PPM"], { a: [1, 2] }],
    [
      "names of more than 15 digits are numbered from 1",
      STAMPS.map((stamp) => `${stamp}.png`),
      { "": [1, 2, 3] },
    ],
    [
      "so is a movie with one such name, signs and all",
      ["c_-1234567890123456.png", "c_2.png", "c_-1.png"],
      { c: [1, 2, 3] },
    ],
    ["15 digits are a number", ["a999999999999999.ppm", "a1.ppm"], { a: [1, 999_999_999_999_999] }],
    ["zeros are padding, however many", [`a${"0".repeat(200)}7.ppm`], { a: [7] }],
    ["only ASCII digits are digits", ["a١.ppm", "b１2.ppm", "c².ppm"], { b１: [2] }],
    [
      "names of objects are names",
      ["toString1.ppm", "constructor1.ppm"],
      { toString: [1], constructor: [1] },
    ],
    ["dots are nothing special", ["..1.ppm", "...2.ppm", "a..3.ppm"], { "": [1, 2], a: [3] }],
    [
      "any character may stand in a name",
      ["é1.ppm", "a b:c,%1.ppm", "\n1.ppm"],
      { é: [1], "a b:c,%": [1], "\n": [1] },
    ],
  ];

  for (const [rule, files, expected] of TABLE) {
    it(rule, () => {
      assert.deepEqual(movies(files), expected);
      assert.deepEqual(movies(files.toReversed()), expected, "in any order");
    });
  }

  // The frame's bytes are looked for under this name.
  it("every file's name is given back as it was", () => {
    for (const [, files] of TABLE) {
      const { doubles } = findSequences(files);
      const frames = files.filter(
        (file) => /[0-9].*\./.test(file) && !doubles.some((double) => double.file === file),
      );
      assert.deepEqual(filesOf(files).sort(), frames.sort());
    }
    assert.deepEqual(
      filesOf(STAMPS.map((stamp) => `${stamp}.png`)),
      [STAMPS[2], STAMPS[0], STAMPS[1]].map((stamp) => `${stamp}.png`),
    );
  });

  // Two files cannot both be frame 1: the odd one out gives way, and is told of.
  it("of two files for one frame the one with the usual padding wins", () => {
    const natural = [...padded(1, 99, 1), "a01.ppm"];
    assert.deepEqual(findSequences(natural).doubles, [{ file: "a01.ppm", instead: "a1.ppm", frame: 1 }]);
    const two = [...padded(1, 99, 2), "a1.ppm"];
    assert.deepEqual(findSequences(two).doubles, [{ file: "a1.ppm", instead: "a01.ppm", frame: 1 }]);
    const separated = ["a.1.ppm", "a.2.ppm", "a_1.ppm"];
    assert.deepEqual(findSequences(separated).doubles, [{ file: "a_1.ppm", instead: "a.1.ppm", frame: 1 }]);
    assert.deepEqual(movies(natural), { a: span(1, 99) });
  });

  it("sequences of different folders that still share a name are numbered", () => {
    const shot = { name: "shot", extension: "ppm" };
    assert.deepEqual(distinctNames([shot, shot, { name: "shot~2", extension: "ppm" }, shot]), [
      "shot",
      "shot~2",
      "shot~2~2",
      "shot~3",
    ]);
  });

  it("no file is lost, none counts twice, numbers ascend, whatever the names", () => {
    const name = fc.string({ unit: fc.constantFrom("a", ".", "_", "-", "0", "1", "9"), maxLength: 8 });
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 40 }), (names) => {
        const files = names.map((each) => `${each}.ppm`);
        const { sequences, doubles } = findSequences(files);
        const frames = files.filter((file) => /[0-9]/.test(file));
        assert.deepEqual([...filesOf(files), ...doubles.map(({ file }) => file)].sort(), frames.sort());
        for (const { numbers } of sequences) {
          for (let i = 1; i < numbers.length; i++) assert.ok((numbers[i - 1] ?? 0) < (numbers[i] ?? 0));
        }
        const distinct = distinctNames(sequences);
        assert.equal(new Set(distinct).size, distinct.length);
      }),
    );
  });

  // A shot of a day, or a microscope's night: the time may not grow with the square of the names.
  it("30,000 names take a second or two at most, however they are made", () => {
    const shapes: readonly ((number: number) => string)[] = [
      (number) => `sw${number}.ppm`,
      (number) => `v${number % 300}_${number}.ppm`,
      (number) => `${number}a.ppm`.padStart(200, "1a"),
      (number) => `${number}${"-_.".repeat(60)}x.ppm`,
      (number) => `x${"-".repeat(200)}${number}y.ppm`,
      (number) => `n${String.fromCodePoint(0x4e00 + (number % 20_000))}${number}.ppm`,
    ];
    for (const shape of shapes) {
      const files = Array.from({ length: 30_000 }, (_, number) => shape(number));
      const start = performance.now();
      const { sequences, doubles } = findSequences(files);
      assert.ok(performance.now() - start < 10_000);
      assert.equal(sequences.reduce((sum, { numbers }) => sum + numbers.length, 0) + doubles.length, 30_000);
    }
  });
});
