/** What a picture's values are stretched to: those of the file at black and at full brightness. */
export type Levels = {
  /** In the file's own units: 0 to 65535 for 16 bits, anything for floating point. `low` is below `high`. */
  readonly low: number;
  readonly high: number;
};

/** Formats that a picture can be encoded in. */
export const PICTURE_FORMATS = ["ppm", "png", "jpeg", "webp"] as const;
export type PictureFormat = (typeof PICTURE_FORMATS)[number];

/** A movie encoded in one way. What is undefined is left to the server. */
export type PictureRendition = {
  readonly format: PictureFormat;
  /** In pixels; a picture that is narrower keeps its own. */
  readonly width: number | undefined;
  /** 1 to 100, for formats that lose something. */
  readonly quality: number | undefined;
  /** Which values become black and white. `auto` is measured once per movie; so is undefined for 16 bits and floating point. */
  readonly levels: Levels | "auto" | undefined;
  /** In stops: each doubles the light. */
  readonly exposure: number | undefined;
};

/** One encoding of a movie at one size and quality. `original` is the frames as they are. */
export type Rendition = "original" | PictureRendition;
