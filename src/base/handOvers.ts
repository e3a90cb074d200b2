import { type BitRate, Bytes, KiB, bytesPerMs } from "./units.ts";

/** The largest slice, and what it is without an egress budget: larger ones are no faster. */
const MOST_SLICE = 256 * KiB;

/** Below this, system calls and not bytes are what a hand-over costs. */
export const LEAST_SLICE = 16 * KiB;

/**
 * A better message waits for the slice before it: 5 ms of the budget are an eighth of a frame's period at 24
 * frames per second. As much again may wait in the bucket, and as much for a timer that comes late.
 */
const SLICE_MS = 5;
const BURST_MS = 10;

/** The largest hand-over for a budget: 5 ms of it, 16 KiB to 256 KiB. */
export function sliceFor(egress: BitRate | "none" | undefined): Bytes {
  if (egress === undefined || egress === "none") return Bytes(MOST_SLICE);
  const bytes = Math.round(SLICE_MS * bytesPerMs(egress));
  return Bytes(Math.min(Math.max(bytes, LEAST_SLICE), MOST_SLICE));
}

/** What a bucket of this rate holds when nothing is said: 10 ms of it, and at least one slice. */
export function burstFor(rate: BitRate, slice: Bytes): Bytes {
  return Bytes(Math.max(Math.round(BURST_MS * bytesPerMs(rate)), slice));
}

/**
 * What the bucket of a client or a priority holds: 10 ms of its rate, and at least two slices. With one, what
 * comes in while its hand-over waits for its turn would be lost, and its rate not reached.
 */
export function ownBurstFor(rate: BitRate, slice: Bytes): Bytes {
  return burstFor(rate, Bytes(2 * slice));
}
