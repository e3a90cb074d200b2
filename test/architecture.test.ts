import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { present } from "../src/base/assert.ts";
import { fileCycles, folderCycles } from "./architecture/cycles.ts";
import { MAY_IMPORT, endings, impurities, tableBreaches } from "./architecture/imports.ts";
import { deadLinks, deadPaths } from "./architecture/links.ts";
import { packageBreaches } from "./architecture/packages.ts";
import { longFiles, longFunctions, medianLength, wideLines } from "./architecture/sizes.ts";
import { type Violation, parse, readFiles, told } from "./architecture/sources.ts";
import { consoleUses, refusedSyntax } from "./architecture/syntax.ts";
import { bannedWords, lockBreaches, streams, traces, vagueNames } from "./architecture/words.ts";

const files = readFiles();
const sources = parse(files);
const product = sources.filter(({ path }) => path.startsWith("src/"));

function fileAt(path: string) {
  return present(
    files.find((file) => file.path === path),
    `${path} is not there`,
  );
}

/** The words in back quotes. */
function wordsOf(cell: string): string[] {
  return Array.from(cell.matchAll(/`([a-z]+)`/g), ([, word = ""]) => word);
}

function holds(violations: readonly Violation[]): void {
  assert.deepEqual(told(violations), []);
}

// Each stage can be understood, tested and replaced alone as long as it does not know the others.
describe("imports", () => {
  test("every room imports only what the table of ARCHITECTURE.md allows", () =>
    holds(tableBreaches(sources)));

  // Whoever reads the table must be able to rely on it.
  test("the table on the page is the one that is held", () => {
    const page = fileAt("ARCHITECTURE.md").text;
    const said = Array.from(
      page.matchAll(/^\| (`[a-z]+`[^|]*) \| ([^|]+) \|$/gm),
      ([, rooms = "", rule = ""]) => {
        const allowed = new Set(wordsOf(rule.replace(/;.*/, "")));
        return wordsOf(rooms.replace(/\(.*/, "")).map((room) => [room, allowed] as const);
      },
    );
    const { main: _, ...held } = MAY_IMPORT;
    const rows = Object.fromEntries(said.flat().filter(([room]) => room !== "main"));
    assert.deepEqual(
      rows,
      Object.fromEntries(Object.entries(held).map(([room, all]) => [room, new Set(all)])),
    );
  });

  // The codecs and the client library run in browsers as they are.
  test("base and wire need neither Node nor packages", () => holds(impurities(sources)));

  test("no files import each other in a ring", () => holds(fileCycles(sources)));

  test("no folders import each other in a ring", () => holds(folderCycles(sources)));

  // Node runs the sources as they are, and looks for exactly the name that is written.
  test("every relative import names a file with its .ts", () => holds(endings(sources)));

  test("the packages of package.json are those that are imported", () =>
    holds(packageBreaches(sources, fileAt("package.json"))));
});

// What fits on a few screens is read before it is changed.
describe("sizes", () => {
  test("no file has more than 400 lines", () => holds(longFiles(files)));

  test("the median file of the sources has at most 150 lines", () => holds(medianLength(product)));

  test("no function has more than 70 lines", () => holds(longFunctions(sources)));

  test("no line of code has more than 110 characters", () => holds(wideLines(files)));
});

describe("syntax", () => {
  test("there is no any, enum, namespace, default export, parameter property or unchecked line", () =>
    holds(refusedSyntax(sources)));

  test("the sources do not use console", () => holds(consoleUses(product)));
});

// One word, one meaning, in code and in documents.
describe("words", () => {
  test("no file has a banned word", () => holds(bannedWords(files)));

  test("nothing of ours is called a stream", () => holds(streams(sources)));

  test("no file or folder has a name that says nothing", () => holds(vagueNames(files)));

  test("no file tells of the machine that it was written on", () => holds(traces(files)));

  test("package-lock.json has what npm wrote, from the public registry", () =>
    holds(lockBreaches(fileAt("package-lock.json"))));

  test("links between pages lead somewhere", () => holds(deadLinks(files)));

  test("files and folders that pages speak of are there", () => holds(deadPaths(files)));
});
