import { encodeShort } from "./shortText.ts";

/**
 * Pictures that replace each other (RFC 2046, section 5.1, as `multipart/x-mixed-replace`).
 *
 * Browsers show a part when the whole header of the next one has arrived. So that is sent right behind the
 * picture, when nobody knows yet which frame comes next: the header has what is known, the message number,
 * and the picture itself names its frame, in a comment (`jpegComment.ts`).
 *
 *     opening: --B header₀ │ picture₀ --B header₁ │ picture₁ --B header₂ │ closing: --B--
 */
const BOUNDARY = "mutoscope-part-6f1d0b4c";

/** What such a body is. */
export const MULTIPART_TYPE = `multipart/x-mixed-replace; boundary=${BOUNDARY}`;

/** What goes before the first picture. */
export function openParts(mediaType: string): Uint8Array {
  return encodeShort(head(mediaType, 0));
}

/** What follows the picture of a message: the end of its part, and the head of the next. */
export function nextPart(mediaType: string, message: number): Uint8Array {
  return encodeShort(`\r\n${head(mediaType, message + 1)}`);
}

/** What follows the last picture; or the last of these heads, whose part then stays empty. */
export function closeParts(): Uint8Array {
  return encodeShort(`\r\n--${BOUNDARY}--\r\n`);
}

function head(mediaType: string, message: number): string {
  return `--${BOUNDARY}\r\nContent-Type: ${mediaType}\r\nMutoscope-Message: ${message}\r\n\r\n`;
}
