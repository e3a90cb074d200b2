import type { BitRate, Bytes, Priority } from "../base/units.ts";

/** What a token bucket lets pass: over any time t at most `burst` + `rate` × t. */
export type BucketLimits = {
  readonly rate: BitRate;
  /** At least the largest hand-over, which could never leave otherwise. */
  readonly burst: Bytes;
};

/** How many bytes may leave. What is not named has no limit. */
export type EgressLimits = {
  /** All clients together. What is chosen waits for it, and nothing worse overtakes it. */
  readonly server?: BucketLimits | undefined;
  /** Each client alone: it holds up nobody else. */
  readonly client?: BucketLimits | undefined;
  /** All clients of a priority together: the worse ones go meanwhile. */
  readonly priorities?: ReadonlyMap<Priority, BucketLimits>;
};

/** What is limited by nothing but the links. */
export const NO_LIMITS: EgressLimits = {};

/** The share of what is handed over that a priority keeps under the policy `weighted`; none: `strict`. */
export type Floors = ReadonlyMap<Priority, number>;
