import { renditionKey } from "../base/rendition.ts";
import type { Levels, PictureRendition, Rendition } from "../base/rendition.ts";
import type { FrameWish } from "../library/frame.ts";
import type { HistogramWish } from "../library/inspection.ts";

/** What is made of a frame. */
export type Making =
  /** The frame itself, or a black picture of its size, depth and colours. */
  | { readonly kind: "frame" | "black"; readonly rendition: Rendition }
  /** No picture, but what its values are, as a part of the sample that a movie's levels come from. */
  | { readonly kind: "levels" }
  | Inspecting;

/** No picture, but for whoever inspects it: its samples as its file has them, or how they are spread. */
export type Inspecting = { readonly kind: "samples" } | ({ readonly kind: "histogram" } & HistogramWish);

const FRAME: Making = { kind: "frame", rendition: "original" };
const BLACK: Making = { kind: "black", rendition: "original" };
export const LEVELS: Making = { kind: "levels" };

/** A frame that holds the place of another is made as itself. */
export function makingOf({ substitution, rendition = "original" }: FrameWish): Making {
  const isBlack = substitution?.policy === "black";
  if (rendition === "original") return isBlack ? BLACK : FRAME;
  return { kind: isBlack ? "black" : "frame", rendition };
}

/** For what of the movie the making may need measured levels. */
export function needOf(making: Making): Need | undefined {
  if (making.kind !== "frame") return undefined;
  if (making.rendition === "original") return "original";
  return typeof making.rendition.levels === "object" ? undefined : "picture";
}

/** What a movie's levels are needed for: its originals may do without where its pictures do not. */
export type Need = "original" | "picture";

/** The same text for the same making, and for no other. Holds no `/`. */
export function makingKey(making: Making): string {
  if (making.kind === "levels" || making.kind === "samples") return making.kind;
  if (making.kind === "histogram") return `histogram ${making.bins} ${levelsKey(making.range)}`;
  const key = keyOf(making.rendition);
  return making.kind === "black" ? `black ${key}` : key;
}

/** Of a rendition, as it is, and with the levels that it was last used with. */
type KnownKeys = { readonly plain: string; levels: Levels | undefined; resolved: string };

// All frames of a playback have the rendition of its plan, and each message that is sent asks for the key.
const known = new WeakMap<PictureRendition, KnownKeys>();

function keyOf(rendition: Rendition): string {
  return rendition === "original" ? renditionKey(rendition) : keysOf(rendition).plain;
}

function keysOf(rendition: PictureRendition): KnownKeys {
  const keys = known.get(rendition);
  if (keys !== undefined) return keys;
  const plain = renditionKey(rendition);
  const made = { plain, levels: undefined, resolved: plain };
  known.set(rendition, made);
  return made;
}

/** The same, with the levels that were measured of the movie. */
export function resolvedKey(making: Making, levels: Levels | undefined): string {
  if (levels === undefined) return makingKey(making);
  if (making.kind !== "frame" || making.rendition === "original") return withLevels(making, levels);
  const keys = keysOf(making.rendition);
  if (keys.levels !== levels) {
    keys.levels = levels;
    keys.resolved = withLevels(making, levels);
  }
  return keys.resolved;
}

function withLevels(making: Making, levels: Levels): string {
  return `${makingKey(making)} ${levelsKey(levels)}`;
}

/** The same text for the same levels. */
export function levelsKey(levels: Levels | undefined): string {
  return levels === undefined ? "" : `${levels.low},${levels.high}`;
}
