/** The tags that say how a picture's samples lie in the file (TIFF 6.0, appendix A). */
export const TAG = Object.freeze({
  newSubfileType: 254,
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  planar: 284,
  t4Options: 292,
  t6Options: 293,
  predictor: 317,
  colorMap: 320,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  inkSet: 332,
  extraSamples: 338,
  sampleFormat: 339,
  jpegTables: 347,
  yCbCrCoefficients: 529,
  yCbCrSubSampling: 530,
  yCbCrPositioning: 531,
  referenceBlackWhite: 532,
  iccProfile: 34_675,
} as const);

/** How the numbers are to be seen. */
export const PHOTOMETRIC = Object.freeze({
  whiteIsZero: 0,
  blackIsZero: 1,
  rgb: 2,
  palette: 3,
  cmyk: 5,
  yCbCr: 6,
} as const);

export const SAMPLE_FORMAT = Object.freeze({ unsigned: 1, signed: 2, float: 3, undefined: 4 } as const);

/** Compressions that are read; the decoder knows others, which no movie was ever seen in. */
export const COMPRESSIONS: ReadonlyMap<number, string> = new Map([
  [1, "none"],
  [2, "CCITT"],
  [3, "CCITT"],
  [4, "CCITT"],
  [5, "LZW"],
  [7, "JPEG"],
  [8, "deflate"],
  [32_773, "PackBits"],
  [32_946, "deflate"],
  [50_001, "WebP"],
]);
