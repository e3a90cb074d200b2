import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import sharp from "sharp";
import { Bytes, MiB } from "../../base/units.ts";
import { hasEnd } from "./encoded/end.ts";
import {
  bytesOf,
  decodeBytes,
  draw,
  drawPng,
  measureBytes,
  readByFfmpeg,
  refuses,
  run,
} from "./frames.testing.ts";
import { formatBySignature } from "./kind.ts";

function drawJpeg(...options: string[]): Buffer {
  return run("pnmtojpeg", ["-quality=90", ...options], run("pngtopam", [], drawPng("rgb24")));
}

// Evidence and science: a sample that our decoder changes is a wrong measurement.
test("a PNG's samples are what netpbm and ffmpeg read, exactly, in every depth and colour type", async () => {
  const kinds = [
    "gray",
    "gray16be",
    "rgb24",
    "rgb48be",
    "pal8",
    "monob",
    "ya8",
    "ya16be",
    "rgba",
    "rgba64be",
  ];
  for (const kind of kinds) {
    const png = drawPng(kind);
    const raster = await decodeBytes(png);
    const isDeep = /16|48|64/.test(kind);
    const isGrey = /gray|ya|monob/.test(kind);
    const maxval = isDeep ? 65_535 : 255;
    assert.deepEqual([raster.channels, raster.maxval], [isGrey ? 1 : 3, maxval], kind);
    const found = bytesOf(raster);
    if (isDeep) found.swap16();
    const reference = run("pamdepth", [String(maxval)], run("pngtopam", [], png));
    assert.ok(found.equals(reference.subarray(-found.byteLength)), kind);
    if (kind.includes("a")) continue;
    const opaque = isGrey ? (isDeep ? "gray16be" : "gray") : isDeep ? "rgb48be" : "rgb24";
    assert.ok(found.equals(readByFfmpeg(png, "png", opaque)), `${kind} by ffmpeg`);
  }
});

// PNG, 3rd edition, section 13.12: few bits are widened by repeating them, so that full stays full.
test("grey of two and four bits is widened to eight", async () => {
  const grey = run("pngtopam", [], drawPng("gray"));
  for (const maxval of ["3", "15"]) {
    const shallow = run("pamdepth", [maxval], grey);
    const raster = await decodeBytes(run("pnmtopng", [], shallow));
    assert.deepEqual([raster.channels, raster.maxval], [1, 255]);
    const found = bytesOf(raster);
    assert.ok(found.equals(run("pamdepth", ["255"], shallow).subarray(-found.byteLength)));
  }
});

// A gamma or profile is advice to a display; the numbers are the picture.
test("neither gamma nor colour profile changes a sample", async () => {
  const plain = drawPng("rgb24");
  const { samples } = await decodeBytes(plain);
  const withGamma = run("pnmtopng", ["-gamma", "0.3"], run("pngtopam", [], plain));
  assert.deepEqual((await decodeBytes(withGamma)).samples, samples);
  for (const format of ["png", "tiff"] as const) {
    const profiled = await sharp(plain).withIccProfile("p3", { attach: true }).toFormat(format).toBuffer();
    assert.ok((await sharp(profiled).metadata()).hasProfile);
    const stored = await sharp(profiled, { ignoreIcc: true }).raw().toBuffer();
    assert.ok(bytesOf(await decodeBytes(profiled)).equals(stored), format);
  }
});

// Composited colours would depend on a background that the file does not have.
test("colours under alpha stay as they are", async () => {
  const pixels = Buffer.from([200, 100, 50, 0, 10, 20, 30, 128]);
  const picture = sharp(pixels, { raw: { width: 2, height: 1, channels: 4 } });
  const expected = Uint8Array.of(200, 100, 50, 10, 20, 30);
  assert.deepEqual((await decodeBytes(await picture.clone().png().toBuffer())).samples, expected);
  // Its writer may throw away what nobody sees; where it is kept, it is read.
  const webp = await picture.clone().webp({ lossless: true, exact: true }).toBuffer();
  assert.deepEqual((await decodeBytes(webp)).samples, expected);
});

