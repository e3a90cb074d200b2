import { KiB } from "../../base/units.ts";
import { fault } from "../../base/errors.ts";
import type { Head, Picture } from "./head.ts";

/** Lines of text; some programs write how the picture was made. */
const LONGEST_HEADER = 64 * KiB;

/** Up to an empty line, and how many rows and columns there are. */
const HEADER = /^#\?[^\n]*\n(?:[^\n]+\n)*\n[-+]([XY]) ([0-9]{1,9}) [-+]([XY]) ([0-9]{1,9})\n/;

/** Radiance (.hdr): three floating point samples that share an exponent. */
export async function lookAtRadiance(head: Head): Promise<Picture> {
  const bytes = await head.upTo(0, LONGEST_HEADER);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  const match = HEADER.exec(text);
  if (match === null) {
    const isBegun = text.startsWith("#?") || "#?".startsWith(text);
    if (!isBegun || bytes.length === LONGEST_HEADER || /\n\n[^\n]*\n/.test(text)) throw head.corrupt();
    throw fault("FRAME_TRUNCATED", "the file ends before it says how large its picture is");
  }
  const [, first, rows, second, columns] = match;
  if (first === second) throw head.corrupt();
  // A picture that lies on its side names its columns first.
  const [height, width] = first === "Y" ? [Number(rows), Number(columns)] : [Number(columns), Number(rows)];
  return { width, height, channels: 3, bits: 32, float: true };
}
