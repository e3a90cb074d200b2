import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Bytes, KiB, MiB } from "../../src/base/units.ts";
import { makeFolder, upTo, writeMovie } from "./movies.ts";
import { serve } from "./server.ts";
import { runTool } from "./tool.ts";
import { Viewer, bytesOf } from "./viewer.ts";

async function watch(test: TestContext, port: number, movie: string): Promise<Buffer> {
  const viewer = await Viewer.open(test, port);
  return bytesOf((await viewer.send(`a:1:start_movie:${movie}\n`).closeHalf().rest()).items);
}

/** A movie of 12 EXR frames, drawn by ffmpeg, with values from 0 to 1, and old enough to be kept on disk. */
async function drawExr(folder: string): Promise<void> {
  const draw = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=24", "-frames:v", "12"];
  await runTool("ffmpeg", ["-v", "error", ...draw, "-pix_fmt", "gbrpf32le", join(folder, "shot.%04d.exr")]);
  await pause(2200);
}

const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => name)
    : [];

describe("a movie that has to be converted", () => {
  // What a server has converted is not lost with it, and several may share it.
  it("is the same before and after a restart, and is converted once", async (test) => {
    const [folder, cacheDir] = [makeFolder(test), join(makeFolder(test), "cache")];
    await drawExr(folder);
    const settings = { cacheDir, diskCache: Bytes(64 * MiB), cache: Bytes(0) };
    const first = await serve(test, folder, settings);
    const cold = await watch(test, first.classic.port, "shot");
    assert.equal(cold.byteLength, 12 * (320 * 180 * 6 + "P6\n320 180\n65535\n".length));
    // Frames made before the folder was looked through are not stored: it is looked through with the first.
    assert.ok((await watch(test, first.classic.port, "shot")).equals(cold));
    const stored = filesIn(cacheDir);
    assert.ok(stored.length > 0 && stored.length <= 12, `${stored.length} files`);
    const second = await serve(test, folder, settings);
    assert.ok((await watch(test, second.classic.port, "shot")).equals(cold));
    for (const name of stored) assert.ok(filesIn(cacheDir).includes(name));
  });

  it("plays while the disk may hold less than one frame", async (test) => {
    const [folder, cacheDir] = [makeFolder(test), join(makeFolder(test), "cache")];
    await drawExr(folder);
    const server = await serve(test, folder, { cacheDir, diskCache: Bytes(100 * KiB), cache: Bytes(0) });
    const frames = await watch(test, server.classic.port, "shot");
    assert.equal(frames.byteLength, 12 * (320 * 180 * 6 + 17));
    assert.deepEqual(filesIn(cacheDir), []);
  });
});

describe("frames that are larger than the cache", () => {
  // Microscopes make pictures of any size: no buffer of ours decides which of them can be seen.
  it("are played, each once and whole, to several viewers", async (test) => {
    const folder = makeFolder(test);
    const frames = writeMovie(folder, "large", upTo(6), { width: 1000, height: 700 });
    const { classic } = await serve(test, folder, { cache: Bytes(1 * MiB), ringBytes: Bytes(1 * MiB) });
    const all = Buffer.concat(frames);
    const seen = await Promise.all([1, 2, 3].map(() => watch(test, classic.port, "large")));
    for (const bytes of seen) assert.ok(bytes.equals(all));
  });
});
