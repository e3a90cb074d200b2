import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fault } from "../base/errors.ts";
import { Bytes, FrameNumber } from "../base/units.ts";
import type { FrameLog } from "../main.ts";
import { foundInstead } from "./foundInstead.ts";
import { inNaturalOrder, leftOutLines, listing, listingJson } from "./listing.ts";
import { movieOf } from "./movieOf.testing.ts";
import { lookAtMovies, movieTable } from "./movieTable.ts";
import { PLAIN } from "./palette.ts";

const root = mkdtempSync(join(tmpdir(), "ls-"));
after(() => rmSync(root, { recursive: true, force: true }));

const isPicture = (name: string) => name.endsWith(".png");

const look = { width: 160, height: 120, bits: 8, channels: 3, bytes: Bytes(57_615) };

/** A movie that is declared to reach from 1001 to 1100, as far as it has come. */
function awaited(name: string, numbers: readonly number[]): FrameLog {
  const declared = { first: FrameNumber(1001), last: FrameNumber(1100), state: "live" } as const;
  return { ...movieOf(name, numbers), ...declared };
}

const MOVIES = [
  { log: movieOf("sw", [1, 2, 3]), look },
  { log: movieOf("sh010/beauty", [1001, 1003, 1005, 1007, 1011]), look: { ...look, bits: 16, channels: 1 } },
  { log: awaited("sh020", [1001, 1002, 1004]), look: { ...look, channels: 4, bits: 32, float: true } },
  { log: awaited("sh030", []), look: undefined },
  { log: { ...movieOf("sparse", [1, 11, 31]), step: 10 }, look },
  { log: movieOf("broken", [7]), look: fault("FRAME_EMPTY", "found 0 bytes") },
];

// The table is read by people: what every movie has, then what is odd about it.
test("a listing shows frames, range, picture, rate and state of each movie, and the sums", () => {
  assert.deepEqual(listing(MOVIES, PLAIN, Infinity).split("\n"), [
    "MOVIE         FRAMES  RANGE      SIZE         DEPTH                 FORMAT  RATE  STATE",
    "sw                 3  1-3        160x120      8-bit                 netpbm    24  complete",
    "sh010/beauty       5  1001-1011  160x120      16-bit grey           " +
      "netpbm    24  6 holes: 1002 1004 1006 …",
    "sh020              3  1001-1100  160x120      32-bit float + alpha  " +
      "netpbm    24  3 of 100, waiting for 1005; 1 hole: 1003",
    "sh030              0  1001-1100  -            -                     " +
      "-         24  0 of 100, waiting for 1001",
    "sparse             3  1-31x10    160x120      8-bit                 netpbm    24  1 hole: 21",
    "broken             1  7          FRAME_EMPTY  -                     netpbm    24  complete",
    "",
    "6 movies, 15 frames, 8 holes, 2 waiting for frames, 1 whose first frame cannot be read",
    "",
  ]);
});

// A line that wraps cannot be read as a column.
test("lines are as wide as the terminal, if names and states can be cut", () => {
  const long = { log: movieOf("show/sequence/shot/beauty_left_v012", [1, 9, 17, 33]), look };
  const width = 80;
  const lines = movieTable([long, ...MOVIES.slice(0, 1)], width);
  for (const line of lines) assert.ok(line.length <= width, line);
  assert.match(lines[1] ?? "", /^show\/seq…eft_v012 .* 29 holes: .*…$/);
  assert.deepEqual(movieTable([long], 300), movieTable([long]));
});

