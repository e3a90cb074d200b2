import type { Contract } from "../base/contract.ts";
import type { Rate } from "../base/rate.ts";
import type { Bytes, Ms, Priority } from "../base/units.ts";
import type { DispatcherOptions } from "../dispatch/dispatcher.ts";
import type { AdmissionLimits } from "../playback/admission.ts";
import { chance, normal } from "./chance.ts";
import type { Link } from "./sink.ts";

/** The part of a server that its settings decide. */
export type ServerModel = {
  readonly dispatcher: Omit<DispatcherOptions, "clock">;
  /** Frames that are made at once. */
  readonly workers: number;
  /** Of made frames. */
  readonly cache: Bytes;
  /** Undefined: whoever comes is admitted. */
  readonly admission: AdmissionLimits | undefined;
};

/** How large frames are. Each frame of a movie has one size, which follows from the seed. */
export type SizeModel =
  | { readonly kind: "fixed"; readonly bytes: number }
  | { readonly kind: "uniform"; readonly least: number; readonly most: number }
  /** `sigma` is the standard deviation of the size's natural logarithm. */
  | { readonly kind: "lognormal"; readonly median: number; readonly sigma: number };

export type MovieModel = {
  readonly name: string;
  /** Their numbers are 1 to this. */
  readonly frames: number;
  readonly size: SizeModel;
  readonly rate: Rate;
};

/** Where frames come from that are not in the cache. */
export type ProductionModel = {
  /** What a worker takes for any frame, and besides for each byte, in milliseconds. */
  readonly fixed: number;
  readonly perByte: number;
  /** Movies lie on the disks in turn. Undefined: reading takes no time. */
  readonly disks: DiskModel | undefined;
};

export type DiskModel = {
  readonly count: number;
  /** Bytes per millisecond. */
  readonly rate: number;
  /** Milliseconds before a frame that does not follow the one read before. */
  readonly seek: number;
};

/** When a client is lost: at a time, in milliseconds, or when it has taken so many bytes. */
export type LossModel = { readonly at: number } | { readonly after: Bytes };

/** Viewers who behave alike. */
export type AudienceModel = {
  readonly name: string;
  readonly count: number;
  readonly priority: Priority;
  /** Each viewer has one of them, by the seed. */
  readonly movies: readonly MovieModel[];
  /** The movie's own rate, another, or as fast as the client reads. */
  readonly pace: "movie" | "untimed" | Rate;
  readonly contract: Contract;
  readonly link: Link;
  readonly loss: LossModel | undefined;
  /** When they come, in milliseconds: spread over the time between the two, by the seed. */
  readonly arrive: { readonly from: number; readonly to: number };
  /** How long each stays; to the end, when undefined. */
  readonly stay: Ms | undefined;
  /** How often each goes to another frame, which the seed chooses. */
  readonly seekEvery: Ms | undefined;
};

/** What is simulated. */
export type Scenario = {
  readonly seed: number;
  readonly duration: Ms;
  readonly server: ServerModel;
  /** What the server's network takes, in bytes per millisecond; Infinity for no limit. */
  readonly uplink: number;
  readonly production: ProductionModel;
  readonly movies: readonly MovieModel[];
  readonly audiences: readonly AudienceModel[];
  /** What it says that has no effect, in sentences with line and field. */
  readonly remarks: readonly string[];
};

/** A lognormal size has a long tail: what is further out is cut off. */
const MOST_TIMES_MEDIAN = 100;

/** Bytes of a frame of the movie at this index. */
export function frameBytes(size: SizeModel, seed: number, movie: number, frame: number): number {
  if (size.kind === "fixed") return size.bytes;
  if (size.kind === "uniform") {
    return Math.floor(size.least + (size.most - size.least + 1) * chance(seed, SIZES, movie, frame));
  }
  const times = Math.exp(size.sigma * normal(seed, SIZES, movie, frame));
  return Math.round(size.median * Math.min(times, MOST_TIMES_MEDIAN));
}

/** What chance decides: each has numbers of its own. */
const SIZES = 1;
export const ARRIVALS = 2;
export const CHOICES = 3;
export const SEEKS = 4;
