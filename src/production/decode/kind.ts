import { fault } from "../../base/errors.ts";
import type { OwnFormat } from "../../library/log.ts";

/** How many bytes tell what a file is. */
export const SIGNATURE_BYTES = 12;

type Signature = readonly (readonly [offset: number, bytes: string])[];

/** What files begin with, by their standards. A JPEG's third byte begins the marker that must follow. */
const SIGNATURES: Readonly<Record<Exclude<OwnFormat, "netpbm">, readonly Signature[]>> = {
  png: [[[0, "\x89PNG\r\n\x1a\n"]]],
  jpeg: [[[0, "\xff\xd8\xff"]]],
  webp: [
    [
      [0, "RIFF"],
      [8, "WEBP"],
    ],
  ],
  tiff: [[[0, "II*\0"]], [[0, "MM\0*"]], [[0, "II+\0"]], [[0, "MM\0+"]]],
};

/** P1 to P7, and PF and Pf of floating point, followed by whitespace or a comment. */
const NETPBM = /^P[1-7Ff][\s#]/;

/**
 * What a file is, its first bytes say, not its name: cameras and scripts name files wrongly. Kinds that no
 * movie is made of are not guessed at.
 */
export function formatBySignature(start: Uint8Array): OwnFormat | undefined {
  const text = String.fromCharCode(...start.subarray(0, SIGNATURE_BYTES));
  if (NETPBM.test(text)) return "netpbm";
  const begins = (signature: Signature): boolean =>
    signature.every(([offset, bytes]) => text.startsWith(bytes, offset));
  const kinds = Object.entries(SIGNATURES) as [OwnFormat, readonly Signature[]][];
  return kinds.find(([, signatures]) => signatures.some(begins))?.[0];
}

/**
 * The same, of a file whose name promises a format.
 * @throws FRAME_UNSUPPORTED; FRAME_TRUNCATED when the bytes are the beginning of a signature and end there
 */
export function requireFormat(start: Uint8Array, promised: OwnFormat): OwnFormat {
  const found = formatBySignature(start);
  if (found !== undefined) return found;
  const name = FORMAT_NAMES[promised];
  if (start.byteLength < SIGNATURE_BYTES && couldBecome(start))
    throw fault("FRAME_TRUNCATED", `found ${start.byteLength} bytes, expected ${name}`);
  const listed = "netpbm, PNG, JPEG, WebP and TIFF are read";
  throw fault("FRAME_UNSUPPORTED", `found no signature of a known kind, expected ${name}: ${listed}`);
}

/** As people write them. */
export const FORMAT_NAMES: Readonly<Record<OwnFormat, string>> = {
  netpbm: "a netpbm picture",
  png: "a PNG",
  jpeg: "a JPEG",
  webp: "a WebP",
  tiff: "a TIFF",
};

function couldBecome(start: Uint8Array): boolean {
  const text = String.fromCharCode(...start);
  const fits = (signature: Signature): boolean =>
    signature.every(([offset, bytes]) => bytes.startsWith(text.slice(offset, offset + bytes.length)));
  return /^P[1-7Ff]?$/.test(text) || Object.values(SIGNATURES).some((signatures) => signatures.some(fits));
}
