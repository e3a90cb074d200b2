import assert from "node:assert/strict";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { events } from "../../base/events.ts";
import { Fault } from "../../base/errors.ts";
import { Ms } from "../../base/units.ts";
import { type LibraryOptions, type LiveLibrary, openLibrary } from "./open.ts";
import type { LibraryTarget } from "../target.ts";

/** Other programs share the machine: what takes a fifth of a second may take this long. */
const DEADLINE = 20_000;

const WAYS: readonly { readonly way: string; readonly options: LibraryOptions }[] = [
  { way: "watched", options: { watch: "auto" } },
  { way: "polled", options: { watch: "poll", pollInterval: Ms(100) } },
];

function makeFolder(test: TestContext): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "live-")));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function open(
  test: TestContext,
  target: string | LibraryTarget,
  options: LibraryOptions,
): Promise<LiveLibrary> {
  const targets = [typeof target === "string" ? ({ kind: "folder", path: target } as const) : target];
  const library = await openLibrary(targets, options);
  test.after(() => library.close());
  await library.scanned;
  return library;
}

/** Waits until something is so. */
async function until(isSo: () => boolean, what: string): Promise<void> {
  const end = performance.now() + DEADLINE;
  while (!isSo()) {
    assert.ok(performance.now() < end, `${what}: not in ${DEADLINE} ms`);
    await sleep(10);
  }
}

const shown = (library: LiveLibrary): string =>
  library.movies.map(({ name, first, last, count }) => `${name}: ${first}-${last}/${count}`).join(", ");

const becomes = (library: LiveLibrary, expected: string): Promise<void> =>
  until(() => shown(library) === expected, `${expected} from ${shown(library)}`);

/** Less than lies between two looks at a file. */
const STILL = 100;

/** Writes a file for a while. @returns the longest time in which nothing was written */
async function writeInPieces(path: string): Promise<number> {
  let longest = 0;
  for (let piece = 0, last = performance.now(); piece < 30; piece++) {
    appendFileSync(path, "x".repeat(1000));
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
    await sleep(20);
  }
  return longest;
}

/** `number@revision` of every frame. */
function frames(library: LiveLibrary, name: string): string {
  const log = library.find(name);
  return Array.from({ length: log?.count ?? 0 }, (_, rank) => log?.nth(rank))
    .map((entry) => `${entry?.number}@${entry?.revision}`)
    .join(" ");
}

/** How many folders this process has the system watch. */
function watches(): number {
  return readdirSync("/proc/self/fdinfo")
    .map((fd) => {
      try {
        return readFileSync(`/proc/self/fdinfo/${fd}`, "utf8");
      } catch {
        return ""; // closed in between
      }
    })
    .reduce((sum, info) => sum + (info.match(/^inotify /gm)?.length ?? 0), 0);
}

for (const { way, options } of WAYS) {
  describe(`a library on a disk, ${way}`, () => {
    it("follows a renderer that writes in any order and way, and one that cleans up", async (test) => {
      const root = makeFolder(test);
      writeFileSync(join(root, "s.0001.tga"), "x");
      const library = await open(test, root, options);
      assert.equal(shown(library), "s: 1-1/1");
      for (const number of [40, 7, 23])
        writeFileSync(join(root, `s.00${`${number}`.padStart(2, "0")}.tga`), "x");
      writeFileSync(join(root, "s.tmp"), "x");
      renameSync(join(root, "s.tmp"), join(root, "s.0012.tga"));
      await becomes(library, "s: 1-40/5");
      rmSync(join(root, "s.0040.tga"));
      await becomes(library, "s: 1-23/4");
      assert.equal(frames(library, "s"), "1@1 7@1 12@1 23@1");
      writeFileSync(join(root, "s.0007.tga"), "another picture");
      await until(() => frames(library, "s").includes("7@2"), "a new revision");
      truncateSync(join(root, "s.0012.tga"));
      // Nobody is writing it anew.
      utimesSync(join(root, "s.0012.tga"), 1, 1);
      await becomes(library, "s: 1-23/3");
      mkdirSync(join(root, "below"));
      writeFileSync(join(root, "below", "t1.tga"), "x");
      await becomes(library, "below/t: 1-1/1, s: 1-23/3");
      renameSync(join(root, "below"), join(root, "elsewhere"));
      await becomes(library, "elsewhere/t: 1-1/1, s: 1-23/3");
      rmSync(join(root, "elsewhere"), { recursive: true });
      await becomes(library, "s: 1-23/3");
    });

    // A half frame that is told too early costs a viewer an error, or worse, half a picture.
    it("a file that is written in small pieces is told once, when it is whole", async (test) => {
      const root = makeFolder(test);
      writeFileSync(join(root, "s1.tga"), "x");
      const library = await open(test, root, options);
      const told: string[] = [];
      library.find("s")?.watch((change) => told.push(change.kind));
      for (let number = 2; ; number++) {
        const longest = await writeInPieces(join(root, `s${number}.tga`));
        // A writer that was kept from writing cannot be told from one that has written all.
        if (longest > STILL && number < 10) continue;
        told.length = 0;
        await until(() => told.length > 0, "the frame");
        await sleep(500);
        assert.deepEqual(told, ["landed"]);
        return;
      }
    });

    it("2,000 files that land within a second are all told", async (test) => {
      const root = makeFolder(test);
      const library = await open(test, root, options);
      for (let number = 1; number <= 2000; number++) {
        writeFileSync(join(root, `s.${number}.tga`), "x");
        if (number % 100 === 0) await sleep(40);
      }
      await becomes(library, "s: 1-2000/2000");
    });

    it("a declared movie is there before its files, and live until its last has come", async (test) => {
      const root = makeFolder(test);
      const pattern = {
        kind: "pattern",
        text: "s.####.tga 1-3",
        folder: root,
        before: "s.",
        after: ".tga",
      } as const;
      const range = { first: 1, last: 3, step: 1 } as never;
      const library = await open(test, { ...pattern, width: undefined, range }, options);
      const log = library.find("s");
      assert.deepEqual(
        [log?.first, log?.last, log?.count, log?.newest, log?.state],
        [1, 3, 0, undefined, "live"],
      );
      writeFileSync(join(root, "other.0001.tga"), "x");
      writeFileSync(join(root, "s.0003.tga"), "x");
      await until(() => log?.state === "recorded", "the end");
      assert.equal(shown(library), "s: 1-3/1");
      assert.equal(log?.at(3 as never)?.source.path, join(root, "s.0003.tga"));
    });

    // A library is opened and closed with each test, each restart: nothing of it may stay.
    it("after it was closed nothing is watched, and nothing told", async (test) => {
      const root = makeFolder(test);
      for (let folder = 0; folder < 20; folder++) {
        mkdirSync(join(root, `f${folder}`));
        writeFileSync(join(root, `f${folder}`, "s1.tga"), "x");
      }
      const before = watches();
      const library = await open(test, root, options);
      assert.equal(watches() - before, options.watch === "auto" ? 21 : 0);
      rmSync(join(root, "f3"), { recursive: true });
      await until(() => library.movies.length === 19, "the end of a movie");
      await library.close();
      await library.close();
      await until(() => watches() === before, "the end of the watches");
      writeFileSync(join(root, "new1.tga"), "x");
      await sleep(400);
      assert.equal(library.movies.length, 19);
    });
  });
}

