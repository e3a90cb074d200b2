import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Fault } from "../../base/errors.ts";
import { Bytes, KiB } from "../../base/units.ts";
import { PROGRAM_FORMATS } from "../../library/log.ts";
import type { FrameSource, ProgramFormat } from "../../library/log.ts";
import { lay, layAt } from "../decode/frames.testing.ts";
import type { Raster } from "../raster/raster.ts";
import { ALONE } from "./command.ts";
import {
  codeOf,
  deepNoise,
  encoded,
  made,
  noise,
  ppm,
  randomFrom,
  run,
  SIZE,
  writeExr,
  writeTiledExr,
} from "./samples.testing.ts";

/** Small, so that what a damaged header claims is above it. */
const LIMIT = Bytes(256 * KiB);
/**
 * Of each format, over all its samples; fewer where each file needs a program of its own: CONTRIBUTING.md.
 */
const MUTATIONS = Number(process.env["FC_RUNS"] ?? 10_000);
const MUTATIONS_ALONE = Number(process.env["FC_RUNS"] ?? 500);
const SEED = Number(process.env["FC_SEED"] ?? 2026);

/** Files that lie there at once. */
const BATCH = 100;
/** Every so many, one is as it was. */
const EVERY = 5;

const PIXELS = SIZE.width * SIZE.height;
/** A picture with runs in it, as pictures have. */
const colours = noise(3 * PIXELS).map((value, index) => (index % 60 < 30 ? 90 : value));
const light = Float32Array.from({ length: 3 * PIXELS }, (_, index) => (index % 60) / 40);

/** Small files of the kinds that a format has. */
const SAMPLES: Readonly<Record<ProgramFormat, () => readonly Uint8Array[]>> = {
  exr: () => [
    ...["rle", "zip16"].map((compression) =>
      encoded("gbrpf32le", light, ["-c:v", "exr", "-compression", compression, "-format", "half"]),
    ),
    writeExr({ Y: light.subarray(0, PIXELS) }),
    writeTiledExr({ Y: light.subarray(0, PIXELS) }),
  ],
  dpx: () => [
    encoded("rgb24", colours, ["-c:v", "dpx"]),
    encoded("gbrp10le", deepNoise(3, 1023), ["-pix_fmt", "gbrp10be", "-c:v", "dpx"]),
  ],
  tga: () => [
    encoded("rgb24", colours, ["-c:v", "targa", "-rle", "0"]),
    made("pamtotga", ["-rgb"], ppm(colours, "P6")),
  ],
  bmp: () => [
    encoded("rgb24", colours, ["-c:v", "bmp"]),
    made(
      "ppmtobmp",
      ["-bpp", "8"],
      ppm(
        colours.map((value) => value & 0xc0),
        "P6",
      ),
    ),
  ],
  jp2: () => [made("pamtojpeg2k", [], ppm(colours, "P6"))],
  sgi: () => [
    made("pnmtosgi", ["-rle"], ppm(colours, "P6")),
    made("pnmtosgi", ["-verbatim"], ppm(colours, "P6")),
  ],
  // Not all versions of the program read it: what is asked of it then is a fault, too.
  hdr: () => [
    Buffer.concat([Buffer.from("#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 14 +X 20\n"), noise(4 * PIXELS)]),
  ],
};

/** Some bytes of a copy are others, more of them near the beginning, where sizes and tables are. */
function mutated(sample: Uint8Array, next: () => number): Uint8Array {
  const copy = Uint8Array.from(sample);
  const NEAR = 128;
  for (let left = 1 + Math.floor(next() * 4); left > 0; left -= 1) {
    const at = Math.floor(next() * (next() < 0.5 ? Math.min(NEAR, copy.length) : copy.length));
    copy[at] = next() < 0.3 ? ([0, 1, 127, 255][Math.floor(next() * 4)] ?? 0) : Math.floor(next() * 256);
  }
  return copy;
}

