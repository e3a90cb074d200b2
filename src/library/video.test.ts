import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { parseRate } from "../base/rate.ts";
import { importVideo } from "./video.ts";
import type { ImportOptions, ImportResult } from "./video.ts";

const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), "mutoscope-import-"));
after(() => rm(folder, { recursive: true }));

let libraries = 0;
const newLibrary = (): string => join(folder, `library ${++libraries} 100%d`);

/** Makes a video of ffmpeg's test picture and returns its file. */
async function makeVideo(name: string, source: string, ...options: string[]): Promise<string> {
  const file = join(folder, name);
  await run("ffmpeg", ["-v", "error", "-y", "-f", "lavfi", "-i", source, ...options, `file:${file}`]);
  return file;
}

const TEST_PICTURE = "testsrc=size=64x48:rate=24000/1001";
const ntsc = await makeVideo("ntsc.mkv", `${TEST_PICTURE}:duration=2`, "-c:v", "ffv1");

/** Imports with defaults. */
async function importInto(library: string, options: Partial<ImportOptions> = {}): Promise<ImportResult> {
  return importVideo({ video: ntsc, name: "take", library, ...options });
}

/** What ffmpeg itself makes of the video: all frames as PPM, back to back. */
async function decoded(video: string, ...options: string[]): Promise<Buffer> {
  const arguments_ = ["-v", "error", "-i", `file:${video}`, ...options, "-fps_mode", "passthrough"];
  const output = ["-f", "image2pipe", "-c:v", "ppm", "-"];
  const { stdout } = await run("ffmpeg", [...arguments_, ...output], {
    encoding: "buffer",
    maxBuffer: 2 ** 26,
  });
  return stdout;
}

async function frameNames(movie: string): Promise<string[]> {
  return (await readdir(movie)).filter((name) => name !== "movie.json").sort();
}

async function allFrames(movie: string): Promise<Buffer> {
  const names = await frameNames(movie);
  return Buffer.concat(await Promise.all(names.map((name) => readFile(join(movie, name)))));
}

