import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import sharp from "sharp";
import { Fault } from "../base/errors.ts";
import type { ErrorCode } from "../base/errors.ts";
import { Bytes, MiB } from "../base/units.ts";
import { decodePicture, measurePicture } from "./decode.ts";
import { hasPictureEnd, pictureKind } from "./pictureEnd.ts";

const LIMIT = Bytes(4 * MiB);

/** Runs a program that makes or decodes pictures without us: an independent opinion on what a sample is. */
function run(
  program: "ffmpeg" | "pngtopam" | "pamdepth" | "pnmtopng" | "jpegtopnm" | "pnmtojpeg",
  args: string[],
  input?: Uint8Array,
) {
  const { stdout, status, error, stderr } = spawnSync(program, args, { input, maxBuffer: 64 * MiB });
  assert.equal(error, undefined, `these tests need ${program}: install ffmpeg and netpbm`);
  assert.equal(status, 0, `${program}: ${stderr.toString()}`);
  return stdout;
}

function drawPng(pixelFormat: string, size = "62x46"): Buffer {
  const source = ["-f", "lavfi", "-i", `testsrc2=size=${size}`, "-frames:v", "1", "-pix_fmt", pixelFormat];
  return run("ffmpeg", ["-v", "error", ...source, "-f", "image2pipe", "-c:v", "png", "-"]);
}

function drawJpeg(...options: string[]): Buffer {
  return run("pnmtojpeg", ["-quality=90", ...options], run("pngtopam", [], drawPng("rgb24")));
}

async function decode(bytes: Uint8Array): Promise<{ header: string; raster: Buffer }> {
  const image = await decodePicture(bytes, LIMIT);
  const whole = Buffer.from(image.bytes);
  return {
    header: whole.toString("latin1", 0, image.headerBytes),
    raster: whole.subarray(image.headerBytes),
  };
}

async function refuses(decode: Promise<unknown>, ...codes: ErrorCode[]): Promise<void> {
  await assert.rejects(decode, (error) => {
    assert.ok(error instanceof Fault, String(error));
    assert.ok(codes.includes(error.code), `${error.code}: ${error.message}`);
    assert.ok(!error.message.includes("\n"));
    return true;
  });
}

// Evidence and science: a sample that our decoder changes is a wrong measurement.
test("a PNG's samples are what another decoder reads, exactly, in every depth and colour type", async () => {
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
    const { header, raster } = await decode(png);
    const deep = kind.includes("16") || kind.includes("48") || kind.includes("64");
    const grey = kind.includes("gray") || kind.startsWith("ya") || kind === "monob";
    assert.equal(header, `${grey ? "P5" : "P6"}\n62 46\n${deep ? 65_535 : 255}\n`, kind);
    const reference = run("pamdepth", [deep ? "65535" : "255"], run("pngtopam", [], png));
    assert.deepEqual(raster, reference.subarray(-raster.byteLength), kind);
  }
});

// PNG, 3rd edition, section 13.12: few bits are widened by repeating them, so that full stays full.
test("grey of two and four bits is widened to eight", async () => {
  const grey = run("pngtopam", [], drawPng("gray"));
  for (const maxval of ["3", "15"]) {
    const shallow = run("pamdepth", [maxval], grey);
    const { header, raster } = await decode(run("pnmtopng", [], shallow));
    assert.equal(header, "P5\n62 46\n255\n");
    assert.deepEqual(raster, run("pamdepth", ["255"], shallow).subarray(-raster.byteLength));
  }
});

// A gamma or profile is advice to a display; the numbers are the picture.
test("neither gamma nor colour profile changes a sample", async () => {
  const plain = drawPng("rgb24");
  const { raster } = await decode(plain);
  const withGamma = run("pnmtopng", ["-gamma", "0.3"], run("pngtopam", [], plain));
  assert.deepEqual((await decode(withGamma)).raster, raster);
  const profiled = await sharp(plain).withIccProfile("p3", { attach: true }).png().toBuffer();
  assert.ok((await sharp(profiled).metadata()).hasProfile);
  assert.deepEqual(
    (await decode(profiled)).raster,
    run("pngtopam", [], profiled).subarray(-raster.byteLength),
  );
});

