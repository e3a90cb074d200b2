import { assert } from "../../base/assert.ts";
import { fault } from "../../base/errors.ts";
import { FrameNumber, MessageNumber } from "../../base/units.ts";

/** Formats that a picture can have on this connection, by their number in the header. */
export const FRAME_FORMATS = ["ppm", "png", "jpeg", "webp"] as const;
export type FrameFormat = (typeof FRAME_FORMATS)[number];

/** What stands before each picture. */
export type FrameHeader = {
  /** The number that the client gave the playback. */
  readonly playback: number;
  readonly epoch: number;
  /** 0, 1, 2 … inside the epoch. */
  readonly message: MessageNumber;
  /** The place on the movie's timeline, also where another picture stands in. */
  readonly frame: FrameNumber;
  /** Of the picture that is sent; 0 for one that is no frame of the movie. */
  readonly revision: number;
  /** Presentation time in microseconds: 0 is the movie's first frame. */
  readonly time: number;
  readonly format: FrameFormat;
  /** Of the picture that is sent, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Bytes of the picture. */
  readonly length: number;
  /** Another picture stands in for the frame. */
  readonly isSubstitute: boolean;
};

/**
 * What a binary message begins with: the header of a frame, or a few bytes that say whose frame goes on. A
 * kind that a later version may add is `unknown`: what follows it is for others.
 */
export type BinaryHead =
  | { readonly kind: "frame"; readonly header: FrameHeader; readonly headerLength: number }
  | { readonly kind: "continuation"; readonly playback: number; readonly headerLength: number }
  | { readonly kind: "unknown" };

export const VERSION = 1;
const KIND_FRAME = 1;
const KIND_CONTINUATION = 2;
const FLAG_SUBSTITUTE = 1;

/** As it is written here; one of a later server may be longer, and says so. */
export const FRAME_HEADER_BYTES = 64;
export const CONTINUATION_BYTES = 8;

// Where the fields stand: every one at a multiple of its size.
const AT = {
  version: 0,
  kind: 1,
  flags: 2,
  playback: 4,
  epoch: 8,
  format: 12,
  headerLength: 14,
  message: 16,
  frame: 24,
  revision: 32,
  time: 40,
  width: 48,
  height: 52,
  length: 56,
} as const;

const LARGEST_U32 = 2 ** 32 - 1;

/** The 64 bytes that stand before a picture. */
export function encodeFrameHeader(header: FrameHeader): Uint8Array {
  assert(header.length <= LARGEST_U32, "a picture is smaller than 4 GiB");
  const bytes = new Uint8Array(FRAME_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(AT.version, VERSION);
  view.setUint8(AT.kind, KIND_FRAME);
  view.setUint16(AT.flags, header.isSubstitute ? FLAG_SUBSTITUTE : 0);
  view.setUint32(AT.playback, header.playback);
  view.setUint32(AT.epoch, header.epoch);
  view.setUint8(AT.format, FRAME_FORMATS.indexOf(header.format) + 1);
  view.setUint16(AT.headerLength, FRAME_HEADER_BYTES);
  view.setBigUint64(AT.message, BigInt(header.message));
  view.setBigInt64(AT.frame, BigInt(header.frame));
  view.setBigUint64(AT.revision, BigInt(header.revision));
  view.setBigInt64(AT.time, BigInt(header.time));
  view.setUint32(AT.width, header.width);
  view.setUint32(AT.height, header.height);
  view.setUint32(AT.length, header.length);
  return bytes;
}

/** The 8 bytes that stand before what follows of a frame that earlier messages have begun. */
export function encodeContinuation(playback: number): Uint8Array {
  const bytes = new Uint8Array(CONTINUATION_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(AT.version, VERSION);
  view.setUint8(AT.kind, KIND_CONTINUATION);
  view.setUint32(AT.playback, playback);
  return bytes;
}

/**
 * Reads the head at the beginning of `bytes`, which is the whole rest of a binary message.
 * @throws PROTOCOL_BROKEN
 */
export function decodeHead(bytes: Uint8Array): BinaryHead {
  if (bytes.byteLength < CONTINUATION_BYTES) throw tooShort(bytes, CONTINUATION_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint8(AT.version);
  if (version !== VERSION) throw broken(`found version ${version} in a binary message, expected ${VERSION}`);
  const kind = view.getUint8(AT.kind);
  if (kind === KIND_CONTINUATION)
    return { kind: "continuation", playback: view.getUint32(AT.playback), headerLength: CONTINUATION_BYTES };
  if (kind !== KIND_FRAME) return { kind: "unknown" };
  if (bytes.byteLength < FRAME_HEADER_BYTES) throw tooShort(bytes, FRAME_HEADER_BYTES);
  const headerLength = view.getUint16(AT.headerLength);
  if (headerLength < FRAME_HEADER_BYTES)
    throw broken(`found a header of ${headerLength} bytes, expected at least ${FRAME_HEADER_BYTES}`);
  if (bytes.byteLength < headerLength) throw tooShort(bytes, headerLength);
  return { kind: "frame", header: readHeader(view), headerLength };
}

function readHeader(view: DataView): FrameHeader {
  return {
    playback: view.getUint32(AT.playback),
    epoch: view.getUint32(AT.epoch),
    message: MessageNumber(exact("message number", view.getBigUint64(AT.message))),
    frame: FrameNumber(exact("frame number", view.getBigInt64(AT.frame))),
    revision: exact("revision", view.getBigUint64(AT.revision)),
    time: exact("presentation time", view.getBigInt64(AT.time)),
    format: formatOf(view.getUint8(AT.format)),
    width: view.getUint32(AT.width),
    height: view.getUint32(AT.height),
    length: view.getUint32(AT.length),
    isSubstitute: (view.getUint16(AT.flags) & FLAG_SUBSTITUTE) !== 0,
  };
}

function exact(what: string, value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw broken(`found ${value} as a ${what}, expected one within 2^53`);
}

function formatOf(number: number): FrameFormat {
  const format = FRAME_FORMATS[number - 1];
  if (format !== undefined) return format;
  throw broken(`found ${number} as a picture's format, expected 1 to ${FRAME_FORMATS.length}`);
}

function tooShort(bytes: Uint8Array, least: number): Error {
  return broken(`found ${bytes.byteLength} bytes where a header was due, expected at least ${least}`);
}

function broken(detail: string): Error {
  return fault("PROTOCOL_BROKEN", detail);
}