/** A program that stands for ffmpeg; it answers `-version` as one of the given version. */
async function fakeFfmpeg(version: string, script: string): Promise<string> {
  const file = join(folder, `fake-${++libraries}`);
  const answer = `case "$*" in *-version*) echo "ffmpeg version ${version} Copyright"; exit;; esac`;
  await writeFile(file, `#!/bin/sh\n${answer}\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

// Frame exactness begins here: the library is what all viewers are compared with.
test("every frame of the video is one file, byte for byte what ffmpeg decodes, numbered from 1", async () => {
  const library = newLibrary();
  const result = await importInto(library);
  const names = await frameNames(result.folder);
  assert.equal(result.folder, join(library, "take"));
  assert.deepEqual([result.frames, result.first, result.last, names.length], [48, 1, 48, 48]);
  assert.deepEqual([names[0], names.at(-1)], ["0001.ppm", "0048.ppm"]);
  assert.deepEqual(await allFrames(result.folder), await decoded(ntsc));
});

// 23.976 is not 24000/1001: after an hour it is a frame off.
test("the video's rational frame rate and its file's name are kept", async () => {
  const result = await importInto(newLibrary());
  assert.deepEqual(result.rate, { numerator: 24_000, denominator: 1001 });
  assert.deepEqual(JSON.parse(await readFile(join(result.folder, "movie.json"), "utf8")), {
    title: "ntsc.mkv",
    fps: "24000/1001",
  });
});

// A shot's frames keep their numbers wherever they go.
test("a range keeps the numbers that its frames have in the video", async () => {
  const library = newLibrary();
  const whole = await importInto(library, { name: "whole" });
  const part = await importInto(library, { name: "part", range: { first: 10, last: 20 } });
  assert.deepEqual([part.first, part.last, part.frames], [10, 20, 11]);
  for (const name of await frameNames(part.folder))
    assert.deepEqual(await readFile(join(part.folder, name)), await readFile(join(whole.folder, name)), name);
});

// What lies in the video is imported, what does not is said; nothing is made up.
test("a range that ends after the video ends with it, and one that begins after it is an error", async () => {
  const library = newLibrary();
  const end = await importInto(library, { range: { first: 40, last: 90 } });
  assert.deepEqual([end.first, end.last], [40, 48]);
  for (const range of [
    { first: 49, last: 60 },
    { first: 0, last: 4 },
    { first: 9, last: 8 },
  ])
    await assert.rejects(importInto(library, { name: "none", range }), { code: "RANGE_INVALID" });
  assert.deepEqual(await readdir(library), ["take"]);
});

// Doubling or dropping a frame to even out the clock would make evidence up.
test("of a video with varying frame times every frame is kept once, at the average rate", async () => {
  const uneven = ["-vf", "select=not(mod(n\\,3))+gt(n\\,40)", "-fps_mode", "vfr"];
  for (const [name, codec] of [
    ["uneven.mp4", "mpeg4"],
    ["uneven.mkv", "ffv1"],
  ] as const) {
    const video = await makeVideo(name, "testsrc=size=64x48:rate=30:duration=2", ...uneven, "-c:v", codec);
    const result = await importInto(newLibrary(), { video });
    assert.deepEqual(await allFrames(result.folder), await decoded(video));
    assert.deepEqual([result.frames, result.rateVaries], [33, true], name);
    assert.deepEqual(result.rate, { numerator: 33, denominator: 2 }, name);
  }
});

// Sound that goes on after the pictures, or begins before them, says nothing about their rate.
test("a longer sound does not change the rate", async () => {
  const sound = ["-f", "lavfi", "-i", "sine=duration=6"];
  const video = await makeVideo("sound.mkv", `${TEST_PICTURE}:duration=2`, ...sound, "-c:v", "ffv1");
  const result = await importInto(newLibrary(), { video });
  assert.deepEqual([result.frames, result.rateVaries], [48, false]);
  assert.deepEqual(result.rate, { numerator: 24_000, denominator: 1001 });
});

// Who asks for a rate wants the video's speed kept, and numbers that count its frames.
test("a rate that is asked for resamples, and the range counts the frames made", async () => {
  const library = newLibrary();
  const rate = parseRate("12");
  const whole = await importInto(library, { name: "whole", rate });
  assert.deepEqual([whole.frames, whole.rate], [24, rate]);
  assert.deepEqual(await allFrames(whole.folder), await decoded(ntsc, "-vf", "fps=12"));
  const part = await importInto(library, { name: "part", rate, range: { first: 3, last: 4 } });
  assert.deepEqual(await frameNames(part.folder), ["0003.ppm", "0004.ppm"]);
  assert.deepEqual(
    await readFile(join(part.folder, "0003.ppm")),
    await readFile(join(whole.folder, "0003.ppm")),
  );
});

// A telephone held upright writes lying pictures and a note to turn them.
test("a video that is to be turned is turned, as players do", async () => {
  const lying = await makeVideo("lying.mp4", `${TEST_PICTURE}:duration=0.2`, "-c:v", "mpeg4");
  const video = join(folder, "turned.mp4");
  await run("ffmpeg", ["-v", "error", "-i", lying, "-c", "copy", "-metadata:s:v", "rotate=90", video]);
  const result = await importInto(newLibrary(), { video });
  const frame = await readFile(join(result.folder, "0001.ppm"));
  assert.equal(frame.subarray(0, 9).toString("latin1"), "P6\n48 64\n");
});

// Microscopes give 16 bits of grey; eight of them would be lost without a word.
test("16-bit grey keeps every bit: as three equal channels in PPM, as grey in PNG", async () => {
  const ramp = "nullsrc=size=64x48:rate=5:duration=0.2,format=gray16le,geq=lum=X*1000+Y*21";
  const video = await makeVideo("grey.mkv", ramp, "-c:v", "ffv1", "-pix_fmt", "gray16le");
  const { folder: movie } = await importInto(newLibrary(), { video });
  const frame = await readFile(join(movie, "0001.ppm"));
  const header = "P6\n64 48\n65535\n";
  assert.equal(frame.subarray(0, header.length).toString("latin1"), header);
  for (let pixel = 0; pixel < 64 * 48; pixel++)
    for (let channel = 0; channel < 3; channel++) {
      const value = frame.readUInt16BE(header.length + pixel * 6 + channel * 2);
      assert.equal(value, (pixel % 64) * 1000 + Math.floor(pixel / 64) * 21, `pixel ${pixel}`);
    }
  const { folder: png } = await importInto(newLibrary(), { video, format: "png" });
  const [depth, colour] = (await readFile(join(png, "0001.png"))).subarray(24, 26);
  assert.deepEqual([depth, colour], [16, 0]);
});

// Space on disk against time, chosen by the user.
test("frames can be written as PNG and JPEG", async () => {
  const starts = { png: "89504e47", jpg: "ffd8ff" };
  for (const format of ["png", "jpg"] as const) {
    const result = await importInto(newLibrary(), { format, range: { first: 1, last: 2 } });
    assert.deepEqual(await frameNames(result.folder), [`0001.${format}`, `0002.${format}`]);
    const frame = await readFile(join(result.folder, `0002.${format}`));
    assert.equal(frame.toString("hex").startsWith(starts[format]), true);
  }
});

// ffmpeg gives meaning to dashes, colons and per cent signs; a file's name has none.
test("names with spaces, quotes, dashes, colons and per cent signs are only names", async () => {
  const short = await readFile(await makeVideo("short.mkv", `${TEST_PICTURE}:duration=0.2`, "-c:v", "ffv1"));
  const importAs = async (name: string): Promise<void> => {
    const video = join(folder, name);
    await writeFile(video, short);
    const result = await importInto(newLibrary(), { video, name: `${name}/%04d #` });
    assert.deepEqual([result.frames, (await frameNames(result.folder)).length], [5, 5], name);
  };
  await Promise.all(["-y.mkv", "a 'quoted\" one.mkv", "http:x%03d.mkv", "été,b;c.mkv"].map(importAs));
});

