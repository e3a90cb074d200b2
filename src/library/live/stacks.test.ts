import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import { putTiffs, settle, tiff } from "./stacks.testing.ts";
import { Stage } from "./tree.testing.ts";

async function scanned(test: TestContext, files: Readonly<Record<string, number>>): Promise<Stage> {
  const stage = new Stage(test);
  putTiffs(stage, files);
  stage.scan();
  await settle(stage);
  assert.equal(stage.tree.isScanned, true);
  stage.told.length = 0;
  return stage;
}

describe("a TIFF of many pages", () => {
  // Microscopes write a night into one file, and people number the nights.
  it("is a movie of its pages, also where its name has a number, or several do", async (test) => {
    const stage = await scanned(test, { "stack.tif": 3, "night/run01.TIFF": 2, "night/run02.TIFF": 5 });
    assert.deepEqual(stage.movies(), ["night/run01: 1-2/2", "night/run02: 1-5/5", "stack: 1-3/3"]);
    const entry = stage.catalogue.find("night/run02")?.nth(4);
    const path = join(stage.root, "night", "run02.TIFF");
    assert.deepEqual(entry?.source, { kind: "file", root: stage.root, path, page: 4 });
    assert.equal(entry.format, "tiff");
  });

  it("of one page is a frame if its name has a number, and otherwise none", async (test) => {
    const stage = await scanned(test, { "a1.tif": 1, "a2.tif": 1, "alone.tif": 1 });
    assert.deepEqual(stage.movies(), ["a: 1-2/2"]);
    assert.equal(stage.catalogue.find("a")?.nth(0)?.source.page, undefined);
  });

  it("that cannot be read is told of, where it would be a movie", async (test) => {
    const stage = new Stage(test);
    stage.put("broken.tif", "s1.tif");
    stage.scan();
    await settle(stage);
    assert.deepEqual(stage.movies(), ["s: 1-1/1"]);
    assert.deepEqual(stage.leftOut, ["FRAME_TRUNCATED"]);
  });

  it("grows with its pages, all of which are other bytes then", async (test) => {
    const stage = await scanned(test, { "stack.tif": 2 });
    writeFileSync(join(stage.root, "stack.tif"), tiff(4));
    stage.touch("stack.tif");
    stage.tell("stack.tif", "change");
    await settle(stage);
    assert.deepEqual(stage.movies(), ["stack: 1-4/4"]);
    assert.equal(stage.frames("stack"), "1@2 2@2 3@1 4@1");
  });

  it("comes and goes as its file does", async (test) => {
    const stage = await scanned(test, { "run1.tif": 2 });
    putTiffs(stage, { "run2.tif": 3 });
    stage.tell("run2.tif");
    await settle(stage);
    stage.remove("run1.tif");
    stage.tell("run1.tif");
    await settle(stage);
    assert.deepEqual(stage.told, ["added run2", "run1 gone", "gone run1"]);
    assert.deepEqual(stage.movies(), ["run2: 1-3/3"]);
  });

  // Frames of a movie land in any order: whether they are stacks must not be asked with each new first one.
  it("a movie of single pages stays while lower numbers land", async (test) => {
    const stage = await scanned(test, { "a5.tif": 1, "a6.tif": 1 });
    putTiffs(stage, { "a1.tif": 1 });
    stage.tell("a1.tif");
    await settle(stage);
    assert.deepEqual(stage.told, ["a landed 1"]);
  });

  it("is frames where a pattern says that the number in its name is one", async (test) => {
    const root = new Stage(test).root;
    const pattern = { kind: "pattern", text: "", folder: root, before: "run", after: ".tif" } as const;
    const branch = { pattern: { ...pattern, width: undefined, range: undefined } };
    const stage = new Stage(test, { branch, root });
    putTiffs(stage, { "run1.tif": 2, "run2.tif": 2 });
    stage.scan();
    await settle(stage);
    assert.deepEqual(stage.movies(), ["run: 1-2/2"]);
  });
});

describe("names of more digits than a number has", () => {
  const STAMP = "17000000000000000";

  // Robots name pictures by the nanosecond; numbered in order, one that comes between moves all behind it.
  it("are numbered in order: what is another file under its number is revised", (test) => {
    const stage = new Stage(test);
    stage.put(`t${STAMP}10.hdr`, `t${STAMP}30.hdr`);
    stage.scan();
    assert.deepEqual(stage.catalogue.find("t")?.nth(1)?.label, `${STAMP}30`);
    for (const end of ["40", "20"]) {
      stage.write(`t${STAMP}${end}.hdr`, "x");
      stage.tell(`t${STAMP}${end}.hdr`);
      stage.wait(5000);
    }
    assert.deepEqual(stage.told, ["t landed 3", "t landed 4", "t revised 2", "t revised 3"]);
    assert.equal(stage.frames("t"), "1@1 2@2 3@2 4@1");
    stage.write(`t${STAMP}30.hdr`, "anew");
    stage.tell(`t${STAMP}30.hdr`, "change");
    stage.wait(5000);
    assert.equal(stage.frames("t"), "1@1 2@2 3@3 4@1");
  });
});
