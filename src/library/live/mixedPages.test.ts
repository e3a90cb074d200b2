import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import * as fc from "fast-check";
import { putTiff, putTiffs, settle, tiff } from "./stacks.testing.ts";
import { Stage, type StageOptions } from "./tree.testing.ts";

type Mix = {
  readonly name: string;
  readonly files: Readonly<Record<string, number>>;
  readonly movies: readonly string[];
};

const numbered = (from: number, to: number, pages = 1): Record<string, number> =>
  Object.fromEntries(
    Array.from({ length: to - from + 1 }, (_, index) => [
      `scan${String(from + index).padStart(3, "0")}.tif`,
      pages,
    ]),
  );

const MIXES: readonly Mix[] = [
  {
    name: "two pages before single ones",
    files: { "scan000.tif": 2, ...numbered(1, 10) },
    movies: ["scan: 1-10/10", "scan000: 1-2/2"],
  },
  {
    name: "five pages behind single ones",
    files: { ...numbered(1, 10), "scan011.tif": 5 },
    movies: ["scan: 1-10/10", "scan011: 1-5/5"],
  },
  {
    name: "2 1 2",
    files: { "one1.tif": 2, "one2.tif": 1, "one3.tif": 2 },
    movies: ["one: 2-2/1", "one1: 1-2/2", "one3: 1-2/2"],
  },
  {
    name: "1 2 1",
    files: { "one1.tif": 1, "one2.tif": 2, "one3.tif": 1 },
    movies: ["one: 1-3/2", "one2: 1-2/2"],
  },
  {
    name: "a stack in the middle of many, and names of different padding",
    files: { ...numbered(1, 300), "scan42.tiff": 3, "scan0301.tif": 4, "other1.tif": 1 },
    movies: ["other: 1-1/1", "scan: 1-300/300", "scan0301: 1-4/4", "scan42: 1-3/3"],
  },
  {
    name: "a stack among names of more digits than a number has",
    files: { "t17000000000000001.tif": 1, "t17000000000000002.tif": 2, "t17000000000000003.tif": 1 },
    movies: ["t: 1-2/2", "t17000000000000002: 1-2/2"],
  },
  {
    name: "a stack that is called as the sequence is",
    files: { "scan.tif": 3, ...numbered(1, 4) },
    movies: ["scan: 1-4/4", "scan~2: 1-3/3"],
  },
];

const WAYS: readonly { readonly way: string; readonly options: StageOptions }[] = [
  { way: "is watched", options: {} },
  { way: "is watched and takes long to read", options: { tick: 3 } },
  { way: "is polled", options: { watching: "poll" } },
];

/** What a server says that starts now. */
async function restarted(test: TestContext, { root }: Stage): Promise<string[]> {
  const stage = new Stage(test, { root });
  stage.scan();
  await settle(stage);
  stage.tree.close();
  return framesIn(stage);
}

/** Every frame of every movie, with its file and its page there. */
function framesIn(stage: Stage): string[] {
  return stage.catalogue.movies.flatMap((log) =>
    Array.from({ length: log.count }, (_, rank) => {
      const entry = log.nth(rank);
      return `${log.name} ${entry?.number}: ${entry?.source.path} ${entry?.source.page ?? "whole"}`;
    }),
  );
}

async function scanned(
  test: TestContext,
  files: Readonly<Record<string, number>>,
  options: StageOptions = {},
): Promise<Stage> {
  const stage = new Stage(test, options);
  putTiffs(stage, files);
  stage.scan();
  await settle(stage);
  stage.told.length = 0;
  return stage;
}

async function land(stage: Stage, files: Readonly<Record<string, number>>): Promise<void> {
  putTiffs(stage, files);
  for (const file of Object.keys(files)) stage.tell(file);
  await settle(stage);
}

describe("TIFF files of different page counts in one sequence", () => {
  // Scanners number their files, and put the sheets of one feed into one file: law 8, nothing is silent.
  for (const { name, files, movies } of MIXES) {
    it(`are frames where they have one page, and movies otherwise: ${name}`, async (test) => {
      const stage = await scanned(test, files);
      assert.deepEqual(stage.movies(), movies);
      assert.deepEqual(stage.leftOut, []);
    });
  }

  it("that cannot be read are frames beside single pages, and told of elsewhere", async (test) => {
    const files = { "a1.tif": 2, "a3.tif": 1, "b1.tif": 2 };
    const stage = new Stage(test);
    stage.put("a2.tif", "b2.tif");
    putTiffs(stage, files);
    stage.scan();
    await settle(stage);
    assert.deepEqual(stage.movies(), ["a: 2-3/2", "a1: 1-2/2", "b1: 1-2/2"]);
    assert.deepEqual(stage.leftOut, ["FRAME_TRUNCATED"]);
    await land(stage, { "b2.tif": 1 });
    assert.deepEqual(stage.movies(), ["a: 2-3/2", "a1: 1-2/2", "b: 2-2/1", "b1: 1-2/2"]);
  });
});

