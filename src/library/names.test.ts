import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { nameAt } from "./fileNaming.ts";
import { CONVENTIONS } from "./conventions.testing.ts";
import { distinctNames, findSequences, labelOf } from "./names.ts";

function filesOf(files: readonly string[]): string[] {
  return findSequences(files).sequences.flatMap(({ numbers, names }) =>
    Array.from(numbers, (number, index) => nameAt(names, index, number)),
  );
}

const span = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

const padded = (first: number, last: number, width: number): string[] =>
  span(first, last).map((number) => `a${String(number).padStart(width, "0")}.ppm`);

describe("sequences", () => {
  // The frame's bytes are looked for under this name.
  it("every file's name is given back as it was", () => {
    for (const { convention, files } of CONVENTIONS) {
      const { doubles } = findSequences(files);
      const frames = files.filter(
        (file) => /[0-9].*\./.test(file) && !doubles.some((double) => double.file === file),
      );
      assert.deepEqual(filesOf(files).sort(), frames.sort(), convention);
    }
  });

  // Two files cannot both be frame 1: the odd one out gives way, and is told of.
  it("of two files for one frame the one with the usual padding wins", () => {
    const natural = [...padded(1, 99, 1), "a01.ppm"];
    assert.deepEqual(findSequences(natural).doubles, [{ file: "a01.ppm", instead: "a1.ppm", frame: 1 }]);
    const two = [...padded(1, 99, 2), "a1.ppm"];
    assert.deepEqual(findSequences(two).doubles, [{ file: "a1.ppm", instead: "a01.ppm", frame: 1 }]);
    const separated = ["a.1.ppm", "a.2.ppm", "a_1.ppm"];
    assert.deepEqual(findSequences(separated).doubles, [{ file: "a_1.ppm", instead: "a.1.ppm", frame: 1 }]);
    assert.deepEqual([...(findSequences(natural).sequences[0]?.numbers ?? [])], span(1, 99));
  });

  // A thread reads the folder, another one serves it.
  it("names cross to another thread as they are", () => {
    const files = [...padded(1, 10, 4), "a_0011.PPM"];
    const [sequence] = structuredClone(findSequences(files).sequences);
    assert.deepEqual(
      Array.from(sequence?.numbers ?? [], (number, index) =>
        sequence === undefined ? "" : nameAt(sequence.names, index, number),
      ),
      files,
    );
  });

  // A million frames of a robot's camera: their names may not cost more than their numbers.
  it("names that one pattern gives back are not kept", () => {
    const [natural] = findSequences(padded(1, 1000, 1)).sequences;
    assert.deepEqual(natural?.names, {
      kind: "pattern",
      before: "a",
      after: ".ppm",
      width: 1,
      others: new Map(),
    });
    const [odd] = findSequences([...padded(1, 1000, 4), "a1001.PPM"]).sequences;
    assert.deepEqual(odd?.names.kind === "pattern" && [...odd.names.others], [[1000, "a1001.PPM"]]);
  });

  // The number of such a frame is made up: people know it by its digits.
  it("a frame of too many digits has them for its label", () => {
    const [sequence] = findSequences([
      "cam0_1403636579763555584.png",
      "cam0_1403636579713555584.png",
    ]).sequences;
    assert.equal(sequence?.stamped, true);
    assert.deepEqual([...(sequence?.numbers ?? [])], [1, 2]);
    assert.equal(labelOf("cam0_1403636579763555584.png"), "1403636579763555584");
    assert.equal(labelOf("cam0_1403636579763555584_left2.png"), "1403636579763555584");
    assert.equal(labelOf("12345678901234567_1403636579763555584.png"), "1403636579763555584");
    assert.equal(labelOf("cam0_-5.png"), "5");
    assert.equal(labelOf("cam"), undefined);
    assert.equal(findSequences(["a0000000000000000000001.png"]).sequences[0]?.stamped, false);
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
