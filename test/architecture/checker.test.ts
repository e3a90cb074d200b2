import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fileCycles, folderCycles } from "./cycles.ts";
import { endings, impurities, tableBreaches } from "./imports.ts";
import { deadLinks, deadPaths } from "./links.ts";
import { packageBreaches } from "./packages.ts";
import { longFiles, longFunctions, medianLength, wideLines } from "./sizes.ts";
import { type Source, type TextFile, type Violation, parse } from "./sources.ts";
import { consoleUses, refusedSyntax } from "./syntax.ts";
import { bannedWords, lockBreaches, streams, traces, vagueNames } from "./words.ts";

/** Files by their paths. */
type Files = Readonly<Record<string, string>>;

function filesOf(files: Files): TextFile[] {
  return Object.entries(files).map(([path, text]) => ({ path, text }));
}

function sourcesOf(files: Files): Source[] {
  return parse(filesOf(files));
}

/** Words that are put together here, so that this file passes the rules that they break. */
function join(...parts: readonly string[]): string {
  return parts.join("");
}

function lockWith(resolved: string): TextFile {
  const lock = { packages: { a: { resolved }, b: { resolved: "runtime", link: true } } };
  return { path: "package-lock.json", text: `${JSON.stringify(lock, undefined, 2)}\n` };
}

/** Where violations are: `src/a.ts:2`. */
function placesOf(violations: readonly Violation[]): string[] {
  return violations.map(({ path, line }) => (line === undefined ? path : `${path}:${line}`));
}

// A rule that finds nothing says nothing, unless it is known to find what it is for.
describe("the checker of imports", () => {
  test("finds an import that the table does not allow, however it is written", () => {
    const sources = sourcesOf({
      "src/wire/a.ts": 'import { b } from "../base/b.ts";\nimport { c } from "../library/c.ts";',
      "src/dispatch/a.ts": 'export { c } from "../playback/c.ts";',
      "src/base/a.ts": 'import type { c } from "../wire/c.ts";',
      "src/library/a.ts": 'export type C = import("../playback/c.ts").C;',
      "src/production/a.ts": 'const c = await import("../observe/c.ts");',
      "src/transports/tcp/a.ts":
        'import { s } from "../../dispatch/sink.ts"; export * from "../../dispatch/ring.ts";',
      "src/observe/a.ts": 'import { main } from "../main.ts";',
      "client/a.ts": 'import { c } from "../src/playback/c.ts";',
    });
    assert.deepEqual(placesOf(tableBreaches(sources)), [
      "src/wire/a.ts:2",
      "src/dispatch/a.ts:1",
      "src/base/a.ts:1",
      "src/library/a.ts:1",
      "src/production/a.ts:1",
      "src/transports/tcp/a.ts:1",
      "src/observe/a.ts:1",
      "client/a.ts:1",
    ]);
  });

  test("allows main every stage, the command line main, and tests everything", () => {
    const sources = sourcesOf({
      "src/main.ts": 'import { a } from "./production/a.ts"; import { b } from "./observe/b.ts";',
      "src/cli/a.ts": 'import { a } from "../main.ts"; import { b } from "../settings/load.ts";',
      "src/settings/load.ts": 'import { a } from "../settings.ts";',
      "src/wire/a.test.ts": 'import { a } from "../main.ts";',
      "src/wire/rig.testing.ts": 'import { a } from "../playback/a.ts";',
      "bench/a.ts": 'import { a } from "../src/main.ts";',
    });
    assert.deepEqual(tableBreaches(sources), []);
  });

  // A room that nobody decided about would be free of all rules.
  test("asks for a row of the table where a room has none", () => {
    const sources = sourcesOf({ "src/novelties/a.ts": 'import { b } from "../base/b.ts";' });
    assert.deepEqual(placesOf(tableBreaches(sources)), ["src/novelties/a.ts:1"]);
  });

  test("finds Node and packages in rooms that run without them", () => {
    const sources = sourcesOf({
      "src/wire/a.ts": 'import { open } from "node:fs";\nexport const b = Buffer.alloc(1);',
      "src/base/a.ts": 'import { x } from "yaml";',
      "src/library/a.ts": 'import { open } from "node:fs";',
    });
    assert.deepEqual(placesOf(impurities(sources)), [
      "src/wire/a.ts:1",
      "src/base/a.ts:1",
      "src/wire/a.ts:2",
    ]);
  });

  test("finds rings of files and of folders, and no others", () => {
    const sources = sourcesOf({
      "src/a/one.ts": 'import "./two.ts"; import "../b/four.ts";',
      "src/a/two.ts": 'import type { T } from "./three.ts";',
      "src/a/three.ts": 'export { x } from "./one.ts";',
      "src/b/four.ts": "",
      "src/b/five.ts": 'import "../a/two.ts";',
      "src/b/six.ts": 'import "./five.ts"; import "./four.ts";',
    });
    assert.deepEqual(
      fileCycles(sources).map(({ path, message }) => [path, /with ([^:]+)/.exec(message)?.[1]]),
      [["src/a/one.ts", "src/a/three.ts, src/a/two.ts"]],
    );
    assert.deepEqual(placesOf(folderCycles(sources)), ["src/a"]);
  });

  test("finds a relative import without its ending, and one that leads nowhere", () => {
    const sources = sourcesOf({
      "src/a.ts": 'import "./b.ts";\nimport "./b";\nimport "./b.js";\nimport "./c.ts";',
      "src/b.ts": "",
    });
    assert.deepEqual(placesOf(endings(sources)), ["src/a.ts:2", "src/a.ts:3", "src/a.ts:4"]);
  });

  test("finds packages that are listed and not imported, and imported and not listed", () => {
    const sources = sourcesOf({
      "src/a.ts": 'import { Command } from "commander"; import { pino } from "pino/file";',
      "test/a.test.ts": 'import fc from "@scope/check/x"; import { y } from "unknown";',
    });
    const manifest = {
      path: "package.json",
      text: JSON.stringify({
        dependencies: { commander: "1", sharp: "1" },
        devDependencies: { pino: "1", "@scope/check": "1", vite: "1" },
      }),
    };
    assert.deepEqual(
      packageBreaches(sources, manifest).map(({ message }) => message),
      [
        "sharp is imported nowhere: take it out",
        "vite is imported nowhere: take it out",
        "imports pino: add it to dependencies: the product needs it",
        "imports unknown: add it to devDependencies, or do without it",
      ],
    );
  });
});

