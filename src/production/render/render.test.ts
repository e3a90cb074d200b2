import assert from "node:assert/strict";
import { test } from "node:test";
import type { MadeFormat } from "../../base/rendition.ts";
import { Bytes } from "../../base/units.ts";
import type { Raster } from "../raster/raster.ts";
import { originalImage } from "./original.ts";
import { decoded, described, LIMIT, readNetpbm, refuses, rendition, row, run } from "./pictures.testing.ts";
import { render } from "./render.ts";

const FORMATS = ["ppm", "png", "jpeg", "webp", "yuv"] as const satisfies readonly MadeFormat[];

/** ffmpeg's test picture, which has flat fields, thin lines and gradients. */
function draw(size: string, channels: 1 | 3): Raster & { readonly samples: Uint8Array<ArrayBuffer> } {
  const pixels = channels === 1 ? "gray" : "rgb24";
  const source = ["-v", "error", "-f", "lavfi", "-i", `testsrc2=size=${size}`, "-frames:v", "1"];
  const samples = run("ffmpeg", [...source, "-f", "rawvideo", "-pix_fmt", pixels, "-"]);
  const [width = 0, height = 0] = size.split("x").map(Number);
  return { width, height, channels, samples: new Uint8Array(samples), maxval: 255, transfer: "display" };
}

/** The same picture in 16 bits, whose lower ones are not those of the higher. */
function deepened(picture: ReturnType<typeof draw>): Raster & { readonly samples: Uint16Array<ArrayBuffer> } {
  const samples = Uint16Array.from(picture.samples, (value, at) => value * 256 + ((at * 37) % 256));
  return { ...picture, samples, maxval: 65_535 };
}

function meanApart(ours: Uint8Array, theirs: Uint8Array): number {
  assert.equal(ours.length, theirs.length);
  return ours.reduce((sum, value, at) => sum + Math.abs(value - (theirs[at] ?? 0)), 0) / ours.length;
}

// A rendition that loses nothing must lose nothing: whoever asks for PNG may want to measure in it.
test("PNG and PPM hold the samples exactly, and keep 16 bits where there are more than 8", async () => {
  for (const channels of [1, 3] as const) {
    const shallow = draw("62x46", channels);
    const deep = deepened(shallow);
    for (const format of ["png", "ppm"] as const) {
      const eight = await render(shallow, rendition({ format }), LIMIT);
      assert.deepEqual(decoded(eight, channels === 1 ? "gray" : "rgb24"), Buffer.from(shallow.samples));
      const sixteen = await render(deep, rendition({ format }), LIMIT);
      const expected = Buffer.from(deep.samples.buffer);
      assert.deepEqual(decoded(sixteen, channels === 1 ? "gray16le" : "rgb48le"), expected);
    }
  }
});

// Formats that lose something may lose what nobody sees, and not a colour or the order of the channels.
test("JPEG and WebP look like the picture, the better the higher the quality", async () => {
  const picture = draw("320x240", 3);
  for (const format of ["jpeg", "webp"] as const) {
    const [poor, good] = await Promise.all(
      [10, 95].map((quality) => render(picture, rendition({ format, quality }), LIMIT)),
    );
    assert.ok(poor !== undefined && good !== undefined && poor.bytes.length * 2 < good.bytes.length);
    assert.ok(meanApart(decoded(good, "rgb24"), picture.samples) < 2.5);
    assert.ok(meanApart(decoded(poor, "rgb24"), picture.samples) < 12);
    assert.deepEqual([poor.headerBytes, good.headerBytes], [0, 0]);
  }
});

// A grey JPEG is a third smaller and faster, and a microscope's picture has no colours to carry.
test("the JPEG of a grey picture is grey, and colours keep their size from quality 90 on", async () => {
  const grey = await render(draw("64x48", 1), rendition({ format: "jpeg" }), LIMIT);
  assert.match(described(grey), /^gray 64 48$/);
  const colours = draw("64x48", 3);
  const pixels = await Promise.all(
    [undefined, 89, 90].map((quality) => render(colours, rendition({ format: "jpeg", quality }), LIMIT)),
  );
  assert.deepEqual(pixels.map(described), ["yuvj420p 64 48", "yuvj420p 64 48", "yuvj444p 64 48"]);
});

