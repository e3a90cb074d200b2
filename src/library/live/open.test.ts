import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Fault } from "../../base/errors.ts";
import { events } from "../../base/events.ts";
import { formatRate } from "../../base/rate.ts";
import { FrameNumber } from "../../base/units.ts";
import { readLibrary } from "./open.ts";

let root = "";
let leftOut: string[] = [];
let unsubscribe = (): void => undefined;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "library-")));
  leftOut = [];
  unsubscribe = events.entryLeftOut.subscribe(({ path, code }) =>
    leftOut.push(`${relative(root, path)} ${code}`),
  );
});

afterEach(() => {
  unsubscribe();
  rmSync(root, { recursive: true, force: true });
});

function put(...files: readonly (string | Buffer)[]): void {
  for (const file of files) {
    if (typeof file === "string") mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(
      typeof file === "string" ? join(root, file) : Buffer.concat([Buffer.from(`${root}/`), file]),
      "x",
    );
  }
}

const read = (path: string) => readLibrary([{ kind: "folder", path }]);

/** `name: first-last/count`. */
async function movies(path = root): Promise<string[]> {
  const { movies: all } = await read(path);
  return all.map(({ name, first, last, count }) => `${name}: ${first}-${last}/${count}`);
}

const unreadable = (error: unknown): boolean => error instanceof Fault && error.code === "LIBRARY_UNREADABLE";

