import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import sharp from "sharp";
import type { PictureRendition } from "../base/rendition.ts";
import { Bytes } from "../base/units.ts";
import { asIs } from "./asIs.ts";
import type { WholeFormat } from "./decode/encoded/end.ts";
import { LIMIT, draw, drawPng, lay, refuses } from "./decode/frames.testing.ts";
import type { Order } from "./order.ts";
import { frameImage } from "./picture.ts";

const NOTHING = { width: undefined, quality: undefined, levels: undefined, exposure: undefined };

function wish(format: WholeFormat, words: Partial<PictureRendition> = {}): PictureRendition {
  return { format, ...NOTHING, ...words };
}

/** What is made of a file in this rendition, by the way that production takes. */
async function made(bytes: Uint8Array, rendition: PictureRendition, name = rendition.format) {
  const making = { kind: "frame", rendition } as const;
  const order: Order = {
    source: { ...lay(bytes), seen: undefined },
    format: name as Order["format"],
    making,
    levels: undefined,
    limit: LIMIT,
    disk: undefined,
  };
  return frameImage(order, rendition);
}

/** Whether a file is what is sent for it, byte for byte. */
async function isSentAsIs(bytes: Uint8Array, rendition: PictureRendition): Promise<boolean> {
  const image = await made(bytes, rendition);
  assert.ok(image !== undefined);
  assert.equal(image.isFile === true, Buffer.from(image.bytes).equals(bytes));
  return image.isFile === true;
}

const source = sharp(drawPng("rgb24"));
const jpeg = await source.clone().jpeg({ quality: 71 }).toBuffer();
const grey = await source.clone().toColourspace("b-w").jpeg().toBuffer();
const webp = await source.clone().webp().toBuffer();
const png = drawPng("rgb24");

const FILES = { jpeg, png, webp } as const;
const FORMATS = ["jpeg", "png", "webp"] as const;

/** A chunk of a PNG before its first data, with the check sum that it needs. */
function withChunk(picture: Buffer, kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(data.byteLength);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  const at = picture.indexOf("IDAT", "latin1") - 4;
  return Buffer.concat([picture.subarray(0, at), head, body, sum, picture.subarray(at)]);
}

/** Without the chunks that ffmpeg adds by itself. */
function bare(picture: Buffer): Buffer {
  const kept = [picture.subarray(0, 8)];
  for (let at = 8; at < picture.byteLength;) {
    const next = at + 12 + picture.readUInt32BE(at);
    if (/^[A-Z]/.test(picture.toString("latin1", at + 4, at + 8))) kept.push(picture.subarray(at, next));
    at = next;
  }
  return Buffer.concat(kept);
}

// Encoding a JPEG again loses a little each time, and costs a hundred times as much as sending it.
test("a file that is what is asked for is sent as it is", async () => {
  for (const format of FORMATS) {
    const file = FILES[format];
    for (const words of [{}, { width: 62 }, { width: 4000 }, { exposure: 0 }])
      assert.ok(await isSentAsIs(file, wish(format, words)), `${format} ${JSON.stringify(words)}`);
    const image = await made(file, wish(format));
    assert.deepEqual(image?.shape, { format, width: 62, height: 46 });
  }
  assert.ok(await isSentAsIs(grey, wish("jpeg")));
  assert.ok(await isSentAsIs(png, wish("png", { quality: 50 })), "a PNG has no quality");
});

// Who says a quality or a width wants that one, however good the file may be.
test("a file is not sent where another picture is asked for", async () => {
  for (const words of [{ quality: 80 }, { width: 61 }, { levels: { low: 0, high: 128 } }, { exposure: 1 }])
    assert.ok(!(await isSentAsIs(jpeg, wish("jpeg", words))), JSON.stringify(words));
  for (const [bytes, format] of [
    [jpeg, "png"],
    [png, "webp"],
    [webp, "jpeg"],
  ] as const) {
    const image = await made(bytes, wish(format), "jpeg");
    assert.equal(image?.shape.format, format);
  }
  const renamed = await made(jpeg, wish("png"), "png");
  assert.equal(renamed?.shape.format, "png", "its name alone says PNG");
});

// All renditions of a frame are the same samples; what shows these otherwise would be seen at one width only.
test("a file that browsers show otherwise than its samples are is converted", async () => {
  const turned = await source.clone().withMetadata({ orientation: 6 }).jpeg().toBuffer();
  const profiled = await source.clone().withIccProfile("p3").jpeg().toBuffer();
  const inks = await source.clone().toColourspace("cmyk").jpeg().toBuffer();
  for (const file of [turned, profiled, inks]) assert.ok(!(await isSentAsIs(file, wish("jpeg"))));
  const alpha = drawPng("rgba");
  const gamma = withChunk(bare(png), "gAMA", Buffer.from([0, 1, 0x86, 0xa0]));
  const moving = withChunk(bare(png), "acTL", Buffer.from([0, 0, 0, 1, 0, 0, 0, 0]));
  for (const file of [alpha, gamma, moving]) assert.ok(!(await isSentAsIs(file, wish("png"))));
  const said = withChunk(gamma, "sRGB", Buffer.from([0]));
  assert.ok(await isSentAsIs(said, wish("png")), "sRGB goes before gAMA");
  const clear = await source.clone().ensureAlpha(0.5).webp().toBuffer();
  assert.ok(!(await isSentAsIs(clear, wish("webp"))));
});

// A deep picture becomes one of 8 bits by levels, which are its movie's.
test("a deep PNG waits for its levels as ever", async () => {
  assert.equal(await made(drawPng("rgb48be"), wish("png")), undefined);
});

// Cameras put more pictures behind the first, and a part of a multipart body must end where its picture does.
test("what follows the end of the picture is not sent", async () => {
  for (const format of FORMATS) {
    const image = await made(Buffer.concat([FILES[format], Buffer.from("more")]), wish(format));
    assert.ok(image?.isFile);
    assert.deepEqual(Buffer.from(image.bytes), FILES[format]);
    assert.equal(image.bytes.buffer.byteLength, image.bytes.byteLength, "its buffer holds nothing else");
  }
});

// Nobody decodes it here; what can be seen without that is refused as it is everywhere.
test("a file that is cut, damaged where a check sum says so, or too large is refused", async () => {
  for (const format of FORMATS)
    await refuses(made(FILES[format].subarray(0, -20), wish(format)), "FRAME_TRUNCATED");
  const damaged = Buffer.from(png);
  const at = damaged.indexOf("IDAT", "latin1") + 40;
  damaged[at] = (damaged[at] ?? 0) ^ 0x55;
  await refuses(made(damaged, wish("png")), "FRAME_CORRUPT");
  const large = new Uint8Array(draw("rgb24", ["mjpeg", "-q:v", "31"], "640x480"));
  await refuses(
    asIs({ bytes: large, format: "jpeg", end: large.length }, wish("jpeg"), Bytes(1000)),
    "FRAME_TOO_LARGE",
  );
});
