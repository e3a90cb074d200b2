/** What a file says of its picture. */
export type Outline = {
  /** In pixels, as the header says. */
  readonly width: number;
  readonly height: number;
  /** What one pixel has at least when it has been decoded. */
  readonly pixelBytes: number;
};
