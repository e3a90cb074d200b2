import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import { makeFolder, picture, upTo, writeBroken, writeMovie } from "./movies.ts";
import { serve } from "./server.ts";
import { runTool } from "./tool.ts";
import { RawClient, ask, askJson, askProblem, untilNothingIsHeld } from "./web.ts";

type Values = {
  readonly movie: string;
  readonly frame: number;
  readonly revision: string;
  readonly substitute: { policy: string; frame: number } | null;
  readonly size: { width: number; height: number };
  readonly channels: string[];
  readonly sample: string;
  readonly white: number;
  readonly transfer: string;
  readonly window: { x: number; y: number; width: number; height: number };
  readonly values: (number | string)[][];
};

type Histogram = Omit<Values, "window" | "values"> & {
  readonly low: number;
  readonly high: number;
  readonly bins: number;
  readonly histograms: { name: string; counts: number[]; least: number; most: number; nan: number }[];
  readonly levels: { low: number; high: number } | null;
};

const DOTS = "/movies/dots/frames";
const WIDTH = 5;
const HEIGHT = 4;

/** A PGM of 12 bits in which each pixel is 100 × row + column. */
function deepPicture(): Buffer {
  const raster = Buffer.alloc(WIDTH * HEIGHT * 2);
  for (let at = 0; at < WIDTH * HEIGHT; at++)
    raster.writeUInt16BE(100 * Math.floor(at / WIDTH) + (at % WIDTH), at * 2);
  return Buffer.concat([Buffer.from(`P5\n${WIDTH} ${HEIGHT}\n4095\n`), raster]);
}

/** A PFM of two pixels above two, in colours: its rows come from the bottom up. */
function lightPicture(): Buffer {
  const raster = Buffer.alloc(12 * 4);
  const rows = [
    [7, 8, 9, 10, 11, 12],
    [0.1, Number.NaN, Infinity, -Infinity, -2.5, 1e30],
  ];
  for (const [at, value] of rows.flat().entries()) raster.writeFloatLE(value, at * 4);
  return Buffer.concat([Buffer.from("PF\n2 2\n-1.0\n"), raster]);
}

async function serveLab(test: TestContext) {
  const folder = makeFolder(test);
  writeMovie(folder, "dots", upTo(3));
  writeFileSync(join(folder, "cells1.pgm"), deepPicture());
  writeFileSync(join(folder, "light.1001.pfm"), lightPicture());
  return { folder, server: await serve(test, folder) };
}

