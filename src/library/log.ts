import type { MissingPolicy } from "../base/contract.ts";
import type { Unsubscribe } from "../base/diagnostics.ts";
import type { Rate } from "../base/rate.ts";
import type { FrameNumber, FrameRevision } from "../base/units.ts";

/** Formats that our own decoders read. */
export const OWN_FORMATS = ["netpbm", "png", "jpeg", "webp", "tiff"] as const;
/** Formats that are read through the ffmpeg program. */
export const PROGRAM_FORMATS = ["exr", "dpx", "tga", "bmp", "jp2", "sgi", "hdr"] as const;
export type OwnFormat = (typeof OWN_FORMATS)[number];
export type ProgramFormat = (typeof PROGRAM_FORMATS)[number];

/** How a frame's bytes are encoded where they lie, as its file's name promises. */
export type FrameFormat = OwnFormat | ProgramFormat;

/**
 * Where a frame's bytes lie. `path` must not lead out of the folder `root`, through links neither. Both
 * absolute.
 */
export type FrameSource = {
  readonly kind: "file";
  readonly root: string;
  readonly path: string;
  /** Which picture of a file that holds several, from 0; the only one, when undefined. */
  readonly page?: number;
};

/** One frame of a log. The pair (number, revision) stands for the same bytes for ever. */
export type FrameEntry = {
  /** The movie's name: with number and revision it names the frame in caches and messages. */
  readonly movie: string;
  readonly number: FrameNumber;
  readonly revision: FrameRevision;
  readonly format: FrameFormat;
  readonly source: FrameSource;
  /** The digits of the file's name, where they are too many to be the frame number. */
  readonly label?: string | undefined;
};

/** What happened to a log since it was last looked at. */
export type LogChange =
  | { readonly kind: "landed" | "revised" | "removed"; readonly number: FrameNumber }
  /** No further frame will land: the movie has become a recorded one. */
  | { readonly kind: "ended" }
  /** The movie left the catalogue. */
  | { readonly kind: "gone" };

/**
 * A movie: a log of frames, in the order of their numbers, which may have holes. A folder on disk
 * implements it, and so can anything else that keeps frames by number. Looking up is synchronous and
 * costs at most O(log n); reading the bytes is production's work.
 */
export interface FrameLog {
  /** Unique in its catalogue. Parts of a folder's path are joined by `/`. */
  readonly name: string;
  /** What people call it, where somebody said so. */
  readonly title: string | undefined;
  readonly rate: Rate;
  /** The movie's own policy for missing frames: it goes before what a viewer leaves open. */
  readonly missing: MissingPolicy | undefined;
  /**
   * When its frames had last changed as it was found, in ms since 1970, as far as that is known without
   * looking at each of them.
   */
  readonly changed?: number | undefined;
  /** How many frames there are. */
  readonly count: number;
  /** The lowest and highest frame there is, or declared; undefined while there is none. */
  readonly first: FrameNumber | undefined;
  readonly last: FrameNumber | undefined;
  /** Every how many numbers a frame is expected, from `first` on: 1 unless declared. */
  readonly step: number;
  /** The highest frame there is; of a declared range, up to its last. */
  readonly newest: FrameNumber | undefined;
  /** A live log was declared to reach further than its newest frame: playbacks wait there. */
  readonly state: "recorded" | "live";
  /** The frame of exactly this number. */
  at(number: FrameNumber): FrameEntry | undefined;
  /** The frame of this number, or the nearest before it. */
  atOrBefore(number: FrameNumber): FrameEntry | undefined;
  /** The frame of this number, or the nearest after it. */
  atOrAfter(number: FrameNumber): FrameEntry | undefined;
  /** How many frames have a lower number. */
  rank(number: FrameNumber): number;
  /** The frame with exactly `rank` frames below it, or undefined when there are not so many. */
  nth(rank: number): FrameEntry | undefined;
  /** Tells of every change, after it can be seen here. */
  watch(listener: (change: LogChange) => void): Unsubscribe;
}

/** How far the library has been looked through. All counts only grow until `isComplete`. */
export type ScanProgress = {
  readonly isComplete: boolean;
  readonly folders: number;
  readonly movies: number;
  readonly frames: number;
};

/** A movie came into the catalogue, or left it. */
export type CatalogueChange = { readonly kind: "added" | "gone"; readonly movie: FrameLog };

/** The movies that exist. A name in a request is looked up here, and never becomes a path. */
export interface Catalogue {
  /** In the order of their names, by code units. */
  readonly movies: readonly FrameLog[];
  readonly progress: ScanProgress;
  find(name: string): FrameLog | undefined;
  /** Tells of every change, after it can be seen here. */
  watch(listener: (change: CatalogueChange) => void): Unsubscribe;
}