// The default is written in the documents and decides what everybody sees.
test("a quality that nobody gives is 80", async () => {
  for (const format of ["jpeg", "webp"] as const) {
    const [silent, said] = await Promise.all(
      [undefined, 80].map((quality) => render(draw("64x48", 3), rendition({ format, quality }), LIMIT)),
    );
    assert.deepEqual(silent?.bytes, said?.bytes);
  }
});

// Protocols tell clients what comes before the first byte of it: from what is told here, and not by looking.
test("every image tells its format and its size, grey apart from colour", async () => {
  const told = {
    1: ["pgm gray", "png gray", "jpeg gray", "webp yuv420p", "luma gray"],
    3: ["ppm rgb24", "png rgb24", "jpeg yuvj420p", "webp yuv420p", "yuv yuv444p"],
  } as const;
  for (const channels of [1, 3] as const) {
    const picture = draw("64x48", channels);
    for (const [index, format] of FORMATS.entries()) {
      const image = await render(picture, rendition({ format, width: 32 }), LIMIT);
      const [found, pixels] = (told[channels][index] ?? "").split(" ");
      assert.deepEqual(image.shape, { format: found, width: 32, height: 24 });
      assert.equal(described(image), `${pixels} 32 24`);
    }
  }
});

// A y4m file has 8 bits for everybody: of a microscope's 12 it must show what a JPEG of them shows.
test("planes of a deep picture are its levels in 8 bits", async () => {
  const samples = Uint16Array.from({ length: 4200 }, (_, value) => value);
  const levels = { low: 95, high: 4095 };
  const { bytes } = await render(row(samples), rendition({ format: "yuv", levels }), LIMIT);
  const expected = samples.map((value) => Math.round((Math.min(Math.max(value - 95, 0), 4000) * 255) / 4000));
  assert.deepEqual(Buffer.from(bytes), Buffer.from(expected));
  const deep = deepened(draw("62x46", 3));
  const planes = await render(deep, rendition({ format: "yuv" }), LIMIT);
  const { samples: shallow } = draw("62x46", 3);
  const apart = decoded(planes, "rgb24").map((value, at) => Math.abs(value - (shallow[at] ?? 0)));
  assert.ok(Math.max(...apart) <= 3, `${Math.max(...apart)} of 255 apart`);
});

// A player asks for the width of its window, and a small movie must not grow in the network.
test("a width makes a picture smaller in its own proportions, and never larger", async () => {
  const picture = draw("320x200", 3);
  const wanted = [160, 80, 1, 319, 320, 321, 65_535];
  const headers: string[] = [];
  for (const width of wanted)
    headers.push(readNetpbm(await render(picture, rendition({ width }), LIMIT)).header);
  const sizes = ["160 100", "80 50", "1 1", "319 199", "320 200", "320 200", "320 200"];
  assert.deepEqual(
    headers,
    sizes.map((size) => `P6\n${size}\n255\n`),
  );
});

// What is made smaller stays the picture: no shift, no ringing in flat fields, no change of brightness.
test("a smaller picture is what ffmpeg makes of it by the same filter", async () => {
  for (const channels of [1, 3] as const) {
    const picture = draw("640x480", channels);
    const pixels = channels === 1 ? "gray" : "rgb24";
    const input = ["-f", "rawvideo", "-pix_fmt", pixels, "-s", "640x480", "-i", "-"];
    const scale = ["-vf", "scale=160:120:flags=lanczos+accurate_rnd+full_chroma_int"];
    const output = ["-f", "rawvideo", "-pix_fmt", pixels, "-"];
    const theirs = run("ffmpeg", ["-v", "error", ...input, ...scale, ...output], picture.samples);
    const eight = readNetpbm(await render(picture, rendition({ width: 160 }), LIMIT)).samples;
    assert.ok(meanApart(Uint8Array.from(eight), theirs) < 2, "8 bits");
    const deep = readNetpbm(await render(deepened(picture), rendition({ width: 160 }), LIMIT)).samples;
    assert.ok(
      meanApart(
        Uint8Array.from(deep, (value) => value / 257),
        theirs,
      ) < 2,
      "16 bits",
    );
  }
});

