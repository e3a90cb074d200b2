import type { Bytes } from "../base/units.ts";
import type { DiskStats } from "./diskBudget.ts";

/** What metrics show. */
export type ProductionStats = {
  readonly workers: number;
  readonly busy: number;
  /** Frames that no worker has begun. */
  readonly queued: number;
  readonly cachedBytes: Bytes;
  /** Frames that gave way to others in the cache. */
  readonly evicted: number;
  readonly disk: DiskStats;
};