/** Either a picture that is what it says and within its bound, or a coded fault that names no file. */
function expectSound(result: Raster | Fault): void {
  if (result instanceof Fault) {
    assert.match(result.code, /^FRAME_(CORRUPT|TRUNCATED|TOO_LARGE|UNSUPPORTED|EMPTY)$/, result.message);
    assert.doesNotMatch(result.message, /\n|mutoscope-|\.frame/);
  } else {
    const { width, height, channels, samples } = result;
    assert.equal(samples.length, width * height * channels);
    assert.ok(samples.byteLength <= LIMIT);
  }
}

type Counts = { mutated: number; pictures: number; readonly faults: Record<string, number> };

type Whole = {
  readonly format: ProgramFormat;
  readonly whole: FrameSource;
  readonly expected: Raster | Fault;
  readonly name: string;
};

const mutants = (sample: Uint8Array, next: () => number, count: number): Uint8Array[] =>
  Array.from({ length: count }, () => mutated(sample, next));

/** Decodes damaged files with whole ones between them, in the places of the batch before. */
async function meetBatch(
  { format, whole, expected, name }: Whole,
  files: readonly Uint8Array[],
  counts: Counts,
) {
  const sources = files.flatMap((file, index) => {
    const laid = layAt(`${name}-${index}.frame`, file);
    return index % EVERY === 0 ? [whole, laid] : [laid];
  });
  for (const [index, result] of (await run(format, sources, LIMIT)).entries()) {
    expectSound(result);
    if (sources[index] === whole) {
      assert.deepEqual(result, expected);
      continue;
    }
    counts.mutated++;
    if (!(result instanceof Fault)) counts.pictures++;
    else counts.faults[result.code] = (counts.faults[result.code] ?? 0) + 1;
  }
}

// Renderers stop half-way, disks fail, and files are made to break servers.
for (const format of PROGRAM_FORMATS) {
  describe(`damaged files of the format ${format}`, () => {
    const samples = SAMPLES[format]();

    // Half a picture that looks like a whole one is the worst answer of all.
    it("give a fault wherever they are cut, or the whole picture", async () => {
      for (const sample of samples) {
        const [whole] = await run(format, [lay(sample)], LIMIT);
        assert.ok(whole !== undefined);
        if (format !== "hdr") assert.equal(codeOf(whole), undefined);
        const cuts = Array.from({ length: sample.byteLength }, (_, length) => sample.subarray(0, length));
        const results = await run(
          format,
          cuts.map((cut) => lay(cut)),
          LIMIT,
        );
        for (const [length, result] of results.entries()) {
          expectSound(result);
          if (!(result instanceof Fault)) assert.deepEqual(result, whole, `cut to ${length}`);
        }
      }
    });

    it("give coded faults or pictures, and never spoil the files between them", async (t) => {
      const wanted = ALONE.has(format) ? MUTATIONS_ALONE : MUTATIONS;
      const ofEach = Math.ceil(wanted / samples.length);
      const counts: Counts = { mutated: 0, pictures: 0, faults: {} };
      for (const [kind, sample] of samples.entries()) {
        const name = `${format}-${kind}`;
        const whole = layAt(`whole-${name}.frame`, sample);
        const expected = (await run(format, [whole], LIMIT))[0] ?? assert.fail("nothing was delivered");
        const next = randomFrom(SEED + kind);
        let left = ofEach;
        // As many at once as there are processors in a small machine.
        const lanes = [0, 1].map(async (lane) => {
          while (left > 0) {
            const count = Math.min(left, BATCH);
            left -= count;
            await meetBatch(
              { format, whole, expected, name: `${name}-${lane}` },
              mutants(sample, next, count),
              counts,
            );
          }
        });
        await Promise.all(lanes);
      }
      t.diagnostic(`FC_SEED=${SEED}, ${JSON.stringify(counts)}`);
      assert.ok(counts.mutated >= wanted);
    });
  });
}