// A folder's name is somebody else's: it must not drive the terminal.
test("names are shown without the characters that a terminal obeys", () => {
  assert.match(movieTable([{ log: movieOf("a\u001b[2J", [1]), look }])[1] ?? "", /^a\\x1b\[2J /);
});

test("movies are listed as people count: shot2 before shot10", () => {
  const names = ["shot10", "shot2", "Shot3", "b/1", "shot1", "a"];
  const sorted = inNaturalOrder(names.map((name) => movieOf(name, [1])));
  assert.deepEqual(
    sorted.map(({ name }) => name),
    ["a", "b/1", "shot1", "shot2", "Shot3", "shot10"],
  );
});

// Scripts read this: a key that is renamed or missing breaks them.
test("the JSON has the same keys for every movie, null where nothing can be said", () => {
  const leftOut = [{ path: "/lib/pipe1.ppm", code: "FRAME_NOT_A_FILE", detail: "found a pipe" }];
  const json: unknown = JSON.parse(
    listingJson(["/lib"], MOVIES.slice(2, 4).concat(MOVIES.slice(5)), leftOut),
  );
  const nothing = {
    title: null,
    state: "live",
    frames: 0,
    first: 1001,
    last: 1100,
    step: 1,
    lowest: null,
    newest: null,
    labels: null,
    expected: 100,
    waitingFor: 1001,
    missing: 0,
    holes: [],
    missingPolicy: null,
    rate: "24",
    format: null,
    width: null,
    height: null,
    bits: null,
    float: null,
    channels: null,
    frameBytes: null,
    fault: null,
  };
  const picture = { width: 160, height: 120, bits: 32, float: true, channels: 4, frameBytes: 57_615 };
  const there = { lowest: 1001, newest: 1004, format: "netpbm", waitingFor: 1005 };
  const recorded = { state: "recorded", expected: null, waitingFor: null };
  assert.deepEqual(json, {
    library: "/lib",
    libraries: ["/lib"],
    totals: { movies: 3, frames: 4, missing: 1, live: 2 },
    movies: [
      {
        ...nothing,
        name: "sh020",
        frames: 3,
        missing: 1,
        holes: [{ first: 1003, last: 1003 }],
        ...there,
        ...picture,
      },
      { ...nothing, name: "sh030" },
      {
        ...nothing,
        name: "broken",
        ...recorded,
        frames: 1,
        first: 7,
        last: 7,
        lowest: 7,
        newest: 7,
        format: "netpbm",
        fault: "FRAME_EMPTY",
      },
    ],
    leftOut,
  });
});

// A camera's stamps are what people look a frame up by; the numbers are ours.
test("a movie of long stamps is listed with its frame numbers and the first and last stamp", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "stamps-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const stamps = ["1403636579763555584", "1403636579813555456", "1403636580863555328"];
  for (const stamp of stamps) writeFileSync(join(folder, `${stamp}.ppm`), "P6\n1 1\n255\nabc");
  const { readLibrary } = await import("../main.ts");
  const { movies } = await readLibrary([{ kind: "folder", path: folder }]);
  const [movie] = await lookAtMovies(movies, async () => look);
  assert.ok(movie);
  assert.match(listing([movie], PLAIN, Infinity), / 1-3 \(1403636579763555584…80863555328\) /);
  const { labels } = JSON.parse(listingJson(["/lib"], [movie], [])).movies[0];
  assert.deepEqual(labels, { first: stamps[0], last: stamps[2] });
});

// One frame that cannot be read must not hide the other movies; a bug of ours must not look like such a
// frame.
test("a movie whose first frame cannot be read is listed with the reason", async () => {
  const logs = [movieOf("a", [1]), movieOf("b", [1])];
  const empty = fault("FRAME_EMPTY", "found 0 bytes");
  const probe = async ({ movie }: { movie: string }) => {
    if (movie === "a") throw empty;
    return look;
  };
  assert.deepEqual(
    (await lookAtMovies(logs, probe)).map((movie) => movie.look),
    [empty, look],
  );
  await assert.rejects(
    lookAtMovies(logs, () => Promise.reject(new TypeError("a bug"))),
    TypeError,
  );
});

// A mount that hangs: the movies that lie elsewhere are listed all the same, in bounded time and descriptors.
test("pictures are looked at a few at a time, and no longer than there is time", async () => {
  const logs = Array.from({ length: 1000 }, (_, index) => movieOf(String(index), [1]));
  let [open, most] = [0, 0];
  const probe = async ({ movie }: { movie: string }) => {
    most = Math.max(most, ++open);
    if (movie === "500") await new Promise(() => undefined);
    await Promise.resolve();
    open--;
    return look;
  };
  const time = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 100));
  const listed = await lookAtMovies(logs, probe, time);
  assert.deepEqual(
    listed.filter((movie) => movie.look === undefined).map(({ log }) => log.name),
    ["500"],
  );
  assert.equal(most, 16);
});

// Most who see no movie have videos, or pictures without numbers.
test("a library without movies says what it found instead", async () => {
  assert.equal(await foundInstead([root], isPicture), "Nothing is in it.");
  mkdirSync(join(root, "below"));
  const names = ["a.mov", "b.MOV", "below/c.mov", "poster.png", "notes", ".hidden.mov", "x.cr2", "y.cr2"];
  for (const name of names) writeFileSync(join(root, name), "");
  assert.deepEqual((await foundInstead([root, join(root, "none")], isPicture)).split("\n"), [
    "Found 3 .mov files: mutoscope import VIDEO NAME makes movies of videos.",
    "Found 1 .png file. Frames have numbers in their names: shot.1001.png and so on.",
    "Found 2 .cr2 files, of a kind that Mutoscope does not read.",
  ]);
});

test("what was left out is told, the first names in full", () => {
  const one = { path: "/a\n", code: "FRAME_EMPTY", detail: "found 0 bytes" };
  assert.equal(leftOutLines([one]), "left out: /a\\x0a: FRAME_EMPTY found 0 bytes\n");
  const many = leftOutLines(Array.from({ length: 25 }, () => one)).split("\n");
  assert.deepEqual([many.length, many.at(-2)], [22, "left out: 5 more; --json lists all"]);
});
