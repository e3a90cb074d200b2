import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "../../../base/errors.ts";
import { Bytes, MiB } from "../../../base/units.ts";
import { checkOutline } from "./outline.ts";

const HEADERS = 54;
const LIMIT = Bytes(256 * MiB);

type Said = {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly packing?: number;
};

/** A BMP file of so many bytes with the header that Windows writes. */
function bmp({ width, height, bits, packing = 0 }: Said, bytes: number): Uint8Array {
  const file = Buffer.alloc(bytes);
  file.write("BM");
  file.writeUInt32LE(HEADERS, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(bits, 28);
  file.writeUInt32LE(packing, 30);
  return file;
}

function codeOf(file: Uint8Array, limit = LIMIT): string | undefined {
  try {
    checkOutline("bmp", file, limit);
  } catch (error) {
    return error instanceof Fault ? error.code : String(error);
  }
  return undefined;
}

// A hundred bytes that promise 15,000 rows made the program lay out a gigabyte before it saw the file's end.
test("a BMP whose rows are not all there is refused before the program sees it", () => {
  assert.equal(codeOf(bmp({ width: 8000, height: 8000, bits: 24 }, 154)), "FRAME_TRUNCATED");
  assert.equal(codeOf(bmp({ width: 5, height: -4, bits: 24 }, HEADERS + 15 * 4)), undefined);
  assert.equal(codeOf(bmp({ width: 5, height: -4, bits: 24 }, HEADERS + 15 * 4 - 1)), "FRAME_TRUNCATED");
  assert.equal(codeOf(bmp({ width: 5, height: 4, bits: 1, packing: 3 }, HEADERS + 3)), "FRAME_TRUNCATED");
});

test("a BMP is as large as it will be in colours, however its pixels are packed", () => {
  const packed = { width: 10, height: 10, bits: 8, packing: 1 };
  assert.equal(codeOf(bmp(packed, HEADERS + 20), Bytes(300)), undefined);
  assert.equal(codeOf(bmp(packed, HEADERS + 20), Bytes(299)), "FRAME_TOO_LARGE");
});
