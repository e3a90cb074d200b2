import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import * as fc from "fast-check";
import { type StageOptions, Stage } from "./tree.testing.ts";

/** Names that are in each other's way: doubles, several runs of digits, stamps, names that are shared. */
const FILES = [
  "s1.tga s2.tga s3.tga s4.tga s02.tga s10.tga s-1.tga s_-1.tga s1.sgi s2.sgi 1.tga 2.tga 0003.tga",
  "cam1_1.tga cam1_2.tga cam1_3.tga cam2_1.tga cam2_2.tga cam3_1.tga d/1.tga d/2.tga d/e/1.tga s/1.tga",
  "t1700000000000000001.hdr t1700000000000000002.hdr t1700000000000000003.hdr t5.hdr",
].flatMap((line) => line.split(" "));

/** Names of one sequence each, as most folders have them. */
const ORDERLY = "s1.tga s2.tga s3.tga s4.tga s5.tga s6.tga s7.tga s10.tga x-1.tga x-2.tga".split(" ");

type Step = { readonly kind: "write" | "remove" | "move"; readonly file: string; readonly other: string };

function stepsIn(files: readonly string[]): fc.Arbitrary<Step[][]> {
  const file = fc.constantFrom(...files);
  const kind = fc.constantFrom("write", "write", "write", "remove", "move");
  const step: fc.Arbitrary<Step> = fc.record({ kind, file, other: file });
  return fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { maxLength: 6 });
}

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

/** Each makes two folders: 2,500 of them were tried once, with many seeds. */
const RUNS = 100;

function checkSteps(test: TestContext, options: StageOptions, groups: readonly (readonly Step[])[]): void {
  const stage = new Stage(test, options);
  stage.put("s1.tga", "s2.tga", "s3.tga", "cam1_1.tga", "cam1_2.tga");
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
  assert.deepEqual(stage.tree.progress, anew.tree.progress);
  stage.close();
  anew.close();
}

// Whatever happened, and however it was noticed: in the end a server knows what a new one would find.
describe("after any changes the movies are those that a new scan finds", () => {
  for (const { way, options } of WAYS) {
    for (const [kind, files] of Object.entries({ orderly: ORDERLY, muddled: FILES })) {
      it(`in an ${kind} folder that ${way}`.replace("an m", "a m"), (test) => {
        fc.assert(
          fc.property(stepsIn(files), (steps) => checkSteps(test, options, steps)),
          { seed: 19_660, numRuns: RUNS },
        );
      });
    }
  }
});
