import rangeParser from "range-parser";

/** Bytes of a representation, both ends inclusive, from 0. */
export type ByteRange = { readonly start: number; readonly end: number };

/**
 * What a `Range` asks of so many bytes: undefined for all of them, also where the field is none that is
 * understood or names several ranges, which RFC 9110 (section 14.2) lets a server ignore.
 */
export function rangeOf(header: string | undefined, bytes: number): ByteRange | "unsatisfiable" | undefined {
  if (header === undefined) return undefined;
  const ranges = rangeParser(bytes, header);
  if (ranges === -1) return "unsatisfiable";
  if (ranges === -2 || ranges.type !== "bytes" || ranges.length !== 1) return undefined;
  return ranges[0];
}

/** What of these parts, whose first byte is number `at`, lies in the range. Nothing is copied. */
export function cutRange(
  parts: readonly Uint8Array[],
  at: number,
  { start, end }: ByteRange,
): readonly Uint8Array[] {
  const inside: Uint8Array[] = [];
  let first = at;
  for (const part of parts) {
    const from = Math.max(start - first, 0);
    const to = Math.min(end + 1 - first, part.byteLength);
    if (from < to) inside.push(part.subarray(from, to));
    first += part.byteLength;
  }
  return inside;
}