// Decoders of JPEG may differ by rounding (ITU-T T.83 allows it).
test("a JPEG's samples are what other decoders read, within rounding", async () => {
  for (const options of [[], ["-greyscale"], ["-progressive"], ["-sample=1x1"]]) {
    const jpeg = drawJpeg(...options);
    const raster = await decodeBytes(jpeg);
    assert.equal(raster.channels, options.includes("-greyscale") ? 1 : 3);
    const found = bytesOf(raster);
    const reference = run("jpegtopnm", [], jpeg).subarray(-found.byteLength);
    assert.ok(farthest(found, reference) <= 1, `${options.join()}: ${farthest(found, reference)}`);
  }
});

function farthest(a: Uint8Array, b: Uint8Array): number {
  assert.equal(a.byteLength, b.byteLength);
  return a.reduce((most, sample, index) => Math.max(most, Math.abs(sample - (b[index] ?? 0))), 0);
}

test("a WebP's samples are what was written where it is lossless, and near where it is not", async () => {
  const pixels = run("pngtopam", [], drawPng("rgb24")).subarray(-3 * 62 * 46);
  const picture = sharp(pixels, { raw: { width: 62, height: 46, channels: 3 } });
  const exact = await decodeBytes(await picture.clone().webp({ lossless: true }).toBuffer());
  assert.ok(bytesOf(exact).equals(pixels));
  assert.equal(exact.channels, 3);
  const lossy = await picture.clone().webp({ quality: 95 }).toBuffer();
  const reference = readByFfmpeg(lossy, "webp", "yuv420p").subarray(0, 62 * 46);
  const found = bytesOf(await decodeBytes(lossy));
  // ffmpeg gives brightness (ITU-R BT.601, 16 to 235); colours are stored at half the size.
  const brightness = Uint8Array.from({ length: 62 * 46 }, (_, pixel) => {
    const [red = 0, green = 0, blue = 0] = found.subarray(3 * pixel, 3 * pixel + 3);
    return 16 + (65.738 * red + 129.057 * green + 25.064 * blue) / 256 + 0.5;
  });
  const distance = brightness.reduce((sum, luma, at) => sum + Math.abs(luma - (reference[at] ?? 0)), 0);
  assert.ok(distance / brightness.length < 3, String(distance / brightness.length));
});

// Four inks are no colours that a PPM can hold: this one kind is converted.
test("a CMYK JPEG becomes RGB", async () => {
  const pixels = { create: { width: 8, height: 8, channels: 3 as const, background: "#ff0000" } };
  const raster = await decodeBytes(await sharp(pixels).toColourspace("cmyk").jpeg().toBuffer());
  assert.deepEqual([raster.channels, raster.maxval], [3, 255]);
  const [red = 0, green = 255, blue = 255] = raster.samples;
  assert.ok(red > 200 && green < 80 && blue < 80, `${red} ${green} ${blue}`);
});

// A frame is shown as its samples lie, or the frames of one movie would turn on their own.
test("the orientation in a JPEG's EXIF is not applied", async () => {
  const turned = await sharp(drawJpeg()).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  assert.equal((await sharp(turned).metadata()).orientation, 6);
  const { width, height } = await decodeBytes(turned);
  assert.deepEqual([width, height], [62, 46]);
});

test("of an animated picture the first is taken", async () => {
  const frames = [10, 200].map((value) => Buffer.alloc(3 * 4 * 4, value));
  const two = sharp(Buffer.concat(frames), { raw: { width: 4, height: 8, channels: 3, pageHeight: 4 } });
  const webp = await two.webp({ lossless: true, loop: 0 }).toBuffer();
  assert.equal((await sharp(webp).metadata()).pages, 2);
  const { height, samples } = await decodeBytes(webp);
  assert.equal(height, 4);
  assert.ok(samples.every((sample) => sample === 10));
});

