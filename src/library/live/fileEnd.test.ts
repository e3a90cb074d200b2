import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import sharp from "sharp";
import { hasItsEnd } from "./fileEnd.ts";

const folder = mkdtempSync(join(tmpdir(), "mutoscope-ends-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function ends(name: string, bytes: Uint8Array | string): boolean {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return hasItsEnd(path);
}

const picture = sharp({ create: { width: 9, height: 7, channels: 3, background: "teal" } });
const whole: ReadonlyMap<string, Uint8Array> = new Map<string, Uint8Array>([
  ["a.png", await picture.clone().png().toBuffer()],
  ["a.jpg", await picture.clone().jpeg().toBuffer()],
  ["a.webp", await picture.clone().webp().toBuffer()],
  ["a.ppm", Buffer.concat([Buffer.from("P6\n9 7\n255\n"), Buffer.alloc(9 * 7 * 3)])],
]);

// A renderer may pause in the middle of a file for longer than two looks are apart.
test("a file that is cut anywhere has not reached its end, and the whole one has", () => {
  for (const [name, bytes] of whole) {
    assert.equal(ends(name, bytes), true, name);
    // Behind the name of a PNG's last piece is its check sum.
    const last = name === "a.png" ? bytes.length - 8 : bytes.length - 1;
    for (let length = 1; length < last; length++)
      assert.equal(ends(name, bytes.subarray(0, length)), false, `${name} cut at ${length}`);
  }
});

// The directory of a TIFF, and the places of the chunks of an EXR, are written last.
test("a TIFF without its directory and an EXR without its table have not reached their ends", async () => {
  const tiff = await picture.clone().tiff({ compression: "none" }).toBuffer();
  assert.equal(ends("a.tif", tiff), true);
  const begun = Buffer.from(tiff);
  begun.writeUInt32LE(0, 4);
  assert.equal(ends("a.tif", begun), false);
  const exr = Buffer.concat([
    Buffer.from("v/1\x01\x02\0\0\0compression\0compression\0\x01\0\0\0\0\0", "latin1"),
    Buffer.alloc(40),
  ]);
  assert.equal(ends("a.exr", exr), false);
  exr.writeBigUInt64LE(50n, exr.length - 40);
  assert.equal(ends("a.exr", exr), true);
  assert.equal(ends("a.exr", exr.subarray(0, 20)), false);
});

// What is wrong with it is told to whoever asks for it, and not hidden by waiting.
test("what is not of its format, or has no end to look for, counts as whole", () => {
  assert.equal(ends("a.png", "no picture"), true);
  assert.equal(ends("a.tga", "anything"), true);
  assert.equal(ends("a.ppm", "P3 1 1 255 0 0 0"), true);
  assert.equal(ends("a.ppm", "P6 0 0 0 "), true);
  assert.equal(hasItsEnd(join(folder, "nowhere.png")), true);
});
