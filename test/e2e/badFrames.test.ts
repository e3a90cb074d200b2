import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import type { ErrorCode } from "../../src/base/errors.ts";
import type { ClassicItem } from "../../src/wire/classicReader.ts";
import { ask, brief } from "./ask.ts";
import { makeFolder, picture, upTo, writeMovie } from "./movies.ts";
import { serve } from "./server.ts";
import { Viewer } from "./viewer.ts";

/** What may become of a frame's file, and the code that it gives. `outside` is no part of the library. */
type Fate = {
  readonly name: string;
  readonly code: ErrorCode;
  readonly strike: (path: string, outside: string) => void;
  /** The code when the file is so before the server starts, and the library leaves it out. */
  readonly codeBefore?: ErrorCode;
};

/** Otherwise the library may have noticed, and the frame is one that is missing. */
const UNWATCHED = { watch: "off" } as const;

const FATES: readonly Fate[] = [
  {
    name: "has vanished",
    code: "FRAME_UNREADABLE",
    codeBefore: "FRAME_MISSING",
    strike: (path) => rmSync(path),
  },
  { name: "is empty", code: "FRAME_EMPTY", strike: (path) => truncateSync(path, 0) },
  { name: "ends inside of its raster", code: "FRAME_TRUNCATED", strike: (path) => truncateSync(path, 100) },
  { name: "ends inside of its header", code: "FRAME_TRUNCATED", strike: (path) => truncateSync(path, 5) },
  {
    name: "is a folder",
    code: "FRAME_NOT_A_FILE",
    codeBefore: "FRAME_MISSING",
    strike: (path) => {
      rmSync(path);
      mkdirSync(path);
    },
  },
  {
    name: "is a pipe",
    code: "FRAME_NOT_A_FILE",
    codeBefore: "FRAME_MISSING",
    strike: (path) => {
      rmSync(path);
      execFileSync("mkfifo", [path]);
    },
  },
  {
    name: "is a link to a device",
    code: "FRAME_NOT_A_FILE",
    codeBefore: "FRAME_MISSING",
    strike: (path) => {
      rmSync(path);
      symlinkSync("/dev/zero", path);
    },
  },
  {
    name: "is a link that leaves the library",
    code: "FRAME_OUTSIDE_LIBRARY",
    codeBefore: "FRAME_MISSING",
    strike: (path, outside) => {
      writeFileSync(join(outside, "secret.ppm"), picture(99));
      rmSync(path);
      symlinkSync(join(outside, "secret.ppm"), path);
    },
  },
  {
    name: "is a link to nothing",
    code: "FRAME_UNREADABLE",
    codeBefore: "FRAME_MISSING",
    strike: (path) => {
      rmSync(path);
      symlinkSync("nothing.ppm", path);
    },
  },
  {
    name: "claims 60,000×60,000 pixels",
    code: "FRAME_TOO_LARGE",
    strike: (path) => writeFileSync(path, "P6\n60000 60000\n255\nabc"),
  },
  {
    name: "claims more pixels than a number holds",
    code: "FRAME_TOO_LARGE",
    strike: (path) => writeFileSync(path, "P6\n99999999999999999999 99999999999999999999\n255\nabc"),
  },
  {
    name: "claims no pixels",
    code: "FRAME_CORRUPT",
    strike: (path) => writeFileSync(path, "P6\n0 0\n255\n"),
  },
  {
    name: "claims a negative width",
    code: "FRAME_CORRUPT",
    strike: (path) => writeFileSync(path, "P6\n-1 4\n255\n"),
  },
  {
    name: "is a plain text",
    code: "FRAME_UNSUPPORTED",
    strike: (path) => writeFileSync(path, "no picture\n"),
  },
  {
    name: "is noise",
    code: "FRAME_UNSUPPORTED",
    strike: (path) => writeFileSync(path, Buffer.alloc(5000, 0xa5)),
  },
];

/**
 * A library with the movies `before` and `after`, whose second frame of three meets its fate before or after
 * the server has looked at the folder, and `good`.
 */
async function serveStruck(test: TestContext, strike: Fate["strike"]) {
  const [folder, outside] = [makeFolder(test), makeFolder(test)];
  for (const movie of ["before", "after", "good"]) writeMovie(folder, movie, upTo(3));
  strike(join(folder, "before2.ppm"), outside);
  const server = await serve(test, folder, UNWATCHED);
  strike(join(folder, "after2.ppm"), outside);
  return server;
}

