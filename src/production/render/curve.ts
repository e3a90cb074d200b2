/**
 * The transfer curve of sRGB (IEC 61966-2-1): light of 0 to 1 as the value that a display is given for it.
 * Above 1 the curve goes on.
 */
export function encodeLight(light: number): number {
  return light <= 0.003_130_8 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}

/** The light that a display makes of a value: `encodeLight` backwards. */
export function decodeLight(value: number): number {
  return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}
