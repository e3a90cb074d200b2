import { fault } from "../../../base/errors.ts";
import { readNumbers } from "./structure.ts";
import type { Directory, Tiff } from "./structure.ts";
import { COMPRESSIONS, PHOTOMETRIC, SAMPLE_FORMAT, TAG } from "./tags.ts";

/** Samples of a pixel beyond its colours: alpha, or what a microscope sees at other wave lengths. */
const MOST_SAMPLES = 64;

/** What a directory says of its picture. */
export type Layout = {
  readonly width: number;
  readonly height: number;
  /** Of each sample. */
  readonly bits: number;
  readonly format: number;
  readonly photometric: number;
  readonly compression: number;
  readonly predictor: number;
  /** Samples of a pixel, and those of them that are its colours: alpha and others follow. */
  readonly samples: number;
  readonly colours: 1 | 3 | 4;
  /** Each sample in strips or tiles of its own. */
  readonly isPlanar: boolean;
};

/** @throws FRAME_CORRUPT, FRAME_UNSUPPORTED, FRAME_TRUNCATED */
export function readLayout(tiff: Tiff, directory: Directory): Layout {
  const one = (tag: number, otherwise?: number): number => readOne(tiff, directory, tag, otherwise);
  const samples = one(TAG.samplesPerPixel, 1);
  if (samples < 1 || samples > MOST_SAMPLES)
    throw fault("FRAME_UNSUPPORTED", `found ${samples} samples in a pixel, expected 1 to ${MOST_SAMPLES}`);
  const layout = {
    width: one(TAG.width),
    height: one(TAG.height),
    bits: readSame(tiff, directory, TAG.bitsPerSample, 1),
    format: readSame(tiff, directory, TAG.sampleFormat, SAMPLE_FORMAT.unsigned),
    photometric: one(TAG.photometric),
    compression: one(TAG.compression, 1),
    predictor: one(TAG.predictor, 1),
    samples,
    isPlanar: one(TAG.planar, 1) === 2 && samples > 1,
  };
  if (layout.width === 0 || layout.height === 0)
    throw fault("FRAME_CORRUPT", `found ${layout.width}×${layout.height} pixels, expected at least 1`);
  if (!COMPRESSIONS.has(layout.compression)) throw unsupported(`compression ${layout.compression}`);
  return { ...layout, colours: coloursOf(layout, one(TAG.inkSet, 1)) };
}

function coloursOf({ photometric, samples }: Omit<Layout, "colours">, inkSet: number): Layout["colours"] {
  const colours = COLOURS.get(photometric);
  if (colours === undefined) throw unsupported(`colours of photometric interpretation ${photometric}`);
  if (photometric === PHOTOMETRIC.cmyk && inkSet !== 1) throw unsupported("inks other than CMYK");
  if (samples < colours)
    throw fault("FRAME_CORRUPT", `found ${samples} samples in a pixel, expected at least ${colours}`);
  return colours;
}

const COLOURS: ReadonlyMap<number, Layout["colours"]> = new Map([
  [PHOTOMETRIC.whiteIsZero, 1],
  [PHOTOMETRIC.blackIsZero, 1],
  [PHOTOMETRIC.rgb, 3],
  [PHOTOMETRIC.palette, 1],
  [PHOTOMETRIC.cmyk, 4],
  [PHOTOMETRIC.yCbCr, 3],
]);

/** The fault of a TIFF that is right and not for us. */
export function unsupported(found: string): Error {
  return fault("FRAME_UNSUPPORTED", `found a TIFF with ${found}, which is not read`);
}

/** The one number of a tag, or the first. Without a default the tag must be there. */
export function readOne(tiff: Tiff, directory: Directory, tag: number, otherwise?: number): number {
  const [found = otherwise] = readNumbers(tiff, directory, tag, MOST_SAMPLES) ?? [];
  if (found !== undefined) return found;
  throw fault("FRAME_CORRUPT", `found no tag ${tag}, which every picture has`);
}

/** The one number that a tag says for every sample. */
function readSame(tiff: Tiff, directory: Directory, tag: number, otherwise: number): number {
  const [first = otherwise, ...others] = readNumbers(tiff, directory, tag, MOST_SAMPLES) ?? [];
  if (others.every((other) => other === first)) return first;
  throw unsupported(`samples of different kinds: ${[first, ...others].join(", ")}`);
}
