import type { Unsubscribe } from "../base/diagnostics.ts";
import type { Rate } from "../base/rate.ts";
import type { FrameNumber, FrameRevision } from "../base/units.ts";

/** How a frame's bytes are encoded where they lie. */
export type FrameFormat = "netpbm" | "png" | "jpeg";

/**
 * Where a frame's bytes lie. `path` must not lead out of the folder `root`, through links neither. Both
 * absolute.
 */
export type FrameSource = { readonly kind: "file"; readonly root: string; readonly path: string };

/** One frame of a log. The pair (number, revision) stands for the same bytes for ever. */
export type FrameEntry = {
  /** The movie's name: with number and revision it names the frame in caches and messages. */
  readonly movie: string;
  readonly number: FrameNumber;
  readonly revision: FrameRevision;
  readonly format: FrameFormat;
  readonly source: FrameSource;
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
  readonly rate: Rate;
  /** How many frames there are. */
  readonly count: number;
  /** The lowest and highest frame there is, or declared; undefined while there is none. */
  readonly first: FrameNumber | undefined;
  readonly last: FrameNumber | undefined;
  /** A live log may still get frames after its last. */
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

/** The movies that exist. A name in a request is looked up here, and never becomes a path. */
export interface Catalogue {
  /** In the order of their names. */
  readonly movies: readonly FrameLog[];
  find(name: string): FrameLog | undefined;
}