describe("the values of a frame's pixels", () => {
  // A read-out that shows another number than the file has is worse than none.
  it("are those of the file, with what they mean", async (test) => {
    const { server } = await serveLab(test);
    const answer = await askJson(server, "/movies/cells/frames/1/values?x=3&y=2");
    const { revision, ...rest } = answer as Values;
    assert.match(revision, /^[0-9a-z]+-\d+$/);
    assert.deepEqual(rest, {
      movie: "cells",
      frame: 1,
      substitute: null,
      size: { width: WIDTH, height: HEIGHT },
      channels: ["y"],
      sample: "uint16",
      white: 4095,
      transfer: "display",
      window: { x: 3, y: 2, width: 1, height: 1 },
      values: [[203]],
    });
    const dots = (await askJson(server, "/movies/dots/frames/last/values?columns=2")) as Values;
    const { frame, channels, sample, white, values } = dots;
    assert.deepEqual(
      { frame, channels, sample, white },
      { frame: 3, channels: ["r", "g", "b"], sample: "uint8", white: 255 },
    );
    assert.deepEqual(values, [
      [3, 3, 3],
      [3, 3, 3],
    ]);
  });

  it("are told of a window row by row, as far as it lies in the picture", async (test) => {
    const { server } = await serveLab(test);
    const path = "/movies/cells/frames/1/values";
    const { window, values } = (await askJson(server, `${path}?x=3&y=2&columns=64&rows=64`)) as Values;
    assert.deepEqual(window, { x: 3, y: 2, width: 2, height: 2 });
    assert.deepEqual(values, [[203], [204], [303], [304]]);
    const outside = await askProblem(server, `${path}?x=${WIDTH}`);
    assert.equal(outside.status, 422);
    assert.equal(outside.code, "PIXEL_OUTSIDE");
    assert.match(outside.detail, /5×4/);
    for (const wrong of ["x=-1", "columns=65", "rows=0", "x=1.5", "width=4"])
      assert.equal((await askProblem(server, `${path}?${wrong}`)).code, "OPTION_INVALID", wrong);
  });

  // JSON has no words for what is no number; a 0 or a null in their place would be a lie.
  it("are exact in floating point, also where they are no number", async (test) => {
    const { server } = await serveLab(test);
    const light = (await askJson(server, "/movies/light/frames/1001/values?columns=2&rows=2")) as Values;
    const { sample, white, transfer, values } = light;
    assert.deepEqual({ sample, white, transfer }, { sample: "float32", white: 1, transfer: "linear" });
    assert.deepEqual(values, [
      [Math.fround(0.1), "NaN", "Infinity"],
      ["-Infinity", -2.5, Math.fround(1e30)],
      [7, 8, 9],
      [10, 11, 12],
    ]);
  });

  // docs/pictures.md promises that what ffmpeg reads without loss arrives as it is: here it is read by name.
  it("of a frame that ffmpeg reads are those that ffmpeg wrote", async (test) => {
    const folder = makeFolder(test);
    const raw = join(folder, "raw");
    const samples = Float32Array.from({ length: 3 * 32 * 32 }, (_, at) => (at - 700) / 64);
    writeFileSync(raw, samples);
    const input = ["-f", "rawvideo", "-pix_fmt", "gbrpf32le", "-video_size", "32x32", "-i", raw];
    await runTool("ffmpeg", ["-v", "error", ...input, join(folder, "shot.1.exr")]);
    const server = await serve(test, folder);
    const path = "/movies/shot/frames/1/values?x=4&y=5&columns=2";
    const { sample, transfer, values } = (await askJson(server, path)) as Values;
    assert.deepEqual({ sample, transfer }, { sample: "float32", transfer: "linear" });
    // Planes of green, blue and red.
    const at = (plane: number, x: number): number => samples[plane * 1024 + 5 * 32 + x] ?? Number.NaN;
    assert.deepEqual(
      values,
      [4, 5].map((x) => [at(2, x), at(0, x), at(1, x)]),
    );
  });

  // The label never disagrees with the picture: what stands in says what it is, and black is no file's.
  it("are those of the frame that is held, and of none where a black one would be", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "dots", [1, 2, 5]);
    writeBroken(join(folder, "dots3.ppm"));
    const server = await serve(test, folder);
    for (const number of [3, 4]) {
      const held = (await askJson(server, `${DOTS}/${number}/values?missing=hold`)) as Values;
      assert.deepEqual([held.frame, held.substitute], [number, { policy: "hold", frame: 2 }]);
      assert.deepEqual(held.values, [[2, 2, 2]]);
      const two = (await askJson(server, `${DOTS}/2/values`)) as Values;
      assert.equal(held.revision, two.revision);
    }
    for (const policy of ["error", "black", "skip"])
      assert.equal((await askProblem(server, `${DOTS}/4/values?missing=${policy}`)).code, "FRAME_MISSING");
    assert.equal((await askProblem(server, `${DOTS}/3/histogram`)).code, "FRAME_CORRUPT");
    assert.equal((await askProblem(server, `${DOTS}/6/values`)).code, "FRAME_NOT_FOUND");
    assert.equal((await askProblem(server, `${DOTS}/1.png/values`)).code, "FRAME_NUMBER_INVALID");
    assert.equal((await askProblem(server, "/movies/none/frames/1/values")).code, "MOVIE_NOT_FOUND");
  });

  // A page that shows frame 2 of one revision may not be told the values of the next.
  it("are of the revision that is asked for, or of none", async (test) => {
    const { server, folder } = await serveLab(test);
    const path = "/movies/dots/frames/2/values";
    const { headers } = await ask(server, "/movies/dots/frames/2.ppm");
    const { revision } = (await askJson(server, path)) as Values;
    assert.ok(headers.get("content-location")?.endsWith(`rev=${revision}`));
    const pinned = await ask(server, `${path}?rev=${revision}`);
    assert.match(pinned.headers.get("cache-control") ?? "", /immutable/);
    assert.equal((await ask(server, path)).headers.get("cache-control"), "no-cache");
    writeFileSync(join(folder, "dots2.ppm"), picture(99));
    const changed = async (): Promise<Values> => (await askJson(server, path)) as Values;
    let now = await changed();
    for (let tries = 0; now.revision === revision && tries < 200; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 25));
      now = await changed();
    }
    assert.deepEqual(now.values, [[99, 99, 99]]);
    assert.equal((await askProblem(server, `${path}?rev=${revision}`)).code, "REVISION_GONE");
  });

  // Pointers leave pictures, and readers pages: what they asked for last must hold up nobody, nor the server.
  it("are forgotten when whoever asked has left", async (test) => {
    const { server } = await serveLab(test);
    const clients = await Promise.all(upTo(20).map(() => RawClient.open(test, server)));
    for (const [index, client] of clients.entries()) {
      client.get(`/movies/light/frames/1001/histogram?bins=${index + 1}`);
      client.socket.resetAndDestroy();
    }
    await untilNothingIsHeld(server);
    assert.equal((await ask(server, "/movies/light/frames/1001/histogram")).status, 200);
  });

  // Whoever only looks may be made to wait by saying so, as with every picture.
  it("take a priority, and are the head alone for HEAD", async (test) => {
    const { server } = await serveLab(test);
    const path = "/movies/dots/frames/1/values";
    assert.equal((await ask(server, `${path}?priority=255`)).status, 200);
    assert.equal((await askProblem(server, `${path}?priority=256`)).code, "PRIORITY_INVALID");
    assert.equal((await ask(server, path, { method: "HEAD" })).body.length, 0);
  });
});

