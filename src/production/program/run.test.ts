import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { Fault } from "../../base/errors.ts";
import { Bytes, Ms } from "../../base/units.ts";
import type { ProgramFormat } from "../../library/log.ts";
import { lay } from "../decode/frames.testing.ts";
import type { Raster } from "../raster/raster.ts";
import { Decoder } from "./decoder.ts";
import { decodeRun } from "./run.ts";
import { codeOf, deepNoise, encoded, LIMIT, made, noise, ppm, randomFrom } from "./samples.testing.ts";
import { raster, run, SIZE, writeExr, writeTiledExr } from "./samples.testing.ts";

const PIXELS = SIZE.width * SIZE.height;
const colours = noise(3 * PIXELS);
const greys = noise(PIXELS);

/** Every `every`th sample is left out: alpha. */
function withoutAlpha<T extends Uint8Array | Uint16Array>(samples: T, every: number): T {
  return samples.filter((_, index) => index % every !== every - 1) as T;
}

/** Green, blue and red one after the other, as planes, become red, green and blue side by side. */
function sideBySide(planes: Uint16Array): Uint16Array<ArrayBuffer> {
  return Uint16Array.from({ length: 3 * PIXELS }, (_, index) => {
    const plane = [2, 0, 1][index % 3] ?? 0;
    return planes[plane * PIXELS + Math.floor(index / 3)] ?? 0;
  });
}

function expectRaster(found: Raster, expected: Partial<Raster>): void {
  const { samples, ...shape } = found;
  const { samples: wanted, ...rest } = expected;
  assert.deepEqual(shape, { ...SIZE, channels: 3, maxval: 255, transfer: "display", ...rest });
  assert.deepEqual(samples, wanted);
}

// A picture that is brought to other values on its way is not the frame: what is lossless arrives exactly.
describe("formats read through ffmpeg, sample by sample", () => {
  const rgba = noise(4 * PIXELS);
  const bgra = rgba.map((_, index) => rgba[index - (index % 4) + ([2, 1, 0, 3][index % 4] ?? 0)] ?? 0);
  const deep = deepNoise(3, 65_535);
  const kinds: readonly (readonly [string, ProgramFormat, () => Uint8Array, Partial<Raster>])[] = [
    ["TGA of other programs, packed", "tga", () => made("pamtotga", ["-rgb"], ppm(colours, "P6")), {}],
    ["TGA of ffmpeg", "tga", () => encoded("rgb24", colours, ["-c:v", "targa", "-rle", "0"]), {}],
    ["BMP of other programs", "bmp", () => made("ppmtobmp", ["-bpp", "24"], ppm(colours, "P6")), {}],
    ["SGI of other programs", "sgi", () => made("pnmtosgi", ["-rle"], ppm(colours, "P6")), {}],
    ["SGI without packing", "sgi", () => made("pnmtosgi", ["-verbatim"], ppm(colours, "P6")), {}],
    ["DPX of 8 bits", "dpx", () => encoded("rgb24", colours, ["-c:v", "dpx"]), {}],
    ["JPEG 2000", "jp2", () => made("pamtojpeg2k", [], ppm(colours, "P6")), {}],
  ];
  for (const [name, format, make, expected] of kinds) {
    it(`reads ${name} as they lie there`, async () => {
      expectRaster(await raster(format, lay(make())), { samples: colours, ...expected });
    });
  }

  // A viewer of grey pictures neither wants three times the bytes nor to guess whether they are grey.
  const grey: readonly (readonly [ProgramFormat, () => Uint8Array])[] = [
    ["tga", () => encoded("gray", greys, ["-c:v", "targa"])],
    ["dpx", () => encoded("gray", greys, ["-c:v", "dpx"])],
    ["sgi", () => made("pnmtosgi", [], ppm(greys, "P5"))],
    ["jp2", () => made("pamtojpeg2k", [], ppm(greys, "P5"))],
  ];
  for (const [format, make] of grey) {
    it(`keeps the grey of ${format}`, async () => {
      expectRaster(await raster(format, lay(make())), { channels: 1, samples: greys });
    });
  }

  // What lies under transparency is as much of the file as what can be seen.
  const transparent: readonly (readonly [ProgramFormat, () => Uint8Array])[] = [
    ["tga", () => encoded("bgra", bgra, ["-c:v", "targa"])],
    ["bmp", () => encoded("bgra", bgra, ["-c:v", "bmp"])],
    ["sgi", () => encoded("rgba", rgba, ["-c:v", "sgi"])],
    ["dpx", () => encoded("rgba", rgba, ["-c:v", "dpx"])],
  ];
  for (const [format, make] of transparent) {
    it(`drops the alpha of ${format} and keeps the colours under it`, async () => {
      expectRaster(await raster(format, lay(make())), { samples: withoutAlpha(rgba, 4) });
    });
  }

  // Code values of a scan mean something: 10 bits stay 10 bits, and the maxval says so.
  for (const [bits, maxval] of [
    [10, 1023],
    [12, 4095],
  ] as const) {
    it(`gives DPX of ${bits} bits with a maxval of ${maxval}`, async () => {
      const planes = deepNoise(3, maxval);
      const file = encoded(`gbrp${bits}le`, planes, ["-pix_fmt", `gbrp${bits}be`, "-c:v", "dpx"]);
      expectRaster(await raster("dpx", lay(file)), { maxval, samples: sideBySide(planes) });
    });
  }

  for (const [format, options] of [
    ["dpx", ["-c:v", "dpx"]],
    ["sgi", ["-c:v", "sgi"]],
  ] as const) {
    it(`gives 16 bits of ${format} as they are`, async () => {
      const file = encoded("rgb48le", deep, options);
      expectRaster(await raster(format, lay(file)), { maxval: 65_535, samples: deep });
    });
  }
});