// Composited colours would depend on a background that the file does not have.
test("colours under alpha stay as they are", async () => {
  const pixels = Buffer.from([200, 100, 50, 0, 10, 20, 30, 128]);
  const png = await sharp(pixels, { raw: { width: 2, height: 1, channels: 4 } })
    .png()
    .toBuffer();
  assert.deepEqual((await decode(png)).raster, Buffer.from([200, 100, 50, 10, 20, 30]));
});

// Decoders of JPEG may differ by rounding (ITU-T T.83 allows it): one step for the same family, two for
// another.
test("a JPEG's samples are what other decoders read, within rounding", async () => {
  for (const options of [[], ["-greyscale"], ["-progressive"], ["-sample=1x1"]]) {
    const jpeg = drawJpeg(...options);
    const { header, raster } = await decode(jpeg);
    assert.equal(header, options.includes("-greyscale") ? "P5\n62 46\n255\n" : "P6\n62 46\n255\n");
    const reference = run("jpegtopnm", [], jpeg).subarray(-raster.byteLength);
    assert.ok(farthest(raster, reference) <= 1, `${options.join()}: ${farthest(raster, reference)}`);
  }
});

function farthest(a: Uint8Array, b: Uint8Array): number {
  assert.equal(a.byteLength, b.byteLength);
  return a.reduce((most, sample, index) => Math.max(most, Math.abs(sample - (b[index] ?? 0))), 0);
}

// Four inks are no colours that a PPM can hold: this one kind is converted.
test("a CMYK JPEG becomes RGB", async () => {
  const pixels = { create: { width: 8, height: 8, channels: 3 as const, background: "#ff0000" } };
  const { header, raster } = await decode(await sharp(pixels).toColourspace("cmyk").jpeg().toBuffer());
  assert.equal(header, "P6\n8 8\n255\n");
  const [red = 0, green = 255, blue = 255] = raster;
  assert.ok(red > 200 && green < 80 && blue < 80, `${red} ${green} ${blue}`);
});

// A frame is shown as its samples lie, or the frames of one movie would turn on their own.
test("the orientation in a JPEG's EXIF is not applied", async () => {
  const turned = await sharp(drawJpeg()).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  assert.equal((await sharp(turned).metadata()).orientation, 6);
  assert.equal((await decode(turned)).header, "P6\n62 46\n255\n");
});

// Cameras and scripts name files wrongly; and a decoder that guesses by content would open more than we
// promise.
test("what a file is, its first bytes say", async () => {
  assert.equal(pictureKind(drawJpeg()), "jpeg");
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  const gif = await sharp(drawPng("rgb24")).gif().toBuffer();
  const webp = await sharp(drawPng("rgb24")).webp().toBuffer();
  for (const other of [svg, gif, webp, Buffer.from("P6 1 1 255 abc"), Buffer.from("x"), Buffer.alloc(100)]) {
    await refuses(decodePicture(other, LIMIT), "FRAME_UNSUPPORTED");
  }
});

// Half a picture must never be sent as a grey-bottomed whole one, and a half-written file is no damaged one.
test("a PNG or JPEG that ends early is truncated, wherever it ends", async () => {
  for (const picture of [drawPng("rgb24"), drawJpeg(), drawJpeg("-progressive"), drawJpeg("-restart=1")]) {
    const start = pictureKind(picture) === "png" ? 8 : 3;
    for (let length = start; length < picture.length; length += 1 + Math.floor(length / 40)) {
      await refuses(decodePicture(picture.subarray(0, length), LIMIT), "FRAME_TRUNCATED");
    }
    await refuses(decodePicture(picture.subarray(0, -1), LIMIT), "FRAME_TRUNCATED");
    assert.ok(await decode(Buffer.concat([picture, Buffer.from("what follows does not matter")])));
  }
});

