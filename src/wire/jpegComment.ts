import { fault } from "../base/errors.ts";
import { encodeShort } from "./shortText.ts";

const MARKER = 0xff;
const START = 0xd8;
const COMMENT = 0xfe;
/** JFIF wants its own segment right behind the start, and other readers theirs. */
const FIRST_APPLICATION = 0xe0;
const LAST_APPLICATION = 0xef;

/** A marker and a length, which counts itself. */
const ROOM_FOR_HEAD = "\0\0\0\0";
const LONGEST_TEXT = 65_533;

/** Bytes to be put into a picture, and where. */
export type Insertion = { readonly at: number; readonly bytes: Uint8Array };

/**
 * A comment for a JPEG picture (ITU-T T.81, B.2.4.5) and its place: behind the segments of applications that
 * the picture begins with. The picture is the same.
 * @throws FRAME_CORRUPT when the bytes do not begin as a JPEG picture does
 */
export function jpegComment(picture: Uint8Array, text: string): Insertion {
  if (picture[0] !== MARKER || picture[1] !== START)
    throw fault("FRAME_CORRUPT", "found no start of a JPEG picture, expected the bytes FF D8");
  const whole = encodeShort(`${ROOM_FOR_HEAD}${text}`);
  const most = ROOM_FOR_HEAD.length + LONGEST_TEXT;
  const bytes = whole.byteLength > most ? whole.subarray(0, most) : whole;
  const length = bytes.byteLength - 2;
  bytes[0] = MARKER;
  bytes[1] = COMMENT;
  bytes[2] = length >> 8;
  bytes[3] = length & 0xff;
  return { at: behindApplications(picture), bytes };
}

function behindApplications(picture: Uint8Array): number {
  let at = 2;
  for (;;) {
    const kind = picture[at + 1] ?? 0;
    const isApplication = picture[at] === MARKER && kind >= FIRST_APPLICATION && kind <= LAST_APPLICATION;
    const next = at + 2 + (picture[at + 2] ?? 0) * 256 + (picture[at + 3] ?? 0);
    if (!isApplication || next + 2 > picture.byteLength) return at;
    at = next;
  }
}