// A movie is never half there, and an import never takes another movie away.
test("a name that is taken is refused, and nothing is changed", async () => {
  const library = newLibrary();
  const { folder: movie } = await importInto(library);
  const before = await readdir(movie);
  await assert.rejects(importInto(library, { range: { first: 1, last: 1 } }), { code: "MOVIE_EXISTS" });
  assert.deepEqual(await readdir(movie), before);
  assert.deepEqual(await readdir(library), ["take"]);
});

// `--force` is typed in haste; it must not take away what no import can bring back.
test("a movie is replaced when asked for, but not a folder with other things in it", async () => {
  const library = newLibrary();
  const { folder: movie } = await importInto(library);
  await importInto(library, { replace: true, range: { first: 5, last: 6 } });
  assert.deepEqual(await frameNames(movie), ["0005.ppm", "0006.ppm"]);
  await mkdir(join(movie, "beauty"));
  await assert.rejects(importInto(library, { replace: true }), { code: "MOVIE_EXISTS" });
  assert.deepEqual(await frameNames(movie), ["0005.ppm", "0006.ppm", "beauty"]);
  assert.deepEqual(await readdir(library), ["take"]);
});

// A replacement that fails leaves the old movie.
test("an import that fails keeps the movie that it was to replace", async () => {
  const library = newLibrary();
  const { folder: movie } = await importInto(library);
  const range = { first: 900, last: 901 };
  await assert.rejects(importInto(library, { replace: true, range }), { code: "RANGE_INVALID" });
  assert.equal((await frameNames(movie)).length, 48);
  assert.deepEqual(await readdir(library), ["take"]);
});

// Whatever it is given, one coded error and a clean library.
test("what is no video is a coded error, and no folder is made", async () => {
  const library = newLibrary();
  const lines = "a line of text that any film of a terminal could begin with\n".repeat(200);
  await writeFile(join(folder, "text.txt"), lines);
  await writeFile(join(folder, "text.mp4"), lines);
  await writeFile(join(folder, "empty.mp4"), "");
  await makeVideo("sound.wav", "sine=duration=0.2");
  const refuse = (name: string): Promise<void> =>
    assert.rejects(importInto(library, { video: join(folder, name) }), { code: "VIDEO_UNREADABLE" }, name);
  await Promise.all(["text.txt", "text.mp4", "empty.mp4", "sound.wav", "not-there.mp4", "."].map(refuse));
  assert.equal(await isThere(library), false);
});