// A decoder fills what it cannot read with grey, and says so only in a warning.
test("a picture that is damaged between its beginning and its end is corrupt", async () => {
  const jpeg = drawJpeg();
  const lost = Buffer.concat([jpeg.subarray(0, jpeg.length >> 1), jpeg.subarray(-2)]);
  await refuses(decodePicture(lost, LIMIT), "FRAME_CORRUPT");
  const png = drawPng("rgb24");
  png[png.length >> 1] = (png[png.length >> 1] ?? 0) ^ 1;
  await refuses(decodePicture(png, LIMIT), "FRAME_CORRUPT");
});

// A camera's thumbnail is a JPEG inside the JPEG: its end is not the end.
test("the end of an embedded picture is not the picture's end", () => {
  const thumbnail = Buffer.concat([Buffer.from([0xff, 0xe1, 0, 6]), Buffer.from([0xff, 0xd9, 0xff, 0xd9])]);
  const cut = Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    thumbnail,
    Buffer.from([0xff, 0xda, 0, 2, 1, 2, 0xff, 0, 0xff]),
  ]);
  assert.equal(hasPictureEnd(cut, "jpeg"), false);
  assert.equal(hasPictureEnd(Buffer.concat([cut, Buffer.from([0xd0, 7, 0xff, 0xd9])]), "jpeg"), true);
});

// Law 6: a PNG of a few kilobytes can claim gigabytes.
test("a picture whose image is above the limit is refused before it is decoded", async () => {
  const png = drawPng("rgb24");
  const exact = Bytes((await decodePicture(png, LIMIT)).bytes.byteLength);
  await refuses(decodePicture(png, Bytes(exact - 1)), "FRAME_TOO_LARGE");
  assert.ok(await decodePicture(png, exact));
  const before = process.memoryUsage().rss;
  await refuses(decodePicture(withSize(png, 60_000, 60_000), LIMIT), "FRAME_TOO_LARGE");
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
  const shape = await measurePicture(drawPng("gray16be"), LIMIT);
  assert.deepEqual(shape, { magic: "P5", width: 62, height: 46, maxval: 65_535 });
});

/** A repeatable row of numbers below 1 (Park and Miller), so that a failure can be repeated. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (state * 48_271) % 2_147_483_647;
    yield state / 2_147_483_647;
  }
}

// What lies on a disk is not always what was written, and a decoder meets it in our process.
test("a damaged PNG or JPEG gives a coded error or a whole image, and never a crash", async () => {
  const random = numbers(7038);
  const upTo = (bound: number): number => Math.floor(random.next().value * bound);
  const outcomes = { images: 0, faults: 0 };
  for (const picture of [drawPng("rgb24"), drawPng("gray16be"), drawJpeg(), drawJpeg("-progressive")]) {
    for (let round = 0; round < 50; round++) {
      const damaged = Buffer.from(picture);
      for (let changes = 1 + upTo(8); changes > 0; changes--) damaged[upTo(damaged.length)] = upTo(256);
      try {
        const { header, raster } = await decode(damaged);
        const [, width, height, maxval] = header.split(/\s/).map(Number);
        const samples = (width ?? 0) * (height ?? 0) * (header.startsWith("P6") ? 3 : 1);
        assert.equal(raster.byteLength, samples * ((maxval ?? 0) > 255 ? 2 : 1));
        outcomes.images++;
      } catch (error) {
        assert.ok(error instanceof Fault, String(error));
        assert.ok(error.code.startsWith("FRAME_"));
        outcomes.faults++;
      }
    }
  }
  assert.ok(outcomes.faults > 50 && outcomes.images > 0, JSON.stringify(outcomes));
});