// A highlight counts for what is seen of it: a firefly of 1,000 times white stays one pixel.
test("what is brighter than white, and NaN, do not spread when a picture is made smaller", async () => {
  const samples = new Float32Array(64 * 64).fill(0.25);
  samples[20 * 64 + 20] = 1000;
  samples[40 * 64 + 40] = Number.NaN;
  const raster: Raster = { width: 64, height: 64, channels: 1, samples, maxval: 1, transfer: "linear" };
  const shown = readNetpbm(await render(raster, rendition({ width: 16 }), LIMIT)).samples;
  const around = shown.filter((value) => Math.abs(value - (shown[0] ?? 0)) > 6000);
  assert.ok(around.length <= 4, `${around.length} of 256 pixels changed`);
});

// The smallest pictures find the mistakes of encoders and filters.
test("pictures of one pixel, one row and one column can be had in every format", async () => {
  const sizes = [
    [1, 1],
    [1, 300],
    [300, 1],
  ] as const;
  for (const [width, height] of sizes) {
    for (const channels of [1, 3] as const) {
      const samples = new Uint8Array(width * height * channels).fill(200);
      const raster: Raster = { width, height, channels, samples, maxval: 255, transfer: "display" };
      for (const format of FORMATS) {
        const image = await render(raster, rendition({ format, width: 1 }), LIMIT);
        const pixels = decoded(image, "gray");
        assert.equal(pixels.length, width === 1 ? height : 1);
        assert.ok(Math.abs((pixels[0] ?? 0) - 200) <= 2, `${format} ${width}×${height}: ${pixels[0]}`);
      }
    }
  }
});

// Law 6: a bound that is found after the memory was taken is none.
test("a picture above the limit is refused before it is made", async () => {
  // Reading one sample would fail: the array has none.
  const raster: Raster = {
    width: 50_000,
    height: 50_000,
    channels: 3,
    samples: new Uint16Array(),
    maxval: 65_535,
    transfer: "display",
  };
  for (const format of FORMATS) {
    // WebP has no room for its sides, which is told first.
    const code = format === "webp" ? "RENDITION_INVALID" : "FRAME_TOO_LARGE";
    await refuses(() => render(raster, rendition({ format }), LIMIT), code);
  }
  await refuses(() => originalImage(raster, undefined, LIMIT), "FRAME_TOO_LARGE");
  const floats = { ...raster, samples: new Float32Array(1000) };
  await refuses(() => originalImage(floats, undefined, Bytes(1999)), "FRAME_TOO_LARGE");
  // Noise does not get smaller in a PNG.
  const noise = row(Uint8Array.from({ length: 1000 }, (_, at) => (at * at * 7919) >> 3));
  await refuses(() => render(noise, rendition({ format: "png" }), Bytes(1000)), "FRAME_TOO_LARGE");
});

// An encoder's own message about a side of 20,000 pixels would tell nobody what to do.
test("a picture that a format has no room for is refused with the width as the way out", async () => {
  const wide = row(new Uint8Array(16_384));
  await refuses(() => render(wide, rendition({ format: "webp" }), LIMIT), "RENDITION_INVALID");
  const image = await render(wide, rendition({ format: "webp", width: 16_383 }), LIMIT);
  assert.match(described(image), /16383 1$/);
  const wider = row(new Uint8Array(65_501));
  await refuses(() => render(wider, rendition({ format: "jpeg" }), LIMIT), "RENDITION_INVALID");
});

// The buffer goes to another thread whole: whatever else lay in it would be torn out of this one.
test("every image has a buffer of its own", async () => {
  for (const raster of [row(new Uint8Array(600).fill(9)), row(new Uint16Array(600).fill(9))]) {
    for (const format of FORMATS) {
      const { bytes } = await render(raster, rendition({ format, width: 300 }), LIMIT);
      assert.equal(bytes.byteLength, bytes.buffer.byteLength, format);
      assert.ok(raster.samples.length === 600, "the raster was given away");
    }
  }
});
