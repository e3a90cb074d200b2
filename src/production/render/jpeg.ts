import type turbo from "@julusian/jpeg-turbo";
import { fault } from "../../base/errors.ts";
import { MiB } from "../../base/units.ts";
import type { Picture } from "./image.ts";

type Encoder = typeof turbo;

/** From here on colours keep their full size, where a halved one would be what is seen of the loss. */
const FULL_COLOUR_QUALITY = 90;

/** A larger one is made for its picture alone: what a worker keeps has a bound. */
const SCRATCH_KEPT = 16 * MiB;

let scratch = Buffer.alloc(0);

let loaded: Promise<Encoder> | undefined;

/** A baseline JPEG; grey stays grey. Colours are halved in both directions (4:2:0) below quality 90. */
export async function encodeJpeg(picture: Picture, quality: number): Promise<Uint8Array<ArrayBuffer>> {
  loaded ??= importEncoder();
  const encoder = await loaded;
  const { width, height, channels, samples } = picture;
  const subsampling = subsamplingOf(encoder, channels, quality);
  const format = channels === 1 ? encoder.FORMAT_GRAY : encoder.FORMAT_RGB;
  const room = roomFor(encoder.bufferSize({ width, height, subsampling }));
  const raw = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  const encoded = encoder.compressSync(raw, room, { format, width, height, subsampling, quality });
  return new Uint8Array(encoded);
}

function subsamplingOf(encoder: Encoder, channels: number, quality: number): number {
  if (channels === 1) return encoder.SAMP_GRAY;
  return quality < FULL_COLOUR_QUALITY ? encoder.SAMP_420 : encoder.SAMP_444;
}

/** The encoder writes into room for the worst case, several times what comes of it. */
function roomFor(bytes: number): Buffer {
  if (bytes <= scratch.byteLength) return scratch;
  const room = Buffer.allocUnsafeSlow(bytes);
  if (bytes <= SCRATCH_KEPT) scratch = room;
  return room;
}

async function importEncoder(): Promise<Encoder> {
  const imported = await import("@julusian/jpeg-turbo").catch((error: unknown) => {
    throw fault("FRAME_UNSUPPORTED", "the encoder of JPEG cannot be loaded on this machine", error);
  });
  // A module of the older kind: what it exports, the runtime finds under `default`.
  return (imported as unknown as { readonly default: Encoder }).default;
}
