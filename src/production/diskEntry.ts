import { hash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { PictureShape } from "../base/rendition.ts";
import type { Image } from "./order.ts";

/** What is kept: an image, or anything else in bytes, which has no shape; with its digest. */
export type Kept = Omit<Image, "shape"> & {
  readonly shape: PictureShape | undefined;
  /** SHA-256 of the bytes. */
  readonly digest: Uint8Array<ArrayBuffer>;
};

/** What a header says: how long the bytes are, and how to know them. */
export type EntryHeader = Omit<Kept, "bytes"> & { readonly length: number };

/**
 * What stands before the bytes in a file of the folder, numbers with the lower byte first:
 *
 *     0        8             16       24       56       60      64       68                72
 *     │ MAGIC  │ headerBytes │ length │ digest │ format │ width │ height │ CRC-32 of these │ bytes …
 *
 * The format is a place in `FORMATS`; the last place is no picture.
 */
export const ENTRY_HEADER = 72;

const MAGIC = Buffer.from("MUTOKEP2", "latin1");
const DIGEST_AT = 24;
const SHAPE_AT = 56;
const CHECK_AT = 68;

/** Their order is the order on disk. */
const FORMATS = [
  "pgm",
  "ppm",
  "png",
  "jpeg",
  "webp",
  "yuv",
  "luma",
] as const satisfies readonly PictureShape["format"][];

export function digestOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hash("sha256", bytes, "buffer"));
}

export function encodeEntry({ bytes, headerBytes, digest, shape }: Kept): Uint8Array {
  const header = Buffer.alloc(ENTRY_HEADER);
  header.set(MAGIC);
  header.writeBigUInt64LE(BigInt(headerBytes), 8);
  header.writeBigUInt64LE(BigInt(bytes.byteLength), 16);
  header.set(digest, DIGEST_AT);
  header.writeUInt32LE(shape === undefined ? FORMATS.length : FORMATS.indexOf(shape.format), SHAPE_AT);
  header.writeUInt32LE(shape?.width ?? 0, SHAPE_AT + 4);
  header.writeUInt32LE(shape?.height ?? 0, SHAPE_AT + 8);
  header.writeUInt32LE(crc32(header.subarray(0, CHECK_AT)), CHECK_AT);
  return header;
}

/** Undefined when it is no header. */
export function decodeEntry(header: Uint8Array): EntryHeader | undefined {
  const view = Buffer.from(header.buffer, header.byteOffset, header.byteLength);
  if (view.byteLength !== ENTRY_HEADER || !view.subarray(0, MAGIC.byteLength).equals(MAGIC)) return undefined;
  if (crc32(view.subarray(0, CHECK_AT)) !== view.readUInt32LE(CHECK_AT)) return undefined;
  const headerBytes = Number(view.readBigUInt64LE(8));
  const length = Number(view.readBigUInt64LE(16));
  const digest = new Uint8Array(view.subarray(DIGEST_AT, SHAPE_AT));
  const format = FORMATS[view.readUInt32LE(SHAPE_AT)];
  const size = { width: view.readUInt32LE(SHAPE_AT + 4), height: view.readUInt32LE(SHAPE_AT + 8) };
  return { headerBytes, length, digest, shape: format && { format, ...size } };
}
