import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { type PageCounts, type PageWalk, mayBeStack, walkSizes } from "./pageWalk.ts";

type File = { readonly size: number; readonly pages: number };

const at = (index: number): string => `a${index}.tif`;

/** Counts what is asked for until nothing more is, and says how often a file was. */
function walked(files: readonly File[]): { walk: PageWalk; counts: PageCounts; opened: number } {
  const counts: PageCounts = new Map();
  const fileOf = (name: string): File => files[Number(name.slice(1, -4))] as File;
  for (let opened = 0; ;) {
    const walk = walkSizes({ count: files.length, at }, counts, (file) => fileOf(file).size);
    if (walk.uncounted.length === 0) return { walk, counts, opened };
    for (const { file, size } of walk.uncounted) {
      assert.ok(!counts.has(file), "a file was counted twice");
      counts.set(file, { pages: fileOf(file).pages, size });
      opened++;
    }
  }
}

function stacksIn({ walk, counts }: ReturnType<typeof walked>): string[] {
  return [...walk.used].filter((file) => (counts.get(file)?.pages ?? 0) > 1).toSorted();
}

const singles = (count: number, sizeOf: (index: number) => number): File[] =>
  Array.from({ length: count }, (_, index) => ({ size: sizeOf(index), pages: 1 }));

describe("the files of a sequence that are opened for their pages", () => {
  // A sequence of a million files is looked through in seconds, and not in minutes.
  it("are one where all are of one size, and sixteen where no two are", () => {
    assert.equal(walked(singles(100_000, () => 5000)).opened, 1);
    assert.equal(walked(singles(100_000, (index) => 5000 + index)).opened, 16);
  });

  it("are the stacks and a row of single pages below them, wherever the stacks stand", () => {
    for (const place of [0, 7, 49_999]) {
      const files = singles(50_000, (index) => 5000 + index);
      files[place] = { size: 120_000, pages: 2 };
      const result = walked(files);
      assert.deepEqual(stacksIn(result), [`a${place}.tif`]);
      assert.equal(result.opened, 17);
    }
  });

  it("are all where all are stacks, and one of each size beside them", () => {
    const stacks = Array.from({ length: 300 }, (_, index) => ({ size: 90_000 + index, pages: 3 }));
    const result = walked([...stacks, ...singles(5000, (index) => 100 + (index % 10))]);
    assert.equal(stacksIn(result).length, 300);
    assert.equal(result.opened, 310);
  });

  it("are all of a size of which one has several pages", () => {
    const files = [1, 2, 1, 3, 2].map((pages) => ({ size: pages === 3 ? 700 : 600, pages }));
    const result = walked([{ size: 600, pages: 2 }, ...files]);
    assert.deepEqual(stacksIn(result), ["a0.tif", "a2.tif", "a4.tif", "a5.tif"]);
    assert.equal(result.opened, 6);
  });

  it("go on for as long a row as there were stacks", () => {
    const stacks = Array.from({ length: 40 }, (_, index) => ({ size: 9000 - index, pages: 2 }));
    const files = [...stacks, ...singles(39, (index) => 5000 - index), { size: 400, pages: 2 }];
    assert.equal(stacksIn(walked(files)).length, 41);
    const more = [...stacks, ...singles(40, (index) => 5000 - index), { size: 400, pages: 2 }];
    assert.equal(stacksIn(walked(more)).length, 40);
  });
});

describe("a file that comes to a sequence", () => {
  const file = fc.record({ size: fc.integer({ min: 1, max: 60 }), pages: fc.integer({ min: 1, max: 2 }) });

  // Whether a large folder is read again hangs on it: what is not read has to be what a restart finds.
  it("changes nothing where it need not be counted", () => {
    fc.assert(
      fc.property(fc.array(file, { minLength: 1, maxLength: 60 }), file, (all, other) => {
        // Files of one size have as many pages.
        const files = all.map(({ size }) => ({ size, pages: 1 + Number(size % 7 === 0) }));
        const came = { size: other.size, pages: 1 + Number(other.size % 7 === 0) };
        const before = walked(files);
        if (mayBeStack(before.counts, before.walk.sizes, `a${files.length}.tif`, came.size)) return;
        assert.deepEqual(stacksIn(walked([...files, came])), stacksIn(before));
      }),
      { seed: 19_660, numRuns: 300 },
    );
  });

  it("need not be counted where others of its size were, or others that are larger", () => {
    const { counts, walk } = walked(singles(30, (index) => 100 + index));
    const may = (size: number): boolean => mayBeStack(counts, walk.sizes, "b.tif", size);
    assert.deepEqual([114, 129, 100, 1, 130].map(may), [false, false, false, false, true]);
    assert.equal(mayBeStack(counts, undefined, "b.tif", 100), true);
    assert.equal(mayBeStack(counts, undefined, "b.png", 100), false);
    assert.equal(mayBeStack(counts, walk.sizes, "a29.tif", 129), false);
    assert.equal(mayBeStack(counts, walk.sizes, "a29.tif", 128), true);
  });
});