describe("the histogram of a frame", () => {
  it("counts all pixels of each channel, and says what the bins are", async (test) => {
    const { server } = await serveLab(test);
    const found = (await askJson(server, "/movies/cells/frames/1/histogram?bins=4096")) as Histogram;
    assert.deepEqual([found.low, found.high, found.bins], [0, 4095, 4096]);
    const [channel] = found.histograms;
    assert.equal(channel?.name, "y");
    assert.equal(channel.counts.length, 4096);
    for (const value of [0, 4, 100, 304]) assert.equal(channel.counts[value], 1, `${value}`);
    assert.equal(
      channel.counts.reduce((sum, count) => sum + count, 0),
      WIDTH * HEIGHT,
    );
    assert.deepEqual([channel.least, channel.most], [0, 304]);
    const part = (await askJson(server, "/movies/cells/frames/1/histogram?bins=2&range=0,103")) as Histogram;
    assert.deepEqual(part.histograms[0], {
      name: "y",
      counts: [5, 4],
      least: 0,
      most: 304,
      below: 0,
      above: 11,
      nan: 0,
      infinite: 0,
    });
    for (const wrong of ["bins=0", "bins=4097", "range=auto", "range=3,1", "x=1"]) {
      const { code } = await askProblem(server, `/movies/cells/frames/1/histogram?${wrong}`);
      assert.match(code, /^(OPTION|RENDITION)_INVALID$/, wrong);
    }
  });

  // The handles stand where `levels=auto` really is; a frame of 8 bits has none, as it is shown as it is.
  it("says which levels the movie's pictures have, where these are measured", async (test) => {
    const { server } = await serveLab(test);
    const cells = (await askJson(server, "/movies/cells/frames/1/histogram")) as Histogram;
    assert.deepEqual(cells.levels, { low: 0, high: 304 });
    const light = (await askJson(server, "/movies/light/frames/1001/histogram")) as Histogram;
    assert.deepEqual(light.levels, { low: 0, high: 1 });
    assert.deepEqual(
      light.histograms.map(({ name }) => name),
      ["r", "g", "b"],
    );
    assert.equal(light.histograms[1]?.nan, 1);
    const dots = (await askJson(server, "/movies/dots/frames/1/histogram?bins=256")) as Histogram;
    assert.equal(dots.levels, null);
    assert.equal(dots.histograms[2]?.counts[1], 16 * 12);
  });
});
