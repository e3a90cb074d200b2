import { MonotonicMs, Ms, Priority } from "../base/units.ts";
import { Precedence } from "./precedence.ts";
import { Queue, openAccount } from "./queue.ts";
import { Meter, NO_WAITS } from "./waits.ts";

type Facts = {
  readonly priority?: number;
  readonly period?: number;
  readonly due?: number;
  /** What its playback does when it is asked to offer. */
  readonly drain?: () => void;
};

/** A queue that belongs to nobody, with facts given by a test. */
export function makeQueue(
  id: number,
  { priority = 3, period, due = 0, drain = () => {} }: Facts = {},
): Queue {
  const owner = {
    offer: () => false,
    begin: () => {},
    rerank: () => {},
    drained: () => {},
    close: () => {},
    waited: () => NO_WAITS,
  };
  const sink = { send: () => "more" as const, abandon: () => {} };
  const source = {
    drain,
    returned: () => {},
    started: () => {},
    finished: () => {},
    due: () => MonotonicMs(due),
    isLate: () => false,
    skip: () => {},
  };
  const meter = new Meter(new Precedence());
  const queue = new Queue(owner, id, { sink, source, account: openAccount(), meter });
  queue.priority = Priority(priority);
  queue.period = period === undefined ? undefined : Ms(period);
  queue.due = MonotonicMs(due);
  queue.opens = queue.due;
  return queue;
}
