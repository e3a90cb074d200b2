/** Formats whose files are read whole, so that their end can be looked for. */
export type WholeFormat = "png" | "jpeg" | "webp";

/**
 * Whether the file's own structure ends inside the bytes, which begin with the format's signature. What
 * follows that end does not matter. Decoders make up what is missing, with grey; a half-written file is
 * recognised before they see it.
 */
export function hasEnd(bytes: Uint8Array, format: WholeFormat): boolean {
  return endOf(bytes, format) !== undefined;
}

/** Where the file's own structure ends: the number of its bytes; undefined where it has no end. */
export function endOf(bytes: Uint8Array, format: WholeFormat): number | undefined {
  return ENDS[format](bytes);
}

const ENDS: Readonly<Record<WholeFormat, (bytes: Uint8Array) => number | undefined>> = {
  png: pngEnd,
  jpeg: jpegEnd,
  webp: webpEnd,
};

/**
 * A PNG is a row of chunks (length, type, data, check sum), the last of them IEND (PNG, 3rd edition,
 * section 5).
 */
function pngEnd(bytes: Uint8Array): number | undefined {
  const view = viewOf(bytes);
  for (let at = 8; at + 12 <= bytes.byteLength;) {
    const next = at + 12 + view.getUint32(at);
    if (view.getUint32(at + 4) === IEND) return Math.min(next, bytes.byteLength);
    at = next;
  }
  return undefined;
}

const IEND = 0x49454e44;

/** A WebP is one RIFF chunk, whose length its header says (RFC 9649, section 2.4). */
function webpEnd(bytes: Uint8Array): number | undefined {
  if (bytes.byteLength < 12) return undefined;
  const end = 8 + viewOf(bytes).getUint32(4, true);
  return end <= bytes.byteLength ? end : undefined;
}

/**
 * A JPEG is a row of segments (marker, length, data); after each SOS comes entropy-coded data, in which FF is
 * followed by 00 or a restart marker (ITU-T T.81, annex B). So an EOI inside an embedded thumbnail is
 * passed over.
 */
function jpegEnd(bytes: Uint8Array): number | undefined {
  for (let at = nextMarker(bytes, 2); at >= 0; at = nextMarker(bytes, at)) {
    if (bytes[at + 1] === EOI) return at + 2;
    at += 2 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
  }
  return undefined;
}

const EOI = 0xd9;

/** Where the next marker with a length, or EOI, begins; −1 when there is none. */
function nextMarker(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const code = bytes[at + 1];
    if (code !== undefined && code >= 0xc0 && code < 0xff && !isRestart(code)) return at;
  }
  return -1;
}

const isRestart = (code: number): boolean => code >= 0xd0 && code <= 0xd7;

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