describe("the checker of sizes", () => {
  test("finds files, functions and lines that are too long", () => {
    const body = "  f();\n".repeat(69);
    const sources = sourcesOf({
      "src/file.ts": "f();\n".repeat(401),
      "src/functions.ts": `function a() {\n${body}}\nconst b = () => {\n${body.slice(7)}};\n`,
      "src/method.ts": `class A {\n  #b() {\n${body}  }\n}\n`,
      "test/a.test.ts": `describe("a", () => {\n${body}});\ntest("a", () => {\n${body}});\n`,
    });
    assert.deepEqual(placesOf(longFiles(sources)), ["src/file.ts"]);
    assert.deepEqual(placesOf(longFunctions(sources)), [
      "src/functions.ts:1",
      "src/method.ts:2",
      "test/a.test.ts:72",
    ]);
    assert.equal(medianLength(sourcesOf({ "src/a.ts": "f();\n".repeat(151) })).length, 1);
    const lines = filesOf({
      "src/a.ts": `${"a".repeat(110)}\n${"a".repeat(111)}\n// https://${"a".repeat(120)}\n`,
      "docs/a.md": "a".repeat(200),
    });
    assert.deepEqual(placesOf(wideLines(lines)), ["src/a.ts:2"]);
  });
});

describe("the checker of syntax", () => {
  test("finds what the project does without", () => {
    const lines = [
      "export const a: any = 1;",
      "const b = a as any;",
      "enum C { D }",
      "namespace E { export const f = 1; }",
      "export default a;",
      "export default function g() {}",
      "class H { constructor(readonly i: number) {} }",
      "const j = b!;",
      ["// @ts", "ignore"].join("-"),
    ];
    const places = placesOf(refusedSyntax(sourcesOf({ "src/a.ts": lines.join("\n") })));
    assert.deepEqual(
      places.toSorted(),
      lines.map((_, index) => `src/a.ts:${index + 1}`),
    );
  });

  test("accepts the words where they are none of it", () => {
    const text = [
      "// any enum, as any other: export default",
      'const any = "any"; const words = { default: 1, namespace: 2 };',
      "switch (any) { case words.default: break; default: }",
      "export { any as every };",
    ];
    assert.deepEqual(refusedSyntax(sourcesOf({ "src/a.ts": text.join("\n") })), []);
  });

  test("finds console, and no word about it", () => {
    const sources = sourcesOf({
      "src/a.ts": '// console.log\nconsole.error("x");\nconst s = "console.log";',
    });
    assert.deepEqual(placesOf(consoleUses(sources)), ["src/a.ts:2"]);
  });
});

