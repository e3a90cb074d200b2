import { fault } from "../base/errors.ts";

const MARKER = 0xff;
const START = 0xd8;
const COMMENT = 0xfe;
/** JFIF wants its own segment right behind the start, and other readers theirs. */
const FIRST_APPLICATION = 0xe0;
const LAST_APPLICATION = 0xef;

/** A marker and a length, which counts itself. */
const SEGMENT_HEAD = 4;
const LONGEST_TEXT = 65_533;

/** Bytes to be put into a picture, and where. */
export type Insertion = { readonly at: number; readonly bytes: Uint8Array };

const encoder = new TextEncoder();

/**
 * A comment for a JPEG picture (ITU-T T.81, B.2.4.5) and its place: behind the segments of applications that
 * the picture begins with. The picture is the same.
 * @throws FRAME_CORRUPT when the bytes do not begin as a JPEG picture does
 */
export function jpegComment(picture: Uint8Array, text: string): Insertion {
  if (picture[0] !== MARKER || picture[1] !== START)
    throw fault("FRAME_CORRUPT", "found no start of a JPEG picture, expected the bytes FF D8");
  const words = encoder.encode(text).subarray(0, LONGEST_TEXT);
  const bytes = new Uint8Array(SEGMENT_HEAD + words.byteLength);
  const length = words.byteLength + 2;
  bytes.set([MARKER, COMMENT, length >> 8, length & 0xff]);
  bytes.set(words, SEGMENT_HEAD);
  return { at: behindApplications(picture), bytes };
}

function behindApplications(picture: Uint8Array): number {
  let at = 2;
  for (;;) {
    const [marker, kind = 0, high = 0, low = 0] = picture.subarray(at, at + SEGMENT_HEAD);
    const isApplication = marker === MARKER && kind >= FIRST_APPLICATION && kind <= LAST_APPLICATION;
    const next = at + 2 + high * 256 + low;
    if (!isApplication || next + 2 > picture.byteLength) return at;
    at = next;
  }
}
