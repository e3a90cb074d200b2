import { constants } from "node:os";
import type { Clock } from "../base/clock.ts";
import type { MonotonicMs } from "../base/units.ts";
import { systemClock } from "../base/systemClock.ts";

/** The signals that ask a process to leave. */
const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
export type StopSignal = (typeof STOP_SIGNALS)[number];

/**
 * A terminal's Ctrl-C reaches npm, the launcher and the server, and the first two pass it on: a SIGINT that
 * comes within this many milliseconds of the first is a copy of it and no second wish. A person's second
 * press is slower.
 */
const COPIES_WITHIN = 200;

/** Where signals come from: the process. */
export interface SignalSource {
  on(signal: StopSignal, listener: (signal: StopSignal) => void): unknown;
  off(signal: StopSignal, listener: (signal: StopSignal) => void): unknown;
}

/** What stopping depends on. */
export type StopOptions = {
  readonly source: SignalSource;
  readonly clock: Clock;
  /** Leaves without delay. */
  readonly leave: (signal: StopSignal) => void;
};

/** A wish to stop that may come. */
export interface Stop {
  /** Settles with the first signal. */
  readonly asked: Promise<StopSignal>;
  /** Gives the signals back their usual effect. May be called twice. */
  release(): void;
}

/** Waits for signals: the first settles `asked`, a second one leaves at once. */
export function listenForStop(options: Partial<StopOptions> = {}): Stop {
  const { source = process, clock = systemClock, leave = leaveAtOnce } = options;
  const asked = settledLater<StopSignal>();
  let first: MonotonicMs | undefined;
  const hear = (signal: StopSignal): void => {
    if (first === undefined) {
      first = clock.now();
      asked.settle(signal);
    } else if (signal !== "SIGINT" || clock.now() - first > COPIES_WITHIN) {
      leave(signal);
    }
  };
  for (const signal of STOP_SIGNALS) source.on(signal, hear);
  return {
    asked: asked.promise,
    release: () => {
      for (const signal of STOP_SIGNALS) source.off(signal, hear);
    },
  };
}

function settledLater<T>(): { readonly promise: Promise<T>; readonly settle: (value: T) => void } {
  let settle: ((value: T) => void) | undefined;
  const promise = new Promise<T>((resolve) => (settle = resolve));
  return { promise, settle: (value) => settle?.(value) };
}

/** Ends the process as the signal would have. Handlers of `exit` still run. */
function leaveAtOnce(signal: StopSignal): void {
  process.exit(128 + constants.signals[signal]);
}
