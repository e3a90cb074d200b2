import { fault } from "../base/errors.ts";
import { KiB } from "../base/units.ts";
import { quote } from "./quote.ts";

/** Comments may make a header long. One longer than this is a file of another kind. */
export const LONGEST_NETPBM_HEADER = 64 * KiB;

export const HASH = 0x23;

/** Behind the magic of a header, which is not read further than any header may reach. */
export function startScan(bytes: Uint8Array): Scan {
  return { bytes: bytes.subarray(0, LONGEST_NETPBM_HEADER), at: 2 };
}

/** Not enough yet. @throws FRAME_CORRUPT when there was enough for any header */
export function unfinished(bytes: Uint8Array): undefined {
  if (bytes.length < LONGEST_NETPBM_HEADER) return undefined;
  throw fault("FRAME_CORRUPT", `found no end of the header in ${LONGEST_NETPBM_HEADER} bytes`);
}

/** Where a reader of a header is. */
export type Scan = { readonly bytes: Uint8Array; at: number };

/** The number after at least one whitespace; moves past the one whitespace that must follow it. */
export function readNumber(scan: Scan, name: string): number | undefined {
  if (!skipWhitespace(scan, name)) return undefined;
  const start = scan.at;
  let value = 0;
  for (; scan.at < scan.bytes.length; scan.at++) {
    const digit = (scan.bytes[scan.at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return endNumber(scan, value, start, name);
    value = Math.min(value * 10 + digit, Number.MAX_SAFE_INTEGER);
  }
  return undefined;
}

/** The characters after at least one whitespace; moves past the one whitespace that must follow them. */
export function readWord(scan: Scan, name: string): string | undefined {
  if (!skipWhitespace(scan, name)) return undefined;
  let word = "";
  for (; !isSpaceOrComment(scan.bytes[scan.at]); scan.at++) {
    if (scan.at >= scan.bytes.length) return undefined;
    word += String.fromCharCode(scan.bytes[scan.at] ?? 0);
  }
  return passOne(scan) ? word : undefined;
}

function endNumber(scan: Scan, value: number, start: number, name: string): number | undefined {
  if (scan.at === start || !isSpaceOrComment(scan.bytes[scan.at])) throw unexpected(scan, name);
  if (value === 0) throw fault("FRAME_CORRUPT", `found ${name} 0 in the header, expected at least 1`);
  // Only after the last number does it matter where exactly the whitespace ends: the next ones skip more of
  // it.
  return passOne(scan) ? value : undefined;
}

/** Past whitespace and comments, of which at least one was there: the magic or a number ends at it. */
function skipWhitespace(scan: Scan, name: string): boolean {
  if (scan.at === 2 && scan.at < scan.bytes.length && !isSpaceOrComment(scan.bytes[2]))
    throw unexpected(scan, name);
  while (isSpaceOrComment(scan.bytes[scan.at])) {
    if (!passOne(scan)) return false;
  }
  return scan.at < scan.bytes.length;
}

/** Past one whitespace, or one comment and the end of line that ends it; false when that end is not there. */
function passOne(scan: Scan): boolean {
  if (scan.bytes[scan.at] === HASH) {
    while (scan.at < scan.bytes.length && !isEndOfLine(scan.bytes[scan.at])) scan.at++;
  }
  if (scan.at >= scan.bytes.length) return false;
  scan.at++;
  return true;
}

export const isEndOfLine = (byte: number | undefined): boolean => byte === 0x0a || byte === 0x0d;

/** Space, TAB, LF, VT, FF, CR, or what opens a comment. */
const isSpaceOrComment = (byte: number | undefined): boolean =>
  byte !== undefined && (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === HASH);

export function unexpected(scan: Scan, name: string): Error {
  const found = quote(String.fromCharCode(scan.bytes[scan.at] ?? 0));
  return fault(
    "FRAME_CORRUPT",
    `found ${found} at byte ${scan.at} of the header, expected the ${name} in digits`,
  );
}
