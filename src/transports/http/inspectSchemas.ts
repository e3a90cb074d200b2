import { type Static, type TSchema, Type } from "typebox";
import type { SampleShape } from "../../library/inspection.ts";
import type { SampleValue } from "./sampleWindow.ts";

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const numberOrNull = (description: string) => Type.Union([Type.Number(), Type.Null()], { description });
const count = (description: string) => Type.Integer({ minimum: 0, description });

const SIZE = { width: count("In pixels."), height: count("In pixels.") };

/** What is told of the frame that was looked into. */
const FRAME = {
  movie: Type.String(),
  frame: Type.Integer({ description: "The number that was asked for." }),
  revision: Type.String({
    description: "Of the frame that is shown, as `Content-Location` names it.",
    examples: ["k3f9x2-7"],
  }),
  substitute: nullable(
    Type.Object({
      policy: Type.String({ enum: ["hold"] }),
      frame: Type.Integer({ description: "The one that stands in." }),
    }),
  ),
  size: Type.Object(SIZE),
  channels: Type.Array(Type.String({ enum: ["r", "g", "b", "y"] }), {
    description: "Red, green, blue; or grey alone.",
  }),
  sample: Type.String({ enum: ["uint8", "uint16", "float32"], description: "What a value is." }),
  white: Type.Number({ description: "The value of full brightness: 255, 65535, what a header says; 1." }),
  transfer: Type.String({ enum: ["display", "linear"], description: "`linear`: proportional to light." }),
};

const VALUE = Type.Unsafe<SampleValue>({
  anyOf: [{ type: "number" }, { type: "string", enum: ["NaN", "Infinity", "-Infinity"] }],
});

export const VALUES = Type.Object(
  {
    ...FRAME,
    window: Type.Object(
      { x: count("From the left edge."), y: count("From the upper edge."), ...SIZE },
      { description: "What is told: the part of what was asked for that lies in the picture." },
    ),
    values: Type.Array(Type.Array(VALUE), { description: "Of each pixel, row by row." }),
  },
  { title: "Values" },
);

const CHANNEL = Type.Object({
  name: Type.String({ enum: ["r", "g", "b", "y"] }),
  counts: Type.Array(count("Values in this bin.")),
  least: numberOrNull("The least finite value."),
  most: numberOrNull("The largest finite value."),
  below: count("Finite values below the range."),
  above: count("Finite values above the range."),
  nan: count("Values that are no number."),
  infinite: count("Infinite values."),
});

export const HISTOGRAM = Type.Object(
  {
    ...FRAME,
    low: Type.Number({ description: "Where the first bin begins, in the file's values." }),
    high: Type.Number({ description: "The last value that the last bin holds." }),
    bins: count("Of each channel."),
    histograms: Type.Array(CHANNEL, { description: "Of each channel, in their order." }),
    levels: nullable(
      Type.Object(
        { low: Type.Number(), high: Type.Number() },
        { description: "Which `auto` gives this movie; null where frames have 8 bits." },
      ),
    ),
  },
  { title: "Histogram" },
);

export type ValuesBody = Static<typeof VALUES>;
export type HistogramBody = Static<typeof HISTOGRAM>;

export type FrameFacts = Omit<ValuesBody, "window" | "values">;

/** What is told of the samples themselves. */
export function sampleFacts({ width, height, channels, maxval, isFloat, transfer }: SampleShape) {
  return {
    size: { width, height },
    channels: channels === 1 ? ["y"] : ["r", "g", "b"],
    sample: isFloat ? "float32" : maxval > 255 ? "uint16" : "uint8",
    white: maxval,
    transfer,
  };
}