describe("the checker of words", () => {
  test("finds banned words and says what to write", () => {
    const words = [
      join("// TO", "DO"),
      join("FIX", "ME later"),
      join("a white", "list"),
      join("Simp", "ly start it"),
      join("a ha", "ck"),
      join("set the urgen", "cy"),
      join("known by its client i", "d"),
    ];
    const violations = bannedWords(
      filesOf({ "docs/a.md": `The shackles hold; RFC 9218.\n${words.join("\n")}` }),
    );
    assert.deepEqual(
      violations.map(({ line }) => line),
      words.map((_, index) => index + 2),
    );
  });

  test("leaves a job its urgency", () => {
    const line = join("its urgen", "cy");
    assert.deepEqual(bannedWords(filesOf({ "src/production/jobs.ts": line })), []);
    assert.deepEqual(bannedWords(filesOf({ "docs/a.md": `${line} in RFC 9218` })), []);
  });

  test("finds streams of ours, and none of Node's", () => {
    const text = [
      'import { createReadStream } from "node:fs";',
      "const frameStream = createReadStream(path);",
      "destination.pipe(fs.createWriteStream(path)); // a stream",
    ];
    const sources = sourcesOf({
      "src/library/a.ts": text.join("\n"),
      "src/playback/frameStream.ts": "",
      "src/transports/a.ts": "const stream = 1;",
    });
    assert.deepEqual(placesOf(streams(sources)), ["src/playback/frameStream.ts", "src/library/a.ts:2"]);
  });

  test("finds names that say nothing", () => {
    const paths = ["src/utils/a.ts", "src/wire/misc.ts", "test/test-helpers.ts", "src/common.testing.ts"];
    const files = Object.fromEntries([...paths, "src/wire/commonLanguage.ts"].map((path) => [path, ""]));
    assert.deepEqual(placesOf(vagueNames(filesOf(files))), paths);
  });

  test("finds traces of a workplace, but for those of npm's own file", () => {
    const url = join("https://registry.npm", "js.org/a/-/a-1.0.0.tgz");
    const files = filesOf({
      "README.md": [join("see /wor", "k/main"), join("far", "m-node 3"), url].join("\n"),
      "package-lock.json": url,
    });
    assert.deepEqual(placesOf(traces(files)), ["README.md:1", "README.md:2", "README.md:3"]);
    assert.deepEqual(lockBreaches(lockWith(url)), []);
    assert.equal(lockBreaches(lockWith("http://mirror.example/a.tgz")).length, 1);
    assert.equal(lockBreaches({ path: "package-lock.json", text: '{"packages":{}}' }).length, 1);
  });

  test("finds links to files and headings that are not there", () => {
    const files = filesOf({
      "README.md": "[a](docs/a.md) [b](docs/b.md)\n[c](docs/a.md#the-part-1) [d](docs/a.md#none) `[e](x.md)`",
      "docs/a.md": "# The part, 1\n[up](../README.md) [out](https://example.org/x) [here](#none)\n",
    });
    const exists = (path: string): boolean => files.some((file) => file.path === path);
    assert.deepEqual(placesOf(deadLinks(files, exists)), ["README.md:1", "README.md:2", "docs/a.md:2"]);
    const paths = filesOf({ "a.md": "`src/a.ts` and `docs/`\n`src/b.ts`, `src/{c,d}.ts`, `b.ts`" });
    assert.deepEqual(placesOf(deadPaths(paths, (path) => path === "src/a.ts" || path === "docs/")), [
      "a.md:2",
    ]);
  });
});