describe("a library of folders", () => {
  it("folders below become part of the name", async () => {
    put(
      "sw1.ppm",
      "sw2.ppm",
      "sh010/beauty.1001.png",
      "sh010/depth.1001.png",
      "sh010/v2/beauty1.jpg",
      "sh010/notes1.txt",
    );
    assert.deepEqual(await movies(), [
      "sh010/beauty: 1001-1001/1",
      "sh010/depth: 1001-1001/1",
      "sh010/v2/beauty: 1-1/1",
      "sw: 1-2/2",
    ]);
    assert.deepEqual(leftOut, []);
  });

  it("names that are only digits take their folder's name, also the library's own", async () => {
    put("0001.png", "shot/0001.png", "shot/0002.png", "a/b/1.ppm");
    const own = basename(root);
    assert.deepEqual(await movies(), ["a/b: 1-1/1", `${own}: 1-1/1`, "shot: 1-2/2"].sort());
    assert.deepEqual(await movies(join(root, "shot")), ["shot: 1-2/2"]);
    assert.deepEqual(await movies(join(root, "a", "..", "shot", ".")), ["shot: 1-2/2"]);
  });

  it("movies that would share a name are told apart", async () => {
    put("x1.png", "x1.ppm", "shot1.ppm", "shot/1.ppm", "shot/2.ppm", "y1.ppm", "y/1.jpeg");
    assert.deepEqual(await movies(), [
      "shot: 1-1/1",
      "shot~2: 1-2/2",
      "x~png: 1-1/1",
      "x~ppm: 1-1/1",
      "y~jpeg: 1-1/1",
      "y~ppm: 1-1/1",
    ]);
  });

  it("an entry leads to its file, and says its format by extension", async () => {
    put("s/a.0001.PPM", "s/b1.PNG", "s/c1.JPEG", "s/d1.pgm");
    const library = await read(root);
    assert.deepEqual(library.roots, [root]);
    const at = (name: string) => library.find(name)?.at(FrameNumber(1));
    assert.deepEqual(at("s/a")?.source, { kind: "file", root, path: join(root, "s", "a.0001.PPM") });
    assert.deepEqual(
      ["s/a", "s/b", "s/c", "s/d"].map((name) => at(name)?.format),
      ["netpbm", "png", "jpeg", "netpbm"],
    );
  });

  it("hidden files and folders are skipped", async () => {
    put(".a1.ppm", ".git/b1.ppm", "c1.ppm");
    assert.deepEqual(await movies(), ["c: 1-1/1"]);
    assert.deepEqual(leftOut, []);
  });

  // Law 9: nothing outside of the library is served, whatever links lie in it.
  it("links are followed inside of the library only", async () => {
    put("real/a1.ppm", "b1.ppm");
    symlinkSync(join(root, "real"), join(root, "alias"));
    symlinkSync("../b1.ppm", join(root, "real", "a2.ppm"));
    symlinkSync("/etc", join(root, "etc"));
    symlinkSync("/etc/hostname", join(root, "b2.ppm"));
    symlinkSync("..", join(root, "up"));
    symlinkSync("nowhere", join(root, "b3.ppm"));
    assert.deepEqual(await movies(), ["alias/a: 1-2/2", "b: 1-1/1", "real/a: 1-2/2"]);
    assert.deepEqual(leftOut.sort(), [
      "b2.ppm FRAME_OUTSIDE_LIBRARY",
      "b3.ppm FRAME_UNREADABLE",
      "etc FRAME_OUTSIDE_LIBRARY",
      "up FRAME_OUTSIDE_LIBRARY",
    ]);
  });

  it("a folder whose name begins as the library's is outside all the same", async () => {
    const beside = `${root}-beside`;
    mkdirSync(beside);
    try {
      symlinkSync(beside, join(root, "link"));
      assert.deepEqual(await movies(), []);
      assert.deepEqual(leftOut, ["link FRAME_OUTSIDE_LIBRARY"]);
    } finally {
      rmSync(beside, { recursive: true });
    }
  });

  it("loops of links are cut", async () => {
    put("a/x1.ppm", "b/y1.ppm");
    symlinkSync(".", join(root, "a", "self"));
    symlinkSync("../b", join(root, "a", "b"));
    symlinkSync("../a", join(root, "b", "a"));
    symlinkSync("round", join(root, "round"));
    assert.deepEqual(await movies(), ["a/b/y: 1-1/1", "a/x: 1-1/1", "b/a/x: 1-1/1", "b/y: 1-1/1"]);
    assert.ok(leftOut.includes("a/self LIBRARY_UNREADABLE"));
    assert.ok(leftOut.includes("a/b/a LIBRARY_UNREADABLE"));
    assert.ok(leftOut.includes("round FRAME_UNREADABLE"));
  });

  // Opening a pipe waits for its other end: it must not even be tried.
  it("pipes and sockets with a frame's name are left out, a folder with one is a folder", async () => {
    put("a1.ppm", "a3.ppm/b1.ppm");
    execFileSync("mkfifo", [join(root, "a2.ppm"), join(root, "movie.json"), join(root, "pipe.txt")]);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(root, "a4.png"), resolve));
    assert.deepEqual(await movies(), ["a: 1-1/1", "a3.ppm/b: 1-1/1"]);
    assert.deepEqual(leftOut, ["a2.ppm FRAME_NOT_A_FILE", "a4.png FRAME_NOT_A_FILE"]);
    await new Promise((resolve) => server.close(resolve));
  });

  it("a second file for one frame is left out, and told of", async () => {
    put("a1.ppm", "a2.ppm", "a01.ppm");
    assert.deepEqual(await movies(), ["a: 1-2/2"]);
    assert.equal(leftOut.length, 1);
    assert.match(leftOut[0] ?? "", /^a01\.ppm /);
  });

  it("a name that is not UTF-8 is left out, other odd ones are names", async () => {
    put(
      Buffer.from([0x61, 0xff, 0x31, 0x2e, 0x70, 0x70, 0x6d]),
      "\u202eé\n1.ppm",
      "..1.ppm2",
      "...d/x1.ppm",
      "%2e%2e1.ppm",
    );
    assert.deepEqual(await movies(), ["%2e%2e: 1-1/1", "\u202eé: 1-1/1"].sort());
    assert.equal(leftOut.length, 1);
    assert.match(leftOut[0] ?? "", /FRAME_UNREADABLE$/);
  });

  it("an unreadable folder is left out, an unreadable library is a fault", async (context) => {
    put("a/x1.ppm", "b1.ppm");
    await assert.rejects(read(join(root, "none")), unreadable);
    await assert.rejects(read(join(root, "b1.ppm")), unreadable);
    await assert.rejects(read(`${root}\0`), unreadable);
    if (process.getuid?.() === 0) return context.diagnostic("root reads every folder: the rest is not tried");
    chmodSync(join(root, "a"), 0);
    assert.deepEqual(await movies(), ["b: 1-1/1"]);
    assert.deepEqual(leftOut, ["a LIBRARY_UNREADABLE"]);
    chmodSync(join(root, "a"), 0o700);
  });

  // The system refuses paths of more than 4096 bytes; a tree may hold longer ones all the same.
  it("folders that are too deep are left out", async () => {
    put("a1.ppm", `${"d/".repeat(31)}b1.ppm`, `${"e/".repeat(32)}c1.ppm`);
    const dig = `for (let i = 0; i < 25; i++) {
      require("fs").mkdirSync("f".repeat(200));
      process.chdir("f".repeat(200));
    }`;
    execFileSync(process.execPath, ["-e", dig], { cwd: root });
    assert.deepEqual(await movies(), ["a: 1-1/1", `${"d/".repeat(31)}b: 1-1/1`]);
    const tops = leftOut.map((each) => each.replace(/^(.).* /, "$1 "));
    assert.deepEqual(tops, ["e LIBRARY_UNREADABLE", "f LIBRARY_UNREADABLE"]);
    execFileSync("rm", ["-rf", root]);
  });

  it("a folder may be empty", async () => {
    assert.deepEqual(await movies(), []);
  });

  // A rate is rational, and the movie's own beats the default.
  it("movie.json says the rate of its folder's movies", async () => {
    const fps: readonly (readonly [json: string, rate: string, code: string | undefined])[] = [
      ['{"fps":"24000/1001","title":"x"}', "24000/1001", undefined],
      ['{"fps":12.5}', "25/2", undefined],
      ["{}", "24", undefined],
      ['{"fps":0}', "24", "RATE_INVALID"],
      ['{"fps":"fast"}', "24", "RATE_INVALID"],
      ['{"fps":null}', "24", undefined],
      ["[]", "24", "SETTING_INVALID"],
      ["null", "24", "SETTING_INVALID"],
      ["{", "24", "SETTING_INVALID"],
      [" ".repeat(70_000), "24", "SETTING_INVALID"],
    ];
    put("s/a1.ppm", "s/b1.ppm", "c1.ppm");
    for (const [json, rate, code] of fps) {
      leftOut = [];
      writeFileSync(join(root, "s", "movie.json"), json);
      const { movies: all } = await read(root);
      assert.deepEqual(
        all.map((movie) => formatRate(movie.rate)),
        ["24", rate, rate],
        json,
      );
      assert.deepEqual(leftOut, code === undefined ? [] : [`s/movie.json ${code}`]);
    }
  });

  // Viewers must not stutter while a library is read.
  it("a folder of 2,000 frames is read without holding up the event loop for long", async () => {
    execFileSync("sh", ["-c", "seq -f sw.%g.ppm 0 1999 | xargs touch"], { cwd: root });
    let longest = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);
    assert.deepEqual(await movies(), ["sw: 0-1999/2000"]);
    longest = Math.max(longest, performance.now() - last);
    clearInterval(timer);
    assert.ok(longest < 1000, `${longest} ms`);
  });
});
