import { assert } from "../base/assert.ts";
import { fault } from "../base/errors.ts";
import { HASH, readNumber, startScan, unfinished } from "./netpbmScan.ts";
import { quote } from "./quote.ts";

export { LONGEST_NETPBM_HEADER } from "./netpbmScan.ts";

/** Binary netpbm: P5 is grey, P6 is red, green, blue. */
export type NetpbmMagic = "P5" | "P6";

/** What a picture is, as its header says. */
export type NetpbmShape = {
  readonly magic: NetpbmMagic;
  /** In pixels, from 1. */
  readonly width: number;
  readonly height: number;
  /** The value of full brightness, 1 to 65535; above 255 a sample has two bytes, the high one first. */
  readonly maxval: number;
};

export type NetpbmHeader = NetpbmShape & {
  /** Up to the raster's first byte. */
  readonly headerBytes: number;
  /** What must follow. Always exact; says nothing about what does follow. */
  readonly rasterBytes: number;
};

const MAGICS: ReadonlySet<string> = new Set<NetpbmMagic>(["P5", "P6"]);
const MARK = "# mutoscope: ";
const encoder = new TextEncoder();

/**
 * Reads the header that the bytes begin with, by https://netpbm.sourceforge.net/doc/ppm.html and pgm.html. A
 * comment counts as the end of line that ends it, also in the middle of a number and after the last one: so
 * does the reference implementation (`pm_getc`), whose readers are among our clients.
 *
 * @returns undefined when the header does not end in these bytes
 * @throws FRAME_UNSUPPORTED for anything but P5 and P6
 * @throws FRAME_CORRUPT when the rest of the header is not one, or longer than 64 KiB
 * @throws FRAME_TOO_LARGE when the raster's size is beyond what a number holds exactly
 */
export function parseHeader(bytes: Uint8Array): NetpbmHeader | undefined {
  const magic = readMagic(bytes);
  if (magic === undefined) return undefined;
  const scan = startScan(bytes);
  const width = readNumber(scan, "width");
  const height = width === undefined ? undefined : readNumber(scan, "height");
  const maxval = height === undefined ? undefined : readNumber(scan, "maxval");
  if (width === undefined || height === undefined || maxval === undefined) return unfinished(bytes);
  if (maxval > 65_535)
    throw fault("FRAME_CORRUPT", `found maxval ${maxval} in the header, expected 1 to 65535`);
  const shape = { magic, width, height, maxval };
  return { ...shape, headerBytes: scan.at, rasterBytes: rasterBytes(shape) };
}

/** Bytes of the raster. @throws FRAME_TOO_LARGE beyond 2^53 */
export function rasterBytes({ magic, width, height, maxval }: NetpbmShape): number {
  const bytes = width * height * (magic === "P6" ? 3 : 1) * (maxval > 255 ? 2 : 1);
  if (Number.isSafeInteger(bytes)) return bytes;
  throw fault("FRAME_TOO_LARGE", `found ${width}×${height} pixels in the header`);
}

function readMagic(bytes: Uint8Array): NetpbmMagic | undefined {
  const found = String.fromCharCode(...bytes.subarray(0, 2));
  if (MAGICS.has(found)) return found as NetpbmMagic;
  if (found === "" || found === "P") return undefined;
  throw fault("FRAME_UNSUPPORTED", `found ${quote(found)} as the first bytes, expected P5 or P6`);
}

/** A header, with a comment line directly after the magic if there is a comment (of one line). */
export function encodeHeader(shape: NetpbmShape, comment?: string): Uint8Array {
  const { magic, width, height, maxval } = shape;
  const header = encoder.encode(`${magic}\n${width} ${height}\n${maxval}\n`);
  return comment === undefined ? header : insertLine(header, `# ${comment}\n`);
}

/** Under `hold`, `frame` is the one that stands in; under `black` no frame does. */
export type SubstituteMark =
  | { readonly policy: "hold"; readonly frame: number; readonly for: number }
  | { readonly policy: "black"; readonly for: number };

/**
 * The header with a line that marks the picture as a substitute, after the magic and the one whitespace that
 * follows it: taking that line out gives back the header exactly.
 */
export function markHeader(header: Uint8Array, mark: SubstituteMark): Uint8Array {
  const standIn = mark.policy === "hold" ? `frame ${mark.frame}` : "a black frame";
  return insertLine(header, `${MARK}${standIn} stands in for ${mark.for} (${mark.policy})\n`);
}

/** The header without the line that marks a substitute; undefined when it has none. */
export function unmarkHeader(header: Uint8Array): Uint8Array | undefined {
  const start = lineStart(header);
  const mark = encoder.encode(MARK);
  if (!mark.every((byte, index) => header[start + index] === byte)) return undefined;
  const end = header.indexOf(0x0a, start);
  return end < 0 ? undefined : concatenate(header.subarray(0, start), header.subarray(end + 1));
}

function insertLine(header: Uint8Array, line: string): Uint8Array {
  assert(line.indexOf("\n") === line.length - 1 && !line.includes("\r"), "a comment has more than one line");
  const start = lineStart(header);
  return concatenate(header.subarray(0, start), encoder.encode(line), header.subarray(start));
}

/** After the magic and one whitespace; a comment that follows the magic directly is already at its place. */
const lineStart = (header: Uint8Array): number => (header[2] === HASH ? 2 : 3);

function concatenate(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