// EXR holds light, of any brightness: 12.5 is no white, and −0.25 no black.
describe("EXR", () => {
  const next = randomFrom(5);
  /** Every value has a half float of its own. */
  const plane = (): Float32Array<ArrayBuffer> =>
    Float32Array.from({ length: PIXELS }, () => Math.round((next() * 24 - 4) * 64) / 64);
  const [red, green, blue, alpha] = [plane(), plane(), plane(), plane()];
  const light = Float32Array.from({ length: 3 * PIXELS }, (_, index) => {
    return [red, green, blue][index % 3]?.[Math.floor(index / 3)] ?? 0;
  });
  const linear = { maxval: 1, transfer: "linear", samples: light } as const;
  const planes = Float32Array.from([...green, ...blue, ...red]);

  it("gives floats in linear light, those beyond 0 and 1 included", async () => {
    const file = writeExr({ R: red, G: green, B: blue });
    expectRaster(await raster("exr", lay(file)), linear);
  });

  it("reads tiles", async () => {
    expectRaster(await raster("exr", lay(writeTiledExr({ R: red, G: green, B: blue }))), linear);
  });

  for (const compression of ["none", "rle", "zip1", "zip16"])
    for (const format of ["half", "float"])
      it(`reads ${format} samples, compression ${compression}`, async () => {
        const options = ["-c:v", "exr", "-compression", compression, "-format", format];
        expectRaster(await raster("exr", lay(encoded("gbrpf32le", planes, options))), linear);
      });

  // Colours of an EXR are premultiplied: dropping alpha shows them over black.
  it("drops alpha and leaves the colours premultiplied", async () => {
    const file = writeExr({ R: red, G: green, B: blue, A: alpha });
    expectRaster(await raster("exr", lay(file)), linear);
  });

  it("gives one channel for luminance", async () => {
    const file = encoded("grayf32le", red, ["-c:v", "exr"]);
    expectRaster(await raster("exr", lay(file)), { ...linear, channels: 1, samples: red });
  });

  // Every tool shows the display window; what was not rendered is black.
  it("has the size of the display window", async () => {
    const found = await raster(
      "exr",
      lay(writeExr({ R: red, G: green, B: blue }, { width: 30, height: 16 })),
    );
    assert.deepEqual([found.width, found.height], [30, 16]);
    assert.deepEqual(found.samples.slice(0, 60), light.slice(0, 60));
    assert.deepEqual(found.samples.slice(60, 90), new Float32Array(30));
  });

  // Displays get an sRGB curve on these floats: it is the one that ffmpeg itself would have applied.
  it("gives with the sRGB curve what ffmpeg gives with its own", async () => {
    const file = writeExr({ R: red, G: green, B: blue });
    const source = lay(file);
    const options = ["-loglevel", "error", "-c:v", "exr", "-apply_trc", "iec61966_2_1"];
    const input = ["-f", "image2", "-i", source.path];
    const given = made("ffmpeg", [...options, ...input, "-f", "rawvideo", "pipe:1"], new Uint8Array(0));
    const theirs = new Float32Array(given.buffer);
    assert.equal(theirs.length, 3 * PIXELS);
    const { samples } = await raster("exr", source);
    for (const [index, value] of samples.entries()) {
      const curved = value <= 0.003_130_8 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
      const other = theirs[([2, 0, 1][index % 3] ?? 0) * PIXELS + Math.floor(index / 3)] ?? 0;
      // ffmpeg does nothing to what is darker than black; clipping does.
      if (value >= 0) assert.ok(Math.abs(curved - other) < 2e-6, `${value}: ${curved}, ffmpeg ${other}`);
    }
  });
});