// The user reads why in ffmpeg's words, and the disk has its space back.
test("a disk that gets full ends the import, tells ffmpeg's reason and leaves nothing behind", async () => {
  const library = newLibrary();
  const script = 'echo part > 0001.ppm; echo "[x @ 0x1] av_write(): No space left on device" >&2; exit 1';
  const environment = { FFMPEG_PATH: await fakeFfmpeg("5.1.9", script), FFPROBE_PATH: "ffprobe" };
  await assert.rejects(importInto(library, { name: "a/b", environment }), {
    code: "IMPORT_FAILED",
    message: "ffmpeg said: av_write(): No space left on device",
  });
  assert.equal(await isThere(library), false);
});

// Ctrl-C must not leave a process that goes on filling the disk.
test("an interrupted import ends ffmpeg and leaves nothing behind", async () => {
  const library = newLibrary();
  const note = join(folder, "process");
  const script = `echo $$ > '${note}'; echo part > 0001.ppm; echo frame=1; exec sleep 60`;
  const environment = { FFMPEG_PATH: await fakeFfmpeg("5.1.9", script), FFPROBE_PATH: "ffprobe" };
  const interruption = new AbortController();
  const onProgress = (): void => interruption.abort();
  const options = { name: "a/b", environment, signal: interruption.signal, onProgress };
  await assert.rejects(importInto(library, options), { code: "IMPORT_FAILED" });
  const pid = Number(await readFile(note, "utf8"));
  assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
  assert.equal(await isThere(library), false);
});

// The first thing that happens on a new machine.
test("without ffmpeg the error says what to install", async () => {
  const environment = { FFMPEG_PATH: join(folder, "no-such-ffmpeg") };
  await assert.rejects(importInto(newLibrary(), { environment }), {
    code: "PROGRAM_MISSING",
    message: /apt install ffmpeg.*brew install ffmpeg/s,
  });
});

// Ubuntu 22.04 has ffmpeg 4.4, which does not know the option of 5.1.
test("an ffmpeg before 5.1 is asked for every frame in its own words", async () => {
  const script = 'echo "$@" > ../arguments; exec ffmpeg "$@"';
  for (const [version, words] of [
    ["4.4.2-0ubuntu0.22.04.1", "-vsync 0"],
    ["N-1-gabc", "-fps_mode passthrough"],
  ] as const) {
    const library = newLibrary();
    const environment = { FFMPEG_PATH: await fakeFfmpeg(version, script), FFPROBE_PATH: "ffprobe" };
    const { frames } = await importInto(library, { environment });
    assert.equal(frames, 48);
    assert.ok((await readFile(join(library, "arguments"), "utf8")).includes(words), version);
  }
});

// A bar that stands at 0 and then is gone tells nobody anything.
test("progress is told up to the last frame, of a total that the video states", async () => {
  const told: unknown[] = [];
  await importInto(newLibrary(), { onProgress: (progress) => told.push(progress) });
  assert.deepEqual(told.at(-1), { frames: 48, total: 48 });
  await importInto(newLibrary(), {
    range: { first: 40, last: 90 },
    onProgress: (progress) => told.push(progress),
  });
  assert.deepEqual(told.at(-1), { frames: 9, total: 9 });
});

// Players go on over damage; whoever keeps the frames as evidence must hear of it.
test("damage that ffmpeg reads over is counted and told", async () => {
  const bytes = await readFile(await makeVideo("whole.avi", `${TEST_PICTURE}:duration=1`, "-c:v", "mpeg4"));
  bytes.fill(0x55, bytes.length >> 1, (bytes.length >> 1) + 400);
  const video = join(folder, "damaged.avi");
  await writeFile(video, bytes);
  const { complaints } = await importInto(newLibrary(), { video });
  assert.ok(complaints.count > 0 && complaints.first !== "");
});
