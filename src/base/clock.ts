import type { MonotonicMs } from "./units.ts";

/** A wake-up that has been asked for. */
export interface Timer {
  /** Forgets the wake-up. May be called twice, and after the wake-up. */
  cancel(): void;
}

/**
 * Where time comes from. Everything that waits takes one of these, so that a simulator
 * can run the real stages on a clock of its own.
 */
export interface Clock {
  now(): MonotonicMs;
  /**
   * Calls `wake` once, at `time` or as soon after it as the clock can; never before it, never inside this
   * call.
   */
  at(time: MonotonicMs, wake: () => void): Timer;
  /** Calls `turn` once, after the events that are at hand have been seen, and never inside this call. */
  defer(turn: () => void): void;
}
