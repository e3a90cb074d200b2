import { fault } from "../base/errors.ts";
import { readNumber, readWord, startScan, unfinished } from "./netpbmScan.ts";
import type { Scan } from "./netpbmScan.ts";
import { readPam } from "./netpbmPam.ts";
import type { AnyNetpbmHeader } from "./netpbmPicture.ts";
import { quote } from "./quote.ts";

type Kind = Pick<AnyNetpbmHeader, "coding" | "depth">;

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ["P1", { coding: "bitsText", depth: 1 }],
  ["P2", { coding: "text", depth: 1 }],
  ["P3", { coding: "text", depth: 3 }],
  ["P4", { coding: "bits", depth: 1 }],
  ["P5", { coding: "binary", depth: 1 }],
  ["P6", { coding: "binary", depth: 3 }],
  ["Pf", { coding: "float", depth: 1 }],
  ["PF", { coding: "float", depth: 3 }],
]);

/**
 * Reads the header that the bytes begin with, by https://netpbm.sourceforge.net/doc/: pbm, pgm, ppm, pam and
 * pfm.html.
 *
 * @returns undefined when the header does not end in these bytes
 * @throws FRAME_UNSUPPORTED for anything else, and for a PAM of no picture; FRAME_CORRUPT when the rest
 * of the header is not one, or longer than 64 KiB; FRAME_TOO_LARGE when the raster's size is beyond what a
 * number holds exactly
 */
export function parseAnyHeader(bytes: Uint8Array): AnyNetpbmHeader | undefined {
  const magic = String.fromCharCode(...bytes.subarray(0, 2));
  if (magic === "" || magic === "P") return undefined;
  const header = magic === "P7" ? readPam(startScan(bytes)) : readClassic(magic, startScan(bytes));
  if (header === undefined) return unfinished(bytes);
  if (header.maxval > 65_535)
    throw fault("FRAME_CORRUPT", `found maxval ${header.maxval} in the header, expected 1 to 65535`);
  const { width, height } = header;
  if (Number.isSafeInteger(width * height * 32)) return header;
  throw fault("FRAME_TOO_LARGE", `found ${width}×${height} pixels in the header`);
}

function readClassic(magic: string, scan: Scan): AnyNetpbmHeader | undefined {
  const kind = KINDS.get(magic);
  if (kind === undefined)
    throw fault("FRAME_UNSUPPORTED", `found ${quote(magic)} as the first bytes, expected P1 to P7, PF or Pf`);
  const width = readNumber(scan, "width");
  const height = width === undefined ? undefined : readNumber(scan, "height");
  const scale = height === undefined ? undefined : readScale(kind, scan);
  if (width === undefined || height === undefined || scale === undefined) return undefined;
  return { ...kind, width, height, ...scale, headerBytes: scan.at };
}

function readScale(
  { coding }: Kind,
  scan: Scan,
): Pick<AnyNetpbmHeader, "maxval" | "isLittleEndian"> | undefined {
  if (coding === "bits" || coding === "bitsText") return { maxval: 1, isLittleEndian: false };
  if (coding === "float") return readFloatScale(scan);
  const maxval = readNumber(scan, "maxval");
  return maxval === undefined ? undefined : { maxval, isLittleEndian: false };
}

/** A number whose sign tells the byte order; what it is otherwise has no agreed meaning. */
function readFloatScale(scan: Scan): Pick<AnyNetpbmHeader, "maxval" | "isLittleEndian"> | undefined {
  const word = readWord(scan, "scale");
  if (word === undefined) return undefined;
  const scale = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word) ? Number(word) : 0;
  if (scale === 0 || !Number.isFinite(scale))
    throw fault("FRAME_CORRUPT", `found scale ${quote(word)} in the header, expected a number but 0`);
  return { maxval: 1, isLittleEndian: scale < 0 };
}
