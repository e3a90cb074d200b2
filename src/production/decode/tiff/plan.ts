import { integerShape } from "../../raster/shape.ts";
import type { RasterShape } from "../../raster/shape.ts";
import type { Layout as SampleLayout } from "../encoded/sharp.ts";
import { unsupported } from "./layout.ts";
import type { Layout } from "./layout.ts";
import type { NumberKind } from "./numbers.ts";
import { asBytes, liesInPlanes } from "./planes.ts";
import { PHOTOMETRIC, SAMPLE_FORMAT } from "./tags.ts";

/** How a page becomes a raster. */
export type Plan = {
  readonly shape: RasterShape;
  /** What the decoder is told that the page is, and is asked to give. */
  readonly layout: Layout;
  readonly asked: SampleLayout;
  readonly isCmyk: boolean;
  /** What its numbers then are. */
  readonly numbers: NumberKind;
  /** What the decoder gives are planes of bytes, and still to be joined to numbers. */
  readonly isInPlanes: boolean;
  /** 0 is white, and still to be turned around. */
  readonly isTurned: boolean;
};

/** @throws FRAME_UNSUPPORTED */
export function planOf(layout: Layout): Plan {
  const { photometric, bits, samples } = layout;
  if (photometric === PHOTOMETRIC.palette) return planPalette(layout);
  if (photometric === PHOTOMETRIC.cmyk || photometric === PHOTOMETRIC.yCbCr) return planInks(layout);
  if (bits >= 8) return planNumbers(layout);
  if (![1, 2, 4].includes(bits) || samples > 1 || !isUnsigned(layout)) throw unreadable(layout);
  return planAs(layout, integerShape(layout.width, layout.height, 1, 255), "b-w");
}

/** The 16 bits of a palette's colours are those of 8, repeated: so all programs write them. */
function planPalette(layout: Layout): Plan {
  if (![1, 2, 4, 8].includes(layout.bits) || layout.samples > 1 || !isUnsigned(layout))
    throw unreadable(layout);
  return planAs(layout, integerShape(layout.width, layout.height, 3, 255), "srgb");
}

function planInks(layout: Layout): Plan {
  if (layout.bits !== 8 || !isUnsigned(layout)) throw unreadable(layout);
  const plan = planAs(layout, integerShape(layout.width, layout.height, 3, 255), "srgb");
  return { ...plan, isCmyk: layout.photometric === PHOTOMETRIC.cmyk };
}

function planAs(layout: Layout, shape: RasterShape, colours: SampleLayout["colours"]): Plan {
  const asked = { colours, depth: "uchar" } as const;
  return { shape, layout, asked, isCmyk: false, numbers: "same", isInPlanes: false, isTurned: false };
}

const isUnsigned = ({ format }: Layout): boolean =>
  format === SAMPLE_FORMAT.unsigned || format === SAMPLE_FORMAT.undefined;

/** By bits and format. */
const NUMBERS: ReadonlyMap<string, NumberKind> = new Map([
  ["8 1", "same"],
  ["8 2", "int8"],
  ["8 4", "same"],
  ["16 1", "same"],
  ["16 2", "int16"],
  ["16 3", "half"],
  ["16 4", "same"],
  ["32 1", "uint32"],
  ["32 2", "int32"],
  ["32 3", "same"],
  ["32 4", "uint32"],
  ["64 3", "double"],
]);

/** Grey or RGB, a whole number of bytes a sample. */
function planNumbers(layout: Layout): Plan {
  const { bits, format, width, height, photometric } = layout;
  const numbers = NUMBERS.get(`${bits} ${format}`);
  if (numbers === undefined) throw unreadable(layout);
  const channels = layout.colours === 3 ? 3 : 1;
  const isFloat = numbers !== "same" || bits === 32;
  const maxval = isFloat ? 1 : 2 ** bits - 1;
  const shape: RasterShape = { width, height, channels, maxval, isFloat, transfer: "display" };
  const isTurned = photometric === PHOTOMETRIC.whiteIsZero && isFloat;
  const isInPlanes = (numbers === "half" || numbers === "double") && liesInPlanes(layout);
  const carries = carried(layout, numbers, { isInPlanes, isTurned });
  const asked = ASKED[carries.bits === 8 ? 8 : bits === 16 ? 16 : numbers === "same" ? "float" : 32];
  return {
    shape,
    layout: carries,
    asked: { colours: asked[channels], depth: asked.depth },
    isCmyk: false,
    numbers,
    isInPlanes,
    isTurned,
  };
}

const ASKED = {
  8: { 1: "b-w", 3: "srgb", depth: "uchar" },
  16: { 1: "grey16", 3: "rgb16", depth: "ushort" },
  32: { 1: "b-w", 3: "srgb", depth: "uint" },
  float: { 1: "b-w", 3: "scrgb", depth: "float" },
} as const;

/**
 * What the decoder would bring into a range of its own, it is told to be unsigned numbers of as many bits,
 * and doubles to be twice as many of 32 bits: its part is to undo the compression.
 */
function carried(
  layout: Layout,
  numbers: NumberKind,
  { isInPlanes, isTurned }: Pick<Plan, "isInPlanes" | "isTurned">,
): Layout {
  const photometric = isTurned ? PHOTOMETRIC.blackIsZero : layout.photometric;
  if (numbers === "same") return { ...layout, photometric };
  if (isInPlanes) return asBytes({ ...layout, photometric });
  // Without one of the compressions that it is a part of, a predictor means nothing, and the decoder knows.
  const whole = { ...layout, photometric, format: SAMPLE_FORMAT.unsigned };
  if (numbers !== "double") return whole;
  if (layout.predictor !== 1) throw unsupported("a predictor of 64 bits");
  return { ...whole, bits: 32, width: 2 * layout.width };
}

function unreadable({ bits, samples, photometric, format }: Layout): Error {
  const found = `${samples} samples of ${bits} bits`;
  return unsupported(`${found} (format ${format}, photometric interpretation ${photometric})`);
}
