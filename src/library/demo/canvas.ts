/** A colour in linear steps of 0 to 255, red, green and blue. */
export type Colour = readonly [red: number, green: number, blue: number];

/** How much of a pixel is covered, 0 to 1, where the edge lies `distance` pixels away (negative: inside). */
export const coverage = (distance: number): number => clamp(0.5 - distance);

/** `value`, held between 0 and 1. */
export const clamp = (value: number): number => (value < 0 ? 0 : value > 1 ? 1 : value);

/** 0 up to `from`, 1 from `to` on, and a smooth way between. */
export function smoothstep(from: number, to: number, value: number): number {
  const t = clamp((value - from) / (to - from));
  return t * t * (3 - 2 * t);
}

/** The colour `share` of the way from one to the other. */
export function mix(from: Colour, to: Colour, share: number): Colour {
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ];
}

/** A picture that is painted in layers, in floating point, so that only the last step rounds. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly #values: Float32Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#values = new Float32Array(width * height * 3);
  }

  /** Makes this picture the same as another of its size. */
  copy(other: Canvas): void {
    this.#values.set(other.#values);
  }

  /** Lays the colour over the pixel. Outside of the picture nothing happens. */
  blend(x: number, y: number, colour: Colour, alpha: number): void {
    if (alpha <= 0 || x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const values = this.#values;
    for (let channel = 0, at = (y * this.width + x) * 3; channel < 3; channel++, at++) {
      const below = values[at] ?? 0;
      values[at] = below + ((colour[channel] ?? 0) - below) * alpha;
    }
  }

  /** Fills a rectangle whose edges lie between pixels: crisp, and readable by a machine. */
  fill(left: number, top: number, width: number, height: number, colour: Colour): void {
    for (let y = top; y < top + height; y++)
      for (let x = left; x < left + width; x++) this.blend(x, y, colour, 1);
  }

  /**
   * Paints every pixel of a rectangle: `shade` says how opaque the colour is there. Pixel centres lie at .5.
   */
  paint(area: Area, colour: Colour, shade: (x: number, y: number) => number): void {
    const right = Math.min(Math.ceil(area.right), this.width);
    const bottom = Math.min(Math.ceil(area.bottom), this.height);
    for (let y = Math.max(Math.floor(area.top), 0); y < bottom; y++)
      for (let x = Math.max(Math.floor(area.left), 0); x < right; x++)
        this.blend(x, y, colour, shade(x + 0.5, y + 0.5));
  }

  /** Writes the picture as 8-bit RGB, from `offset` on. */
  writeTo(bytes: Uint8Array, offset: number): void {
    const values = this.#values;
    for (let at = 0; at < values.length; at++) bytes[offset + at] = Math.round(values[at] ?? 0);
  }
}

/** A rectangle; `right` and `bottom` lie outside of it. */
export type Area = {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
};
