import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { ErrorCode } from "../base/errors.ts";
import { Fault } from "../base/errors.ts";
import { renditionOf } from "./grab.ts";

const BIN = fileURLToPath(new URL("bin.ts", import.meta.url));

let folder = "";

before(() => {
  folder = mkdtempSync(join(tmpdir(), "mutoscope-grab-"));
  mkdirSync(join(folder, "library"));
  for (const number of [3, 5, 12])
    writeFileSync(join(folder, "library", `shot.${number}.pgm`), frame(number));
});

after(() => rmSync(folder, { recursive: true, force: true }));

/** A 12-bit ramp in 16 bits, which begins at the frame's number. */
function frame(number: number): Buffer {
  const raster = Buffer.alloc(64 * 2 * 2);
  for (let at = 0; at < 128; at++) raster.writeUInt16BE(number + at * 32, at * 2);
  return Buffer.concat([Buffer.from("P5\n64 2\n65535\n"), raster]);
}

type Grabbed = { readonly status: number | null; readonly stdout: Buffer; readonly stderr: string };

function grab(...args: readonly string[]): Grabbed {
  return grabFrom("library", ...args);
}

function grabFrom(library: string, ...args: readonly string[]): Grabbed {
  const env = { PATH: process.env["PATH"], HOME: folder, COLUMNS: "200" };
  const words = [BIN, "grab", join(folder, library), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { env, cwd: folder });
  return { status, stdout, stderr: stderr.toString() };
}

function refuses(work: () => unknown, code: ErrorCode): void {
  assert.throws(work, (error) => error instanceof Fault && error.code === code);
}

function formatOf(flags: Omit<Parameters<typeof renditionOf>[0], "frame">): string {
  const rendition = renditionOf({ frame: "1", ...flags });
  return rendition === "original" ? rendition : rendition.format;
}

// What a script keeps as evidence is the file, and not what somebody thought to be better to look at.
test("without any wish the frame is what a classic client gets, to the last bit", () => {
  const first = grab();
  assert.equal(first.status, 0, first.stderr);
  assert.deepEqual(first.stdout, frame(3));
  assert.deepEqual(grab("--movie", "shot", "--frame", "5").stdout, frame(5));
  assert.deepEqual(grab("--frame", "last", "-o", "last.pgm").stdout, Buffer.alloc(0));
  assert.deepEqual(readFileSync(join(folder, "last.pgm")), frame(12));
});

// Who has a stamp from another log looks for its picture, and who has a picture for its stamp.
test("a frame whose name has too many digits is found by them, and said to have them", () => {
  const stamps = ["1403636579763555584", "1403636579813555456"];
  mkdirSync(join(folder, "camera"));
  for (const [index, stamp] of stamps.entries())
    writeFileSync(join(folder, "camera", `${stamp}.pgm`), frame(index));
  const second = grabFrom("camera", "--frame", "2");
  assert.equal(second.stderr, `frame 2 is ${stamps[1]}\n`);
  const found = grabFrom("camera", "--frame", stamps[1] ?? "");
  assert.deepEqual([found.status, found.stdout, found.stderr], [0, frame(1), second.stderr]);
  const absent = grabFrom("camera", "--frame", "1403636579813555457");
  assert.notEqual(absent.status, 0);
  assert.match(absent.stderr, /FRAME_NOT_FOUND found frame 1403636579813555457, expected a frame of camera/);
});

// A picture for people is looked at: a 12-bit ramp must not come out black here either.
test("a rendition has the levels of its movie, its width, and the format of the file's name", () => {
  const { status, stderr } = grab("--width", "32", "-o", "small.png");
  assert.equal(status, 0, stderr);
  const png = readFileSync(join(folder, "small.png"));
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20), png[24], png[25]], [32, 1, 16, 0]);
  const { stdout } = grab("--format", "ppm", "--levels", "auto", "--frame", "12");
  assert.equal(stdout.toString("latin1", 0, 14), "P5\n64 2\n65535\n");
  assert.deepEqual([stdout.readUInt16BE(14) < 400, stdout.readUInt16BE(stdout.length - 2)], [true, 65_535]);
});

// Scripts tell by the status what went wrong, people by one sentence.
test("what cannot be had is one sentence with its code and a status, and nothing on standard output", () => {
  const wishes: readonly (readonly [words: string[], sentence: RegExp, status?: number])[] = [
    [["--movie", "shoot"], /MOVIE_NOT_FOUND .*did you mean "shot"\?/],
    [["--movie", "nothing-like-it"], /MOVIE_NOT_FOUND .*mutoscope ls/],
    [["--frame", "4"], /FRAME_MISSING/],
    [["--frame", "13"], /FRAME_NOT_FOUND .*3 to 12/],
    [["--frame", "middle"], /FRAME_NUMBER_INVALID/, 2],
    [
      ["-o", "no-folder/x.png"],
      /LIBRARY_UNWRITABLE no-folder\/x\.png: the picture could not be written: ENOENT/,
    ],
    [["--levels", "9,3"], /RENDITION_INVALID/, 2],
    [["--colour", "red"], /unknown option/, 2],
  ];
  for (const [words, sentence, expected = 1] of wishes) {
    const { status, stdout, stderr } = grab(...words);
    assert.equal(status, expected, stderr);
    assert.equal(stdout.length, 0);
    assert.match(stderr, sentence);
    // Commander says after a wrong option where help is.
    assert.ok(stderr.trim().split("\n").length <= (words[0] === "--colour" ? 3 : 1), stderr);
  }
});

// A disk that is full in the middle of a picture leaves neither half of one nor nothing of the one before.
test("a picture takes the place of the file that is there only when it is whole", () => {
  const [file, link] = [join(folder, "again.png"), join(folder, "before.png")];
  writeFileSync(file, "before");
  linkSync(file, link);
  assert.equal(grab("-o", "again.png").status, 0);
  assert.equal(readFileSync(link, "latin1"), "before");
  assert.equal(readFileSync(file, "latin1").slice(1, 4), "PNG");
  assert.equal(existsSync(`${file}.part`), false);
  assert.equal(grab("-o", "/dev/null").status, 0);
  assert.equal(existsSync("/dev/null.part"), false);
});

// The name says what somebody wants to open it with; --format is for those who know better.
test("the format is the one that is named, or else that of the file's extension", () => {
  assert.equal(formatOf({}), "original");
  assert.equal(formatOf({ output: "a.ppm" }), "original");
  assert.equal(formatOf({ output: "a" }), "original");
  assert.equal(formatOf({ output: "a.ppm", exposure: "1" }), "ppm");
  assert.equal(formatOf({ format: "ppm" }), "ppm");
  assert.equal(formatOf({ output: "a.b.JPG" }), "jpeg");
  assert.equal(formatOf({ output: "a.png", format: "webp" }), "webp");
  refuses(() => formatOf({ output: "a.gif" }), "RENDITION_INVALID");
  refuses(() => formatOf({ output: "a.png", width: "0" }), "RENDITION_INVALID");
});
