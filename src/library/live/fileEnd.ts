import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { Fault } from "../../base/errors.ts";
import { KiB } from "../../base/units.ts";
import { LONGEST_NETPBM_HEADER, parseHeader } from "../../wire/netpbm.ts";
import { OPEN_WITHOUT_WAITING } from "../place.ts";
import { formatOf } from "../formats.ts";
import type { FrameFormat } from "../log.ts";

/** What is read of a file's beginning: holds the header of every format that is looked at. */
const HEAD = LONGEST_NETPBM_HEADER;
/** What is read of its end: programs write little behind a picture. */
const TAIL = 1 * KiB;

/** What is seen of a file: its size, its beginning and its end. */
type Ends = { readonly size: number; readonly head: DataView; readonly tail: Uint8Array };

const PNG_END = "IEND";
const JPEG_END = "\u00ff\u00d9";

/**
 * How a format's files begin, and whether one reaches as far as its header says, or ends as its format
 * does.
 */
type Check = { readonly signatures: readonly string[]; readonly ends: (ends: Ends) => boolean };

/** What is not here, or begins otherwise, is judged by standing still alone. */
const CHECKS: { readonly [F in FrameFormat]?: Check } = {
  netpbm: { signatures: ["P5", "P6"], ends: netpbmEnds },
  png: { signatures: ["\u0089PNG"], ends: ({ tail }) => textOf(tail).includes(PNG_END) },
  jpeg: { signatures: ["\u00ff\u00d8"], ends: ({ tail }) => textOf(tail).includes(JPEG_END) },
  webp: { signatures: ["RIFF"], ends: ({ head, size }) => 8 + head.getUint32(4, true) <= size },
  tiff: { signatures: ["II*\0", "MM\0*", "II+\0", "MM\0+"], ends: tiffEnds },
  bmp: { signatures: ["BM"], ends: ({ head, size }) => head.getUint32(2, true) <= size },
  dpx: { signatures: ["SDPX", "XPDS"], ends: dpxEnds },
  exr: { signatures: ["v/1\u0001"], ends: exrEnds },
};

/**
 * Whether the end of a frame's file is there, as its format tells: a quick look, which decodes nothing. A
 * file that is of another format than its name says, or that cannot be read, has its end: what is wrong
 * with it is told when it is asked for.
 */
export function hasItsEnd(path: string): boolean {
  const check = CHECKS[formatOf(path) ?? "hdr"];
  if (check === undefined) return true;
  try {
    const ends = readEnds(path);
    const start = textOf(new Uint8Array(ends.head.buffer, 0, Math.min(4, ends.head.byteLength)));
    if (check.signatures.some((signature) => start.startsWith(signature))) return check.ends(ends);
    // A file of one byte may be the beginning of any signature that begins so.
    return !check.signatures.some((signature) => signature.startsWith(start));
  } catch (error) {
    if (error instanceof RangeError) return false; // the file ends inside of its header
    // What is wrong with it is told when it is asked for.
    if (error instanceof Fault || (error as NodeJS.ErrnoException).syscall !== undefined) return true;
    throw error;
  }
}

function readEnds(path: string): Ends {
  const descriptor = openSync(path, OPEN_WITHOUT_WAITING);
  try {
    const head = new Uint8Array(HEAD);
    const length = readSync(descriptor, head, 0, HEAD, 0);
    const { size } = fstatSync(descriptor);
    const tail = new Uint8Array(Math.min(TAIL, size));
    readSync(descriptor, tail, 0, tail.length, size - tail.length);
    return { size, head: new DataView(head.buffer, 0, length), tail };
  } finally {
    closeSync(descriptor);
  }
}

function netpbmEnds({ head, size }: Ends): boolean {
  const header = parseHeader(new Uint8Array(head.buffer, head.byteOffset, head.byteLength));
  return header !== undefined && header.headerBytes + header.rasterBytes <= size;
}

/** The header has the file's size; programs that do not know it write all ones. */
function dpxEnds({ head, size }: Ends): boolean {
  const stated = head.getUint32(16, textOf(new Uint8Array(head.buffer, 0, 1)) === "X");
  return stated === 0xff_ff_ff_ff || stated <= size;
}

/** The place of the first directory is written last by most programs; it is 0 before. */
function tiffEnds({ head, size }: Ends): boolean {
  const little = head.getUint16(0) === 0x4949;
  const isBig = head.getUint16(2, little) === 43;
  const first = isBig ? Number(head.getBigUint64(8, little)) : head.getUint32(4, little);
  return first > 0 && first < size;
}

/** The table of the chunks' places follows the header and is written last; it is zeros before. */
function exrEnds({ head, size }: Ends): boolean {
  let at = 8;
  while (head.getUint8(at) !== 0) {
    at = afterText(head, afterText(head, at));
    at += 4 + head.getUint32(at, true);
  }
  const first = head.getBigUint64(at + 1, true);
  return first > 0n && first < BigInt(size);
}

/** Behind the zero that ends the text. */
function afterText(head: DataView, from: number): number {
  let at = from;
  while (head.getUint8(at) !== 0) at++;
  return at + 1;
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
