import type decoder from "sharp";
import type { Metadata, RawOptions, Sharp, SharpOptions } from "sharp";
import { fault } from "../../../base/errors.ts";
import type { Bytes } from "../../../base/units.ts";
import type { WholeFormat } from "./end.ts";

type Decoder = typeof decoder;

/** What the decoder reads: files that begin and end as their format does. */
export type Encoded = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly format: WholeFormat | "tiff";
};

/** How the decoder is to lay out samples: its name of the colours, and of the numbers. */
export type Layout = {
  readonly colours: "b-w" | "srgb" | "grey16" | "rgb16" | "scrgb";
  readonly depth: NonNullable<RawOptions["depth"]>;
};

/** Samples of a pixel: the decoder's own guard refuses more than five. */
const MOST_CHANNELS = 64;

/** What its header says. Nothing is decoded. @throws FRAME_CORRUPT, FRAME_UNSUPPORTED */
export async function describe(encoded: Encoded): Promise<Metadata> {
  const load = await loadDecoder();
  const options = { ...damageOf(encoded), limitInputPixels: false } as const;
  return await decoding(() => load(encoded.bytes, options).metadata());
}

/**
 * Samples in the machine's byte order, as they lie in the file but for CMYK, which becomes sRGB by the
 * profile in the file or else by a common one. Alpha is left out, and the colours under it stay.
 *
 * @param limit of the picture's bytes: behind the check of its exact size, a guard of the decoder's own
 * @throws FRAME_CORRUPT, FRAME_UNSUPPORTED
 */
export async function decode(
  encoded: Encoded,
  layout: Layout,
  { limit, isCmyk }: { readonly limit: Bytes; readonly isCmyk: boolean },
): Promise<Decoded> {
  const load = await loadDecoder();
  const guards = { limitInputPixels: limit, limitInputChannels: MOST_CHANNELS };
  const options = { ...damageOf(encoded), ...guards, ignoreIcc: !isCmyk };
  const picture = load(encoded.bytes, options);
  return await decoding(() => samplesOf(picture, layout));
}

export type Decoded = { readonly data: Uint8Array<ArrayBuffer>; readonly channels: number };

async function samplesOf(picture: Sharp, { colours, depth }: Layout): Promise<Decoded> {
  const samples = picture.removeAlpha().toColourspace(colours).raw({ depth });
  const { data, info } = await samples.toBuffer({ resolveWithObject: true });
  const { buffer, byteOffset, byteLength } = data as Uint8Array<ArrayBuffer>;
  return { data: new Uint8Array(buffer, byteOffset, byteLength), channels: info.channels };
}

function damageOf({ format }: Encoded): SharpOptions {
  return { failOn: FAIL_ON[format], sequentialRead: true };
}

/**
 * Damage is refused. Of a PNG the decoder calls it an error, and warns of what does not concern the
 * samples, as it does of a TIFF's tags; of a JPEG it calls nothing an error, and warns of samples that it
 * had to make up.
 */
const FAIL_ON = {
  png: "error",
  jpeg: "warning",
  webp: "warning",
  tiff: "error",
} as const satisfies Record<Encoded["format"], SharpOptions["failOn"]>;

let decoderLoaded: Promise<Decoder> | undefined;

/**
 * Loaded when the first picture needs it: a worker that passes netpbm through starts faster and stays
 * smaller.
 */
function loadDecoder(): Promise<Decoder> {
  decoderLoaded ??= importDecoder();
  return decoderLoaded;
}

async function importDecoder(): Promise<Decoder> {
  const imported = await import("sharp").catch((error: unknown) => {
    throw fault(
      "FRAME_UNSUPPORTED",
      "the decoder of PNG, JPEG, WebP and TIFF cannot be loaded on this machine",
      error,
    );
  });
  // One worker makes one picture, on one thread; what is kept is kept by production's cache.
  imported.default.concurrency(1);
  imported.default.cache(false);
  return imported.default;
}

async function decoding<T>(decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (error) {
    const found = (error as Error).message.replaceAll(/\s+/g, " ").trim();
    throw fault("FRAME_CORRUPT", `the decoder found: ${found}`, error);
  }
}
