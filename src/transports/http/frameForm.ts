import { fault } from "../../base/errors.ts";
import { type PictureFormat, type Rendition, formatOfExtension } from "../../base/rendition.ts";
import { parseFrameNumber } from "../../wire/options.ts";
import { quote } from "../../wire/quote.ts";
import type { FramePlace, ValueOf } from "./parameters.ts";

/** What each format is called, by IANA where it has a name there. */
export const MEDIA_TYPES: Readonly<Record<PictureFormat, string>> = {
  png: "image/png",
  jpeg: "image/jpeg",
  webp: "image/webp",
  ppm: "image/x-portable-anymap",
};

const EXTENSIONS: Readonly<Record<PictureFormat, string>> = {
  png: "png",
  jpeg: "jpg",
  webp: "webp",
  ppm: "ppm",
};

/**
 * In the order in which they are offered to whoever takes several: lossless and known to every browser
 * first.
 */
const OFFERED: readonly PictureFormat[] = ["png", "jpeg", "webp", "ppm"];

/** The last segment of a frame's path: `42`, `-3.png`, `last.jpg`. */
export type FrameName = { readonly place: FramePlace; readonly format: PictureFormat | undefined };

/** @throws FRAME_NUMBER_INVALID or RENDITION_INVALID */
export function parseFrameName(text: string): FrameName {
  const dot = text.indexOf(".");
  const digits = dot < 0 ? text : text.slice(0, dot);
  const place = digits === "last" ? digits : parseFrameNumber(digits, "the frame's number");
  if (dot < 0) return { place, format: undefined };
  const format = formatOfExtension(text.slice(dot));
  if (format === undefined)
    throw fault("RENDITION_INVALID", `found ${quote(text.slice(dot))}, expected .png, .jpg, .webp or .ppm`);
  return { place, format };
}

/** The format of a frame's file name on this surface. */
export function extensionOf(format: PictureFormat): string {
  return EXTENSIONS[format];
}

/** Picks among media types by the client's `Accept`. */
export type Negotiation = (types: string[]) => string | string[] | false;

/** What a client wants that says so by `Accept` alone. @throws NOT_ACCEPTABLE */
export function negotiate(type: Negotiation): PictureFormat {
  const chosen = type(OFFERED.map((format) => MEDIA_TYPES[format]));
  const format = OFFERED.find((each) => MEDIA_TYPES[each] === chosen);
  if (format !== undefined) return format;
  const offered = OFFERED.map((each) => MEDIA_TYPES[each]).join(", ");
  throw fault("NOT_ACCEPTABLE", `found an Accept with none of ${offered}`);
}

/** What a query says of a picture's encoding. */
export type FormWish = {
  readonly [Name in "width" | "quality" | "levels" | "exposure"]?: ValueOf<Name> | undefined;
};

/** The rendition of this format; frames as the library has them, where nothing else is asked for. */
export function renditionOf(format: PictureFormat, wish: FormWish): Rendition {
  const { width, quality, levels, exposure } = wish;
  const isPlain = width === undefined && levels === undefined && exposure === undefined;
  return format === "ppm" && isPlain ? "original" : { format, width, quality, levels, exposure };
}