describe("a library", () => {
  // Whoever stops a server while a disk of a million frames is read does not wait for that.
  it("closes at once while it is looked through", async (test) => {
    const root = makeFolder(test);
    for (let folder = 0; folder < 1000; folder++) {
      mkdirSync(join(root, `f${folder}`));
      writeFileSync(join(root, `f${folder}`, "s1.tga"), "x");
    }
    const library = await openLibrary([{ kind: "folder", path: root }]);
    assert.equal(library.progress.isComplete, false);
    const started = performance.now();
    await library.close();
    assert.ok(performance.now() - started < 5000);
  });

  it("tells how far it is, and when everything has been looked at once", async (test) => {
    const root = makeFolder(test);
    mkdirSync(join(root, "below"));
    for (const file of ["s1.tga", "s2.tga", "below/t1.tga"]) writeFileSync(join(root, file), "x");
    const told: unknown[] = [];
    const unsubscribe = events.libraryScanned.subscribe(({ ms, ...counts }) =>
      told.push({ ...counts, tookTime: ms > 0 }),
    );
    test.after(unsubscribe);
    const library = await open(test, root, {});
    const counts = { folders: 2, movies: 2, frames: 3 };
    assert.deepEqual(library.progress, { isComplete: true, ...counts });
    assert.deepEqual(told, [{ ...counts, tookTime: true }]);
  });

  it("that is looked at once waits for nothing that is declared", async (test) => {
    const root = makeFolder(test);
    writeFileSync(join(root, "s1.tga"), "x");
    writeFileSync(join(root, "movie.json"), '{"last":9}');
    const states = [];
    for (const watch of ["off", "once"] as const) {
      const library = await open(test, root, { watch });
      states.push(library.find("s")?.state);
    }
    assert.deepEqual(states, ["recorded", "live"]);
  });

  it("may be several folders, each looked at once, and says which one cannot be read", async (test) => {
    const [one, two] = [makeFolder(test), makeFolder(test)];
    writeFileSync(join(one, "s1.tga"), "x");
    writeFileSync(join(two, "s1.tga"), "x");
    const targets = [one, two, `${one}/.`].map((path) => ({ kind: "folder", path }) as const);
    const library = await openLibrary(targets, { watch: "off" });
    test.after(() => library.close());
    await library.scanned;
    assert.equal(shown(library), "s: 1-1/1, s~2: 1-1/1");
    assert.deepEqual(library.roots, [one, two]);
    await assert.rejects(
      openLibrary([...targets, { kind: "folder", path: join(two, "none") }]),
      (error) => error instanceof Fault && error.code === "LIBRARY_UNREADABLE",
    );
  });

  it("what the setting movies says of a movie by its name goes before what lies beside it", async (test) => {
    const root = makeFolder(test);
    writeFileSync(join(root, "s1.tga"), "x");
    writeFileSync(join(root, "movie.json"), '{"fps":12,"title":"beside"}');
    writeFileSync(join(root, "settings.yaml"), "s:\n  title: said\n");
    const library = await open(test, root, { movies: join(root, "settings.yaml") });
    const log = library.find("s");
    assert.deepEqual([log?.title, log?.rate.numerator], ["said", 12]);
  });

  // It would be a bug of ours; whoever watches a movie then plays on.
  it("whose thread dies tells so, and takes nobody with it", async (test) => {
    const root = makeFolder(test);
    writeFileSync(join(root, "s1.tga"), "x");
    const told: string[] = [];
    test.after(events.workerDied.subscribe(({ detail }) => told.push(detail)));
    const pattern = { kind: "pattern", text: "", folder: root, before: "s", after: null as never } as const;
    const library = await openLibrary([{ ...pattern, width: undefined, range: undefined }]);
    test.after(() => library.close());
    await assert.rejects(library.scanned, TypeError);
    assert.match(told.join(), /^the library is no longer watched: /);
    assert.equal(library.progress.isComplete, false);
    assert.deepEqual(library.movies, []);
    await library.close();
  });
});
