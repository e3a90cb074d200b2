import type { Clock } from "../base/clock.ts";
import type { Bytes, Ms } from "../base/units.ts";
import type { PoolOptions, WorkerPool } from "./pool.ts";
import type { SampledLog } from "./sampling.ts";

export type ProductionOptions = {
  /** Permanent workers, at least 1. */
  readonly workers: number;
  /** With the temporary ones; at least `workers`. So many frames are read at once, and no more. */
  readonly maxWorkers: number;
  /** How long a temporary worker stays without work. */
  readonly workerIdle: Ms;
  /** What the cache may hold; 0 for no cache. */
  readonly cacheBytes: Bytes;
  /** The largest frame as it is sent, and the largest file that is decoded. */
  readonly frameLimit: Bytes;
  /** The folder of converted frames, which is made when the first is stored. */
  readonly cacheDir: string;
  /** What converted frames may take there; 0 for none. */
  readonly diskCache: Bytes;
  /** Where a movie's levels are measured from; undefined when there is no such movie. */
  readonly log: (movie: string) => SampledLog | undefined;
  readonly clock: Clock;
  /** The workers' entry, where it is not the one of this folder. */
  readonly workerUrl?: URL;
  /** Where workers come from, if not from threads. */
  readonly createPool?: (options: PoolOptions) => WorkerPool;
};