describe("a frame file", () => {
  // Each line of the list is a way in which real folders are broken. For the first the seed sent its memory.
  for (const { name, code, codeBefore = code, strike } of FATES) {
    it(`that ${name} costs its playback a line or what the request says, others nothing`, async (test) => {
      const { classic } = await serveStruck(test, strike);
      const play = async (request: string) =>
        brief(await ask(test, classic.port, `a:1:start_movie:${request}\n`));
      const good = play("good");
      assert.deepEqual(await play("before"), [1, `!${codeBefore}`]);
      assert.deepEqual(await play("after"), [1, `!${code}`]);
      assert.deepEqual(await good, [1, 2, 3]);
      for (const movie of ["before", "after"]) {
        assert.deepEqual(await play(`${movie}:missing=hold`), [1, 1, 3], movie);
        assert.deepEqual(await play(`${movie}:missing=black`), [1, 0, 3], movie);
        assert.deepEqual(await play(`${movie}:missing=skip`), [1, 3], movie);
      }
    });
  }

  // A connection is not at fault for a movie that is.
  it("that is bad leaves the connection usable, and a tagged playback gets its END line", async (test) => {
    const { classic } = await serveStruck(test, (path) => truncateSync(path, 100));
    const items = await askInTurn(await Viewer.open(test, classic.port), [
      "a:1:start_movie:after:tagged",
      "a:1:start_movie:good:tagged",
    ]);
    assert.deepEqual(brief(items), [1, "!FRAME_TRUNCATED", "END", 1, 2, 3, "END"]);
    const [failed, whole] = items.filter((item) => item.kind === "end");
    assert.deepEqual([failed?.epoch, failed?.sent, failed?.missing], [1, 1, 1]);
    assert.deepEqual([whole?.epoch, whole?.sent, whole?.missing], [2, 3, 0]);
  });

  // A receipt that hides what was missing is no receipt (law 8).
  it("that is not there is counted in the END line, whatever stands in for it", async (test) => {
    const { classic } = await serveStruck(test, (path) => rmSync(path));
    for (const movie of ["before", "after"]) {
      for (const missing of ["hold", "black", "skip"]) {
        const items = await ask(test, classic.port, `a:1:start_movie:${movie}:tagged:missing=${missing}\n`);
        const end = items.find((item) => item.kind === "end");
        assert.equal(end?.missing, 1, `${movie}, missing=${missing}`);
      }
    }
  });

  // Links are how studios put sequences together; only those that lead out are refused.
  it("that is a link inside of the library is a frame like any other", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "sw", upTo(2));
    symlinkSync("sw1.ppm", join(folder, "sw3.ppm"));
    const { classic } = await serve(test, folder, UNWATCHED);
    assert.deepEqual(brief(await ask(test, classic.port, "a:1:start_movie:sw\n")), [1, 2, 1]);
  });
});

describe("a movie of which not one frame can be read", () => {
  // Repeating it must not become an endless search for a frame that can.
  it("ends with one line under every policy, also when it is repeated", async (test) => {
    const folder = makeFolder(test);
    for (const number of upTo(5)) writeFileSync(join(folder, `bad${number}.ppm`), "no picture");
    const { classic } = await serve(test, folder, UNWATCHED);
    const codes = {
      error: "FRAME_UNSUPPORTED",
      hold: "FRAME_UNSUPPORTED",
      black: "FRAME_UNSUPPORTED",
      skip: "MOVIE_UNREADABLE",
    };
    for (const [missing, code] of Object.entries(codes)) {
      for (const repeat of [0, 1]) {
        const items = await ask(test, classic.port, `a:1:start_movie:bad:${repeat}:missing=${missing}\n`);
        assert.deepEqual(brief(items), [`!${code}`], `missing=${missing}, repeat ${repeat}`);
      }
    }
  });

  // A picture's header is enough to know how large a black one is.
  it("is black where its headers can be read and black was asked for", async (test) => {
    const folder = makeFolder(test);
    // Their writer has been gone for an hour: nobody waits for the rest.
    const longAgo = new Date(Date.now() - 3_600_000);
    for (const number of upTo(3)) {
      const path = join(folder, `bad${number}.ppm`);
      writeFileSync(path, "P6\n4 4\n255\n");
      utimesSync(path, longAgo, longAgo);
    }
    const { classic } = await serve(test, folder, UNWATCHED);
    assert.deepEqual(brief(await ask(test, classic.port, "a:1:start_movie:bad:missing=black\n")), [0, 0, 0]);
  });
});

/** Sends each request after the END line of the one before. */
async function askInTurn(viewer: Viewer, requests: readonly string[]): Promise<ClassicItem[]> {
  const items: ClassicItem[] = [];
  for (const request of requests) {
    viewer.send(`${request}\n`);
    do items.push(await viewer.next());
    while (items.at(-1)?.kind !== "end");
  }
  return items;
}
