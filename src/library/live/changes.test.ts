import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import * as fc from "fast-check";
import { type StageOptions, Stage } from "./tree.testing.ts";

/** Names that are in each other's way: doubles, several runs of digits, stamps, names that are shared. */
const FILES = [
  ...["s1.png", "s2.png", "s3.png", "s4.png", "s02.png", "s10.png", "s-1.png", "s_-1.png"],
  ...["cam1_1.png", "cam1_2.png", "cam1_3.png", "cam2_1.png", "cam2_2.png", "cam3_1.png"],
  ...["s1.ppm", "s2.ppm", "1.png", "2.png", "0003.png"],
  ...["t1700000000000000001.jpg", "t1700000000000000002.jpg", "t1700000000000000003.jpg", "t5.jpg"],
  ...["d/1.png", "d/2.png", "d/e/1.png", "s/1.png"],
];

type Step = { readonly kind: "write" | "remove" | "move"; readonly file: string; readonly other: string };

const file = fc.constantFrom(...FILES);
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom("write", "write", "write", "remove", "move"),
  file,
  other: file,
});

function take(stage: Stage, { kind, file: name, other }: Step): void {
  const isThere = existsSync(join(stage.root, name));
  if (kind === "write") stage.write(name, "x");
  else if (!isThere) return;
  else if (kind === "remove") stage.remove(name);
  else if (existsSync(join(stage.root, other, ".."))) stage.move(name, other);
  for (const each of [name, other]) tellAbout(stage, each);
}

/** The system tells in the folder, and in the one above it, as the folder may have come with the file. */
function tellAbout(stage: Stage, path: string): void {
  const parts = path.split("/");
  for (let depth = 0; depth < parts.length; depth++)
    stage.tell(parts[depth], "rename", parts.slice(0, depth).join("/"));
}

/** What is known of a library's movies, without the revisions, which depend on how it came to be. */
function known(stage: Stage): string[] {
  return stage.catalogue.movies.map((log) => {
    const files = Array.from({ length: log.count }, (_, rank) => log.nth(rank));
    return `${log.name}: ${files.map((entry) => `${entry?.number}=${entry?.source.path}`).join(" ")}`;
  });
}

const WAYS: readonly { readonly way: string; readonly options: StageOptions }[] = [
  { way: "is watched", options: {} },
  { way: "takes long to read", options: { tick: 3 } },
  { way: "is polled", options: { watching: "poll" } },
];

function checkSteps(test: TestContext, options: StageOptions, groups: readonly (readonly Step[])[]): void {
  const stage = new Stage(test, options);
  stage.put("s1.png", "s2.png", "s3.png", "cam1_1.png", "cam1_2.png");
  stage.scan();
  for (const steps of groups) {
    for (const one of steps) take(stage, one);
    stage.wait(10_000);
  }
  const anew = new Stage(test, { root: stage.root });
  anew.scan();
  anew.wait(10_000);
  const empty = known(anew).length;
  assert.deepEqual(known(stage), known(anew), `${empty} movies`);
  const { folders, movies, frames } = stage.tree.progress;
  assert.deepEqual({ folders, movies, frames }, anew.tree.progress);
  stage.close();
  anew.close();
}

// Whatever happened, and however it was noticed: in the end a server knows what a new one would find.
describe("after any changes the movies are those that a new scan finds", () => {
  for (const { way, options } of WAYS) {
    it(`in a folder that ${way}`, (test) => {
      const groups = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { maxLength: 6 });
      fc.assert(
        fc.property(groups, (steps) => checkSteps(test, options, steps)),
        { numRuns: Number(process.env["RUNS"] ?? 60) },
      );
    });
  }
});
