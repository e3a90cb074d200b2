import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Unsubscribe } from "../../base/diagnostics.ts";
import type { Counted } from "./buckets.ts";
import { type Family, histogram } from "./family.ts";

/** How often it is measured: more often would show no more of what viewers notice. In milliseconds. */
const EVERY = 20;

/** In seconds, from what nobody notices to what loses connections. */
const DELAY_BOUNDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, Infinity];

const NS_PER_S = 1e9;

/**
 * How late the event loop is, since the beginning. The runtime's own metrics of it begin anew whenever
 * somebody reads them, so that two who read take each other's; and what was late at that moment is in none.
 */
export class EventLoopDelay implements Counted {
  readonly #measured = monitorEventLoopDelay({ resolution: EVERY });
  #sum = 0;

  listen(): Unsubscribe[] {
    this.#measured.enable();
    return [() => this.#measured.disable()];
  }

  get families(): Family[] {
    const described = {
      name: "mutoscope_event_loop_delay_seconds",
      help: "How late the event loop came to what it was asked to do, measured every 20 ms.",
    };
    return [histogram(described, () => [[this]])];
  }

  /** Never less than it was: what is measured is a little less than it should be as often as more. */
  get sum(): number {
    const { count, mean } = this.#measured;
    if (count > 0) this.#sum = Math.max(this.#sum, count * delayOf(mean));
    return this.#sum;
  }

  *cumulative(): Generator<readonly [bound: number, count: number]> {
    let upTo = 0;
    for (const bound of DELAY_BOUNDS) {
      upTo = this.#countUpTo(bound, upTo);
      yield [bound, upTo];
    }
  }

  /** @param low how many are known to be at most that */
  #countUpTo(bound: number, low: number): number {
    const { count } = this.#measured;
    let [least, most] = [low, count];
    while (least < most) {
      const middle = Math.ceil((least + most) / 2);
      if (delayOf(this.#measured.percentile((100 * middle) / count)) <= bound) least = middle;
      else most = middle - 1;
    }
    return least;
  }
}

/** What is measured is the time from one look to the next. */
function delayOf(between: number): number {
  return Math.max(between / NS_PER_S - EVERY / 1000, 0);
}
