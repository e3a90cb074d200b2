import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { events } from "../../base/events.ts";
import { formatRate } from "../../base/rate.ts";
import { Ms } from "../../base/units.ts";
import { type LiveLibrary, openLibrary, readLibrary } from "./open.ts";
import type { Watching } from "./protocol.ts";

const POLL = Ms(50);
/** More than two looks, on a machine that does other things too. */
const SOON_MS = 10_000;

type Place = { readonly root: string; readonly file: string; readonly told: string[] };

/** A library with the movies `a`, `sh010/beauty` and `stack`, a file of settings, and what is told of it. */
function makePlace(test: TestContext, said: string): Place {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "settings-")));
  test.after(() => rmSync(folder, { recursive: true }));
  const root = join(folder, "library");
  mkdirSync(join(root, "sh010"), { recursive: true });
  for (const name of ["a1.ppm", "a2.ppm", "stack1.ppm", "sh010/beauty1.ppm"])
    writeFileSync(join(root, name), "x");
  const file = join(folder, "movies.yaml");
  writeFileSync(file, said);
  const told: string[] = [];
  test.after(
    events.entryLeftOut.subscribe(({ path, code, detail }) => {
      if (path === file) told.push(`${code} ${detail}`);
    }),
  );
  return { root, file, told };
}

async function open(
  test: TestContext,
  { root, file }: Place,
  watch: Watching = "auto",
): Promise<LiveLibrary> {
  const library = await openLibrary([{ kind: "folder", path: root }], {
    movies: file,
    pollInterval: POLL,
    watch,
  });
  test.after(() => library.close());
  await library.scanned;
  return library;
}

function rateOf(library: LiveLibrary, name: string): string {
  const movie = library.find(name) ?? assert.fail(`no movie ${name}`);
  return formatRate(movie.rate);
}

async function becomes(expected: string, found: () => string): Promise<void> {
  const end = performance.now() + SOON_MS;
  while (found() !== expected && performance.now() < end) await pause(10);
  assert.equal(found(), expected);
}

describe("the file of the setting movies", () => {
  // A name that is misspelled would otherwise do nothing, and nobody would know why.
  it("is told of where it names no movie, with the one that was probably meant", async (test) => {
    const place = makePlace(
      test,
      "beauty: {fps: 12}\nstacks: {fps: 12}\nnothing-like-it: {fps: 12}\na: {fps: 12}\n",
    );
    await readLibrary([{ kind: "folder", path: place.root }], { movies: place.file });
    assert.deepEqual(place.told, [
      'MOVIE_NOT_FOUND found no movie "beauty", did you mean "sh010/beauty"?',
      'MOVIE_NOT_FOUND found no movie "stacks", did you mean "stack"?',
      'MOVIE_NOT_FOUND found no movie "nothing-like-it"',
    ]);
  });

  // A file for a whole archive, of which a part is served, must not fill the log.
  it("is told of in a few lines however many names are no movie's", async (test) => {
    const names = Array.from({ length: 500 }, (_, index) => `archive/movie${index}: {fps: 12}\n`);
    const { root, file, told } = makePlace(test, names.join(""));
    await readLibrary([{ kind: "folder", path: root }], { movies: file });
    assert.equal(told.length, 21);
    assert.match(told.at(-1) ?? "", /480 more names/);
  });

  // What is tuned while people watch should not need another start of the server.
  it("is read again when it changes, in place or by another one", async (test) => {
    const place = makePlace(test, "a: {fps: 12, title: Old}\n");
    const library = await open(test, place);
    assert.equal(rateOf(library, "a"), "12");
    writeFileSync(place.file, "a: {fps: 13}\nsh010/beauty: {fps: 48}\n");
    await becomes("13 48", () => `${rateOf(library, "a")} ${rateOf(library, "sh010/beauty")}`);
    assert.equal(library.find("a")?.title, undefined);
    writeFileSync(`${place.file}.new`, "stack: {fps: 5}\n");
    renameSync(`${place.file}.new`, place.file);
    await becomes("24 24 5", () =>
      ["a", "sh010/beauty", "stack"].map((name) => rateOf(library, name)).join(" "),
    );
    assert.deepEqual(place.told, []);
  });

  it("holds for movies that come later, as it is then", async (test) => {
    const place = makePlace(test, "later: {fps: 12}\n");
    const library = await open(test, place);
    writeFileSync(place.file, "later: {fps: 13}\na: {fps: 13}\n");
    await becomes("13", () => rateOf(library, "a"));
    writeFileSync(join(place.root, "later1.ppm"), "x");
    await becomes("13", () => (library.find("later") === undefined ? "" : rateOf(library, "later")));
  });

  // Someone edits it in the middle of a show: a missing bracket must not take the rates of all movies away.
  it("keeps what it said when a new version cannot be read, and says so once", async (test) => {
    const place = makePlace(test, "a: {fps: 12}\n");
    const library = await open(test, place);
    writeFileSync(place.file, "a: {fps: 13\n");
    await becomes("1", () => String(place.told.length));
    assert.match(place.told[0] ?? "", /^SETTING_INVALID .*what it said before counts on$/);
    assert.equal(rateOf(library, "a"), "12");
    rmSync(place.file);
    await becomes("2", () => String(place.told.length));
    assert.match(place.told[1] ?? "", /ENOENT.*counts on$/);
    await pause(5 * POLL);
    assert.equal(place.told.length, 2);
    assert.equal(rateOf(library, "a"), "12");
    writeFileSync(place.file, "a: {fps: 14}\nb: {fps: 14}\n");
    await becomes("14", () => rateOf(library, "a"));
    assert.match(place.told[2] ?? "", /^MOVIE_NOT_FOUND found no movie "b"/);
  });

  // A declared range may be what a playback waits for.
  it("ends the wait for frames that it no longer declares", async (test) => {
    const place = makePlace(test, "a: {last: 100}\n");
    const library = await open(test, place);
    const movie = library.find("a") ?? assert.fail("no movie a");
    assert.equal(movie.state, "live");
    const told: string[] = [];
    movie.watch(({ kind }) => told.push(kind));
    writeFileSync(place.file, "a: {last: 2}\n");
    await becomes("ended", () => told.join(" "));
    assert.equal(movie.state, "recorded");
  });

  it("is not looked at again where changes are not looked for", async (test) => {
    const place = makePlace(test, "a: {fps: 12}\n");
    const library = await open(test, place, "off");
    writeFileSync(place.file, "a: {fps: 13}\n");
    await pause(10 * POLL);
    assert.equal(rateOf(library, "a"), "12");
  });
});