/** A whole TGA. */
function good(): Uint8Array<ArrayBuffer> {
  return encoded("rgb24", colours, ["-c:v", "targa"]);
}

describe("a run", () => {
  // One bad frame must not cost its neighbours, and nobody may get the picture of another frame.
  it("gives each file its own picture or its own fault, whatever the others are", async () => {
    const file = good();
    const other = encoded("gray", greys, ["-c:v", "targa"]);
    const broken = file.slice();
    broken[16] = 17;
    const results = await run(
      "tga",
      [file, broken, other, file.subarray(0, 90), file, broken].map((f) => lay(f)),
    );
    assert.deepEqual(
      results.map((result) => (result instanceof Fault ? result.code : result.samples)),
      [colours, "FRAME_UNSUPPORTED", greys, "FRAME_TRUNCATED", colours, "FRAME_UNSUPPORTED"],
    );
  });

  // 100,000 × 100,000 pixels take 30 GB: found from 18 bytes, before anybody makes room for them.
  it("refuses a picture beyond the limit before it is decoded", async () => {
    const small = good();
    const large = Buffer.from(writeExr({ R: new Float32Array(PIXELS), G: greyLight(), B: greyLight() }));
    const at = large.indexOf("displayWindow") + "displayWindow\0box2i\0".length + 4;
    large.writeInt32LE(99_999, at + 8);
    large.writeInt32LE(99_999, at + 12);
    const [[tga], [exr]] = [await run("tga", [lay(small)], Bytes(838)), await run("exr", [lay(large)])];
    assert.equal(codeOf(tga), "FRAME_TOO_LARGE");
    assert.equal(codeOf(exr), "FRAME_TOO_LARGE");
  });

  // The check of the library's own files: the program itself never opens one.
  it("follows no link out of the library", async () => {
    const root = mkdtempSync(join(tmpdir(), "mutoscope-program-"));
    after(() => rmSync(root, { recursive: true, force: true }));
    const path = join(root, "a.tga");
    symlinkSync(lay(good()).path, path);
    const [result] = await run("tga", [{ kind: "file", root, path }]);
    assert.equal(codeOf(result), "FRAME_OUTSIDE_LIBRARY");
  });

  it("ends when it is told to, and delivers nothing any more", async () => {
    const source = lay(good());
    const sources = Array.from({ length: 50 }, () => source);
    const stop = new AbortController();
    let delivered = 0;
    const deliver = (): void => {
      delivered += 1;
      if (delivered === 3) stop.abort();
    };
    await decodeRun({ sources, format: "tga", limit: LIMIT, deliver, signal: stop.signal });
    assert.equal(delivered, 3);
  });
});

function greyLight(): Float32Array<ArrayBuffer> {
  return new Float32Array(PIXELS).fill(0.5);
}

describe("the program", () => {
  // A frame that hangs would keep a worker from everybody else for ever.
  it("is ended when it gives no picture in time", async () => {
    const pictureTime = Ms(50);
    const options = ["-e", "setInterval(() => {}, 1000)"];
    const decoder = new Decoder({ program: process.execPath, options, allows: () => true, pictureTime });
    assert.deepEqual(await decoder.decode(greys), { kind: "late" });
    assert.equal(decoder.isUsable, false);
  });

  // Its memory must not grow by what a program says.
  it("may say as much as it likes", async () => {
    const options = ["-e", "for (let i = 0; i < 4000; i++) process.stderr.write('x'.repeat(10_000))"];
    const instructions = { program: process.execPath, options, allows: () => true, pictureTime: Ms(20_000) };
    const outcome = await new Decoder(instructions).decode(greys);
    assert.deepEqual(outcome, { kind: "ended", why: "it ended with status 0" });
  });

  it("that cannot be started is named by the system's code and not by its path", async () => {
    const root = mkdtempSync(join(tmpdir(), "mutoscope-program-"));
    after(() => rmSync(root, { recursive: true, force: true }));
    const program = join(root, "ffmpeg");
    writeFileSync(program, "#!/nowhere/at/all\n", { mode: 0o755 });
    const instructions = { program, options: [], allows: () => true, pictureTime: Ms(20_000) };
    assert.deepEqual(await new Decoder(instructions).decode(greys), { kind: "ended", why: "ENOENT" });
  });
});
