import { count, counted } from "../../look/numbers.ts";
import type { MovieFacts } from "./server.ts";

/** One line of a list: what it is, and what is so; `tone` where it means something. */
export type Fact = { readonly what: string; readonly is: string; readonly tone?: "missing" | "late" };

const FORMATS: Readonly<Record<string, string>> = {
  netpbm: "Netpbm (PPM, PGM, PBM)",
  png: "PNG",
  jpeg: "JPEG",
  tiff: "TIFF",
  exr: "OpenEXR",
  dpx: "DPX",
  webp: "WebP",
};

/** So many ranges of holes are read by a person. */
const MOST_HOLES = 12;

/** What a movie is, as a person would say it. */
export function factsOf(movie: MovieFacts, now: Date): Fact[] {
  const { name, title, fault, format, changed } = movie;
  return [
    { what: "Name", is: name },
    ...(title === null ? [] : [{ what: "Title", is: title }]),
    { what: "Frames", is: framesOf(movie) },
    holesOf(movie),
    ...(movie.live ? [{ what: "Live", is: liveOf(movie) }] : []),
    { what: "Rate", is: `${movie.fps} frames per second` },
    { what: "Picture", is: sizeOf(movie) },
    ...(depthOf(movie) === undefined ? [] : [{ what: "Depth", is: depthOf(movie) ?? "" }]),
    ...(format === null ? [] : [{ what: "Format", is: FORMATS[format] ?? format.toUpperCase() }]),
    ...(fault === null ? [] : [{ what: "Problem", is: fault, tone: "missing" as const }]),
    ...(changed === null ? [] : [{ what: "Changed", is: agoOf(new Date(changed), now) }]),
  ];
}

function framesOf({ frames, first, last, step }: MovieFacts): string {
  if (first === null || last === null) return "none yet";
  const every = step === 1 ? "" : `, every ${step}`;
  return `${count(frames)}, from ${first} to ${last}${every}`;
}

function holesOf({ missing, holes, holesArePartial }: MovieFacts): Fact {
  if (missing === 0) return { what: "Missing", is: "none" };
  const ranges = holes.split(",");
  const shown = ranges.slice(0, MOST_HOLES).map((range) => range.replace(/(?<=\d)-/, "–"));
  const isPartial = holesArePartial || ranges.length > MOST_HOLES;
  const more = isPartial ? " and others" : "";
  return { what: "Missing", is: `${counted(missing, "frame")}: ${shown.join(", ")}${more}`, tone: "missing" };
}

function liveOf({ frames, expected }: MovieFacts): string {
  return expected === null
    ? "frames are still being made"
    : `${count(frames)} of ${counted(expected, "frame")} are there`;
}

function sizeOf({ width, height }: MovieFacts): string {
  return width === null || height === null ? "not known yet" : `${width} × ${height} pixels`;
}

function depthOf({ bits, float, channels }: MovieFacts): string | undefined {
  if (bits === null) return undefined;
  const kind = channels === null ? "" : channels < 3 ? ", grey" : ", colour";
  return `${bits} bits${float === true ? " of floating point" : ""}${kind}`;
}

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
] as const;

const AGO = new Intl.RelativeTimeFormat("en");

/** `3 minutes ago` */
export function agoOf(then: Date, now: Date): string {
  const ms = now.getTime() - then.getTime();
  const [unit, length] = UNITS.find(([, each]) => ms >= each) ?? ["second", 1000];
  return ms < 1000 ? "just now" : AGO.format(-Math.floor(ms / length), unit);
}

/** What a player has shown, and how. */
export type ShownFacts = {
  readonly frame: number;
  readonly picture: { readonly frame: number; readonly revision: number; readonly width: number } | null;
  readonly stats: {
    readonly shown: number;
    readonly late: number;
    readonly skipped: number;
    readonly substituted: number;
    readonly bytes: number;
    readonly latency: number | undefined;
    readonly rendition: string | undefined;
  };
};

/** What is shown, and what became of the frames before it. */
export function shownFacts({ frame, picture, stats }: ShownFacts): Fact[] {
  const { shown, late, skipped, substituted, latency, bytes } = stats;
  return [
    { what: "Frame", is: Number.isNaN(frame) ? "none yet" : String(frame) },
    ...(picture === null ? [] : [{ what: "Revision", is: String(picture.revision) }]),
    ...(picture === null ? [] : [{ what: "As", is: renditionOf(stats.rendition, picture.width) }]),
    { what: "Played", is: counted(shown, "frame") },
    marked("Late", late, "late"),
    marked("Skipped", skipped, "late"),
    marked("Stand-ins", substituted, "late"),
    ...(latency === undefined ? [] : [{ what: "Last seek", is: `${Math.round(latency)} ms` }]),
    { what: "Received", is: bytesOf(bytes) },
  ];
}

function marked(what: string, value: number, tone: "late"): Fact {
  return value === 0 ? { what, is: "none" } : { what, is: count(value), tone };
}

/** @param key as the player has it: a rendition in JSON */
export function renditionOf(key: string | undefined, width: number): string {
  const { format = "jpeg", quality } = readRendition(key);
  const name = format === "png" ? "PNG, exact" : format.toUpperCase();
  return `${name}${quality === undefined ? "" : ` ${quality}`}, ${width} pixels wide`;
}

function readRendition(key: string | undefined): { readonly format?: string; readonly quality?: number } {
  return key === undefined ? {} : (JSON.parse(key) as { format?: string; quality?: number });
}

const SIZES = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** `12.3 MB` */
export function bytesOf(bytes: number): string {
  const step = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), SIZES.length - 1);
  const value = bytes / 1000 ** step;
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${SIZES[step]}`;
}
