import assert from "node:assert/strict";
import { test } from "node:test";
import { fault } from "../base/errors.ts";
import { Bytes } from "../base/units.ts";
import { listingJson } from "./ls.ts";
import { movieOf } from "./movieOf.testing.ts";
import { lookAtMovies, movieTable } from "./movieTable.ts";

const look = { width: 160, height: 120, bits: 8, channels: 3, bytes: Bytes(57_615) };

// The table is read by people: what every movie has, then what is odd about it.
test("a listing shows frames, range, size, rate and the first holes of each movie", () => {
  const movies = [
    { log: movieOf("sw", [1, 2, 3]), look },
    {
      log: movieOf("sh010/beauty", [1001, 1003, 1005, 1007, 1011]),
      look: { ...look, bits: 16, channels: 1 },
    },
    { log: movieOf("broken", [7]), look: fault("FRAME_EMPTY", "found 0 bytes") },
  ];
  assert.deepEqual(movieTable(movies), [
    "MOVIE         FRAMES  RANGE      SIZE                 RATE  HOLES",
    "sw                 3  1-3        160x120                24  -",
    "sh010/beauty       5  1001-1011  160x120 16-bit grey    24  6: 1002 1004 1006 …",
    "broken             1  7-7        FRAME_EMPTY            24  -",
  ]);
});

// A folder's name is somebody else's: it must not drive the terminal.
test("names are shown without the characters that a terminal obeys", () => {
  assert.match(movieTable([{ log: movieOf("a\u001b[2J", [1]), look }])[1] ?? "", /^a\\x1b\[2J /);
});

// Scripts read this: a key that is renamed or missing breaks them.
test("the JSON has the same keys for every movie, null where nothing can be said", () => {
  const movies = [
    { log: movieOf("sw", [1, 3]), look },
    { log: movieOf("broken", [7]), look: fault("FRAME_EMPTY", "found 0 bytes") },
  ];
  const leftOut = [{ path: "/lib/pipe1.ppm", code: "FRAME_NOT_A_FILE", detail: "found a pipe" }];
  const json: unknown = JSON.parse(listingJson("/lib", movies, leftOut));
  assert.deepEqual(json, {
    library: "/lib",
    movies: [
      {
        name: "sw",
        state: "recorded",
        frames: 2,
        first: 1,
        last: 3,
        missing: 1,
        holes: [{ first: 2, last: 2 }],
        rate: "24",
        width: 160,
        height: 120,
        bits: 8,
        channels: 3,
        frameBytes: 57_615,
        fault: null,
      },
      {
        name: "broken",
        state: "recorded",
        frames: 1,
        first: 7,
        last: 7,
        missing: 0,
        holes: [],
        rate: "24",
        width: null,
        height: null,
        bits: null,
        channels: null,
        frameBytes: null,
        fault: "FRAME_EMPTY",
      },
    ],
    leftOut,
  });
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