// Cameras and scripts name files wrongly; and a decoder that guesses by content would open more than we
// promise.
test("what a file is, its first bytes say", async () => {
  assert.equal(formatBySignature(drawJpeg()), "jpeg");
  assert.ok(await decodeBytes(drawJpeg(), { format: "netpbm" }));
  assert.ok(await decodeBytes("P2 1 1 255 7 ", { format: "tiff" }));
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  const gif = await sharp(drawPng("rgb24")).gif().toBuffer();
  const wave = Buffer.from("RIFF\x24\0\0\0WAVEfmt ");
  for (const other of [
    svg,
    gif,
    wave,
    draw("rgb24", ["bmp"]),
    Buffer.from("P9 1 1 255 abc"),
    Buffer.alloc(100),
  ]) {
    await refuses(decodeBytes(other), "FRAME_UNSUPPORTED");
  }
});

// A decoder fills what it cannot read with grey, and says so only in a warning.
test("a picture that is damaged between its beginning and its end is corrupt", async () => {
  const jpeg = drawJpeg();
  await refuses(
    decodeBytes(Buffer.concat([jpeg.subarray(0, jpeg.length >> 1), jpeg.subarray(-2)])),
    "FRAME_CORRUPT",
  );
  const png = drawPng("rgb24");
  png[png.length >> 1] = (png[png.length >> 1] ?? 0) ^ 1;
  await refuses(decodeBytes(png), "FRAME_CORRUPT");
  const webp = await sharp(drawPng("rgb24")).webp({ lossless: true }).toBuffer();
  webp.fill(0, webp.length >> 1);
  await refuses(decodeBytes(webp), "FRAME_CORRUPT");
});

test("what follows the end of a picture does not matter", async () => {
  const webp = await sharp(drawPng("rgb24")).webp().toBuffer();
  for (const picture of [drawPng("rgb24"), drawJpeg(), webp])
    assert.ok(await decodeBytes(Buffer.concat([picture, Buffer.from("P6 and more")])));
});

// A camera's thumbnail is a JPEG inside the JPEG: its end is not the end.
test("the end of an embedded picture is not the picture's end", () => {
  const thumbnail = Buffer.concat([Buffer.from([0xff, 0xe1, 0, 6]), Buffer.from([0xff, 0xd9, 0xff, 0xd9])]);
  const start = [Buffer.from([0xff, 0xd8]), thumbnail, Buffer.from([0xff, 0xda, 0, 2, 1, 2, 0xff, 0, 0xff])];
  const cut = Buffer.concat(start);
  assert.equal(hasEnd(cut, "jpeg"), false);
  assert.equal(hasEnd(Buffer.concat([cut, Buffer.from([0xd0, 7, 0xff, 0xd9])]), "jpeg"), true);
});

// Law 6: a PNG of a few kilobytes can claim gigabytes.
test("a picture whose samples are above the limit is refused before it is decoded", async () => {
  const png = drawPng("rgb24");
  const exact = Bytes(3 * 62 * 46);
  await refuses(decodeBytes(png, { limit: Bytes(exact - 1) }), "FRAME_TOO_LARGE");
  assert.ok(await decodeBytes(png, { limit: exact }));
  const before = process.memoryUsage().rss;
  await refuses(decodeBytes(withSize(png, 60_000, 60_000)), "FRAME_TOO_LARGE");
  assert.ok(process.memoryUsage().rss - before < 100 * MiB);
});

/** The PNG with another size in its header: what follows does not fit, which only a decoder finds out. */
function withSize(png: Buffer, width: number, height: number): Buffer {
  const claimed = Buffer.from(png);
  claimed.writeUInt32BE(width, 16);
  claimed.writeUInt32BE(height, 20);
  claimed.writeUInt32BE(crc32(claimed.subarray(12, 29)), 29);
  return claimed;
}

// For a black substitute, which has the shape of the frame that it is made from.
test("a picture is measured without being decoded", async () => {
  const shape = { width: 62, height: 46, isFloat: false, transfer: "display" } as const;
  assert.deepEqual(await measureBytes(drawPng("gray16be")), { ...shape, channels: 1, maxval: 65_535 });
  assert.deepEqual(await measureBytes(drawJpeg()), { ...shape, channels: 3, maxval: 255 });
});
