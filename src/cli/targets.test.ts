import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { type ErrorCode, Fault } from "../base/errors.ts";
import { targetsOf } from "./targets.ts";

const root = mkdtempSync(join(tmpdir(), "targets-"));
after(() => rmSync(root, { recursive: true, force: true }));
for (const folder of ["shots", "take#1.png", "1-10"]) mkdirSync(join(root, folder));
writeFileSync(join(root, "shot.1001.exr"), "");
writeFileSync(join(root, "poster.exr"), "");

/** Folders by name, patterns with their ranges. */
async function read(...args: readonly string[]): Promise<readonly string[]> {
  const targets = await targetsOf(args.map((arg) => arg.replace("ROOT", root)));
  return targets.map((target) => {
    if (target.kind === "folder") return target.path.replace(root, "ROOT");
    const { before, after: suffix, range } = target;
    return [before, suffix, range?.first, range?.last, range?.step].join(" ").trim();
  });
}

const refuses = (expected: ErrorCode, ...args: readonly string[]) =>
  assert.rejects(read(...args), (error) => error instanceof Fault && error.code === expected);

describe("what serve and ls are pointed at", () => {
  it("is any number of folders and patterns, which may have ranges", async () => {
    assert.deepEqual(
      await read("ROOT/shots", "ROOT/a.#.exr", "ROOT/b.@@@.png", "1001-1100", "ROOT/c.%d.tif 1-9x2"),
      ["ROOT/shots", "a. .exr", "b. .png 1001 1100 1", "c. .tif 1 9 2"],
    );
  });

  // Names are other people's choice.
  it("is a folder where there is one, whatever its name", async () => {
    assert.deepEqual(await read("ROOT/take#1.png", "ROOT/1-10"), ["ROOT/take#1.png", "ROOT/1-10"]);
  });

  // The library says why it cannot be read.
  it("is a folder where there is nothing", async () => {
    assert.deepEqual(await read("ROOT/none"), ["ROOT/none"]);
  });

  // People type the names that ls shows, and fingers slip.
  it("is told to be near to another name where there is nothing", async () => {
    const says = (arg: string, expected: RegExp) =>
      assert.rejects(read(arg), (error) => {
        assert.ok(error instanceof Fault && error.code === "LIBRARY_UNREADABLE");
        assert.match(error.message, expected);
        return true;
      });
    await says("ROOT/shosts", /no such folder, did you mean ".*\/shots"\?/);
    await says("ROOT/shot", /"shot" is a movie of the folder /);
    await says("ROOT/shoot", /did you mean the movie "shot" of the folder /);
    assert.deepEqual(await read("ROOT/none/shots"), ["ROOT/none/shots"]);
  });

  it("is no range without a pattern, and no single file", async () => {
    await refuses("RANGE_INVALID", "ROOT/shots", "1-10");
    await refuses("RANGE_INVALID", "ROOT/a.#.exr", "1-10", "1-10");
    await refuses("RANGE_INVALID", "ROOT/a.#.exr", "1-10,20-30");
    await refuses("PATTERN_INVALID", "ROOT/a.#.#.exr");
    await refuses("PATTERN_INVALID", "ROOT/poster.exr");
    await assert.rejects(read("ROOT/shot.1001.exr"), /the pattern 'shot\.####\.exr'/);
  });
});
