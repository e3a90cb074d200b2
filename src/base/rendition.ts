import { fault } from "./errors.ts";

/** What a picture's values are stretched to: those of the file at black and at full brightness. */
export type Levels = {
  /** In the file's own units: 0 to 65535 for 16 bits, anything for floating point. `low` is below `high`. */
  readonly low: number;
  readonly high: number;
};

/** Formats that a picture can be encoded in. */
export const PICTURE_FORMATS = ["ppm", "png", "jpeg", "webp"] as const;
export type PictureFormat = (typeof PICTURE_FORMATS)[number];

/** Formats that pictures are made in: those, and bare planes for protocols that say the rest themselves. */
export type MadeFormat = PictureFormat | "yuv";

/**
 * What a made picture is: how its bytes are to be read, and its size in pixels. `ppm` and `yuv` of grey are
 * `pgm` and `luma`.
 */
export type PictureShape = {
  readonly format: MadeFormat | "pgm" | "luma";
  readonly width: number;
  readonly height: number;
};

/** A movie encoded in one way. What is undefined is left to the server. */
export type PictureRendition = {
  readonly format: MadeFormat;
  /** In pixels; a picture that is narrower keeps its own. */
  readonly width: number | undefined;
  /** 1 to 100, for formats that lose something. Undefined: as good as the file, where it is of the format. */
  readonly quality: number | undefined;
  /**
   * Which values become black and white. `auto` is measured, for a whole movie alike; so is undefined for 16
   * bits and floating point.
   */
  readonly levels: Levels | "auto" | undefined;
  /** In stops: each doubles the light. */
  readonly exposure: number | undefined;
};

/** One encoding of a movie at one size and quality. `original` is the frames as they are. */
export type Rendition = "original" | PictureRendition;

/** What lossy formats have when nothing is said: where JPEG's faults begin to be seen. */
export const DEFAULT_QUALITY = 80;

/** A picture of more pixels in a row has no place in a JPEG, and on no screen. */
export const WIDEST = 65_535;

/** In stops, in both directions: 2^20 spans more than a camera's or a renderer's whole range. */
export const MOST_EXPOSURE = 20;

/** Floating-point samples have 32 bits: beyond this none can lie. */
const LARGEST_LEVEL = 3.5e38;

const FORMAT_WORDS = "ppm, png, jpeg (or jpg) and webp";
const EXTENSIONS: Readonly<Record<string, PictureFormat>> = {
  ppm: "ppm",
  pgm: "ppm",
  png: "png",
  jpg: "jpeg",
  jpeg: "jpeg",
  webp: "webp",
};

/** A rendition as people write it, in a query or on a command line. */
export type RenditionWords = {
  readonly width?: string | undefined;
  readonly quality?: string | undefined;
  readonly levels?: string | undefined;
  readonly exposure?: string | undefined;
};

/**
 * The rendition of this format that the words ask for; what they leave out is left to the server.
 * @throws RENDITION_INVALID
 */
export function parseRendition(format: PictureFormat, words: RenditionWords): PictureRendition {
  return {
    format,
    width: read(words.width, parseWidth),
    quality: read(words.quality, parseQuality),
    levels: read(words.levels, parseLevels),
    exposure: read(words.exposure, parseExposure),
  };
}

function read<T>(text: string | undefined, parse: (text: string) => T): T | undefined {
  return text === undefined ? undefined : parse(text);
}

/** Reads `png`, `jpg` and so on, as extensions of files are. @throws RENDITION_INVALID */
export function parseFormat(text: string): PictureFormat {
  const format = formatOfExtension(text);
  if (format !== undefined) return format;
  throw invalid(text, `one of ${FORMAT_WORDS}`);
}

/** The format that files of this extension (`.JPG`, `jpg`) have, if it is one of ours. */
export function formatOfExtension(extension: string): PictureFormat | undefined {
  const known = extension.replace(/^\./, "").toLowerCase();
  return Object.hasOwn(EXTENSIONS, known) ? EXTENSIONS[known] : undefined;
}

/** Reads a width in pixels, 1 to 65535. @throws RENDITION_INVALID */
export function parseWidth(text: string): number {
  return parseWhole(text, WIDEST, "as the width in pixels");
}

/** Reads a quality, 1 to 100. @throws RENDITION_INVALID */
export function parseQuality(text: string): number {
  return parseWhole(text, 100, "as the quality");
}

function parseWhole(text: string, most: number, what: string): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= most) return value;
  throw invalid(text, `a whole number from 1 to ${most} ${what}`);
}

const NUMBER = /^[+-]?(\d{1,40}(\.\d{0,20})?|\.\d{1,20})(e[+-]?\d{1,3})?$/i;

/** Reads `0,4095`, `-0.5,1.5e3` or `auto`. @throws RENDITION_INVALID */
export function parseLevels(text: string): Levels | "auto" {
  if (text === "auto") return "auto";
  const parts = text.split(",");
  const [low = Number.NaN, high = Number.NaN] = parts.map((part) => (NUMBER.test(part) ? Number(part) : NaN));
  const isInside = Math.abs(low) <= LARGEST_LEVEL && Math.abs(high) <= LARGEST_LEVEL;
  // Adding 0 makes −0 what it equals, so that the keys are equal too.
  if (parts.length === 2 && isInside && low < high) return { low: low + 0, high: high + 0 };
  throw invalid(text, "auto, or the values at black and at full brightness, the lower first, as 0,4095");
}

/** A millionth of a stop is seen by nobody: numbers that differ by less are one rendition. */
const STOP_PARTS = 1e6;

/**
 * Reads stops, −20 to 20, as `1`, `+0.5` or `-1.5`; of more than six decimals the nearest six.
 * @throws RENDITION_INVALID
 */
export function parseExposure(text: string): number {
  const value = /^[+-]?\d{1,2}(\.\d{1,20})?$/.test(text) ? Number(text) : Number.NaN;
  if (Math.abs(value) <= MOST_EXPOSURE) return nearestStops(value);
  throw invalid(text, `stops from -${MOST_EXPOSURE} to ${MOST_EXPOSURE} as the exposure, as 1 or -0.5`);
}

/** The same exposure with at most six decimals. */
export function nearestStops(value: number): number {
  // Adding 0 makes −0 what it equals, so that the keys are equal too.
  return Math.round(value * STOP_PARTS) / STOP_PARTS + 0;
}

function invalid(text: string, expected: string): Error {
  return fault("RENDITION_INVALID", `found "${text}", expected ${expected}`);
}

/**
 * The same text for renditions that are the same pictures, and only for them: what is left out is the same
 * as its default, and a quality means nothing to a format that loses nothing. Who says no quality may get the
 * file itself, and who says the default gets a picture of that.
 */
export function renditionKey(rendition: Rendition): string {
  if (rendition === "original") return "original";
  const { format, width, levels, exposure } = rendition;
  const isLossy = format === "jpeg" || format === "webp";
  return [
    format,
    width === undefined ? "" : `w${width}`,
    isLossy && rendition.quality !== undefined ? `q${rendition.quality}` : "",
    levels === undefined ? "" : `l${levels === "auto" ? levels : `${levels.low},${levels.high}`}`,
    (exposure ?? 0) === 0 ? "" : `e${exposure}`,
  ].join(";");
}
