/** One sample as the server tells it: what is no number is its word. */
export type SampleValue = number | "NaN" | "Infinity" | "-Infinity";
export type SampleKind = "uint8" | "uint16" | "float32";

/** What a file has in one pixel. */
export type PixelValue = {
  readonly x: number;
  readonly y: number;
  /** Whose file it is: that of the frame, or of the one that stands in. */
  readonly frame: number;
  /** `r g b` or `y`. */
  readonly channels: readonly string[];
  readonly values: readonly SampleValue[];
  readonly sample: SampleKind;
};

/** As it stands beside a value: `y` is a place already. */
export function channelName(channel: string): string {
  return channel === "y" ? "grey" : channel;
}

/** `r 4095 g 12 b 0` */
export function valuesText({
  channels,
  values,
  sample,
}: Pick<PixelValue, "channels" | "values" | "sample">): string {
  return channels
    .map((name, index) => `${channelName(name)} ${sampleText(values[index] ?? "NaN", sample)}`)
    .join(" ");
}

/** Whole numbers as they are; light with four significant digits. */
export function sampleText(value: SampleValue, sample: SampleKind): string {
  if (typeof value === "string") return value.replace("Infinity", "∞").replace("-", "−");
  if (sample !== "float32") return String(value);
  // Zeros at the end stay: numbers that change do not jump.
  const text = value === 0 ? "0.000" : value.toPrecision(4);
  return text.replace("-", "−").replace("e−", "e-").replace("e+", "e");
}
