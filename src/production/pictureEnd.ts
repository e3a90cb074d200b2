/** How a file's first bytes say that it is encoded, whatever its name says. */
export type PictureKind = "png" | "jpeg";

const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** A start-of-image marker, and the first byte of the marker that must follow. */
const JPEG_SIGNATURE = Uint8Array.of(0xff, 0xd8, 0xff);

/** PNG or JPEG by its signature; undefined for anything else. */
export function pictureKind(bytes: Uint8Array): PictureKind | undefined {
  if (startsWith(bytes, PNG_SIGNATURE)) return "png";
  return startsWith(bytes, JPEG_SIGNATURE) ? "jpeg" : undefined;
}

/** Whether the file's own structure ends inside the bytes. What follows that end does not matter. */
export function hasPictureEnd(bytes: Uint8Array, kind: PictureKind): boolean {
  return kind === "png" ? hasPngEnd(bytes) : hasJpegEnd(bytes);
}

/**
 * A PNG is a row of chunks (length, type, data, check sum), the last of them IEND (PNG, 3rd edition,
 * section 5).
 */
function hasPngEnd(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const IEND = 0x49454e44;
  for (let at = PNG_SIGNATURE.byteLength; at + 12 <= bytes.byteLength;) {
    if (view.getUint32(at + 4) === IEND) return true;
    at += 12 + view.getUint32(at);
  }
  return false;
}

/**
 * A JPEG is a row of segments (marker, length, data); after each SOS comes entropy-coded data, in which FF is
 * followed by 00 or a restart marker (ITU-T T.81, annex B). So an EOI inside an embedded thumbnail is
 * passed over.
 */
function hasJpegEnd(bytes: Uint8Array): boolean {
  const EOI = 0xd9;
  for (let at = nextMarker(bytes, 2); at >= 0; at = nextMarker(bytes, at)) {
    if (bytes[at + 1] === EOI) return true;
    at += 2 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
  }
  return false;
}

/** Where the next marker with a length, or EOI, begins; −1 when there is none. */
function nextMarker(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const code = bytes[at + 1];
    if (code !== undefined && code >= 0xc0 && code < 0xff && !isRestart(code)) return at;
  }
  return -1;
}

function isRestart(code: number): boolean {
  return code >= 0xd0 && code <= 0xd7;
}

function startsWith(bytes: Uint8Array, signature: Uint8Array): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}