for (const { way, options } of WAYS) {
  describe(`TIFF files of different page counts that land in a folder that ${way}`, () => {
    for (const { name, files, movies } of MIXES) {
      it(`one by one, in either order, are what a restart finds: ${name}`, async (test) => {
        for (const names of [Object.keys(files), Object.keys(files).toReversed()]) {
          const stage = await scanned(test, {}, options);
          for (const file of names.slice(0, -3)) putTiffs(stage, { [file]: files[file] as number });
          for (const file of names.slice(0, -3)) stage.tell(file);
          await settle(stage);
          for (const file of names.slice(-3)) await land(stage, { [file]: files[file] as number });
          assert.deepEqual(stage.movies(), movies);
          assert.deepEqual(stage.leftOut, []);
        }
      });
    }

    it("leave the frames that are there as they are", async (test) => {
      const stage = await scanned(test, numbered(1, 10), options);
      await land(stage, { "scan000.tif": 2 });
      assert.deepEqual(stage.told, ["added scan000"]);
      await land(stage, { "scan011.tif": 5 });
      stage.remove("scan000.tif");
      stage.tell("scan000.tif");
      await settle(stage);
      assert.deepEqual(stage.told, ["added scan000", "added scan011", "scan000 gone", "gone scan000"]);
      assert.deepEqual(stage.movies(), ["scan: 1-10/10", "scan011: 1-5/5"]);
    });

    it("change from frame to movie and back when they are written anew", async (test) => {
      const stage = await scanned(test, { "one1.tif": 1, "one2.tif": 1 }, options);
      for (const [pages, movies] of [
        [3, ["one: 2-2/1", "one1: 1-3/3"]],
        [1, ["one: 1-2/2"]],
        [2, ["one: 2-2/1", "one1: 1-2/2"]],
      ] as const) {
        writeFileSync(join(stage.root, "one1.tif"), tiff(pages));
        stage.touch("one1.tif");
        stage.tell("one1.tif", "change");
        await settle(stage);
        assert.deepEqual(stage.movies(), movies);
      }
      stage.remove("one2.tif");
      stage.tell("one2.tif");
      await settle(stage);
      assert.deepEqual(stage.movies(), ["one1: 1-2/2"]);
    });

    const file = fc.integer({ min: 0, max: 39 });
    const bytes = fc.record({ pages: fc.integer({ min: 1, max: 3 }), size: fc.integer({ min: 1, max: 60 }) });
    const change = fc.record({ file, bytes: fc.option(bytes, { nil: undefined, freq: 4 }) });

    // Which sizes are looked at hangs on all files that are there, and not on those that were.
    it("are what a restart finds, whatever came, changed and went", async (test) => {
      const steps = fc.array(fc.array(change, { minLength: 1, maxLength: 25 }), {
        minLength: 2,
        maxLength: 4,
      });
      await fc.assert(
        fc.asyncProperty(steps, async (all) => {
          const stage = await scanned(test, {}, options);
          for (const some of all) {
            const touched = new Set(some.map(({ file: number }) => `s${number}.tif`));
            for (const each of some) apply(stage, each);
            for (const name of touched) stage.tell(name);
            await settle(stage);
            assert.deepEqual(framesIn(stage), await restarted(test, stage));
          }
          stage.close();
        }),
        { seed: 19_660, numRuns: 15 },
      );
    });
  });
}

type Change = {
  readonly file: number;
  readonly bytes: { readonly pages: number; readonly size: number } | undefined;
};

/** Files of one size have as many pages: what is not so is told when it is read. */
function apply(stage: Stage, { file, bytes }: Change): void {
  const name = `s${file}.tif`;
  if (bytes !== undefined) putTiff(stage, name, tiff(bytes.pages, bytes.size * 200 + bytes.pages));
  else {
    putTiffs(stage, { [name]: 1 });
    stage.remove(name);
  }
}
