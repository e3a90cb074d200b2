import type { MissingPolicy } from "../base/contract.ts";
import { FrameNumber } from "../base/units.ts";
import type { FrameWish } from "../library/frame.ts";
import type { FrameLog } from "../library/log.ts";

/** How many unreadable frames `hold` steps over before it gives black: a bound on reads for one message. */
const HOLD_TRIES = 8;

/**
 * What may stand in for a frame that is missing or unreadable, the best first. Nothing under `error` and
 * `skip`.
 */
export function* standIns(log: FrameLog, policy: MissingPolicy, number: FrameNumber): Generator<FrameWish> {
  if (policy === "error" || policy === "skip") return;
  if (policy === "hold") yield* held(log, number);
  const models = [log.atOrBefore(FrameNumber(number - 1)), log.atOrAfter(FrameNumber(number + 1))];
  for (const entry of models) {
    if (entry !== undefined) yield { entry, substitution: { policy: "black", for: number } };
  }
}

function* held(log: FrameLog, number: FrameNumber): Generator<FrameWish> {
  let entry = log.atOrBefore(FrameNumber(number - 1));
  for (let tries = 0; entry !== undefined && tries < HOLD_TRIES; tries += 1) {
    yield { entry, substitution: { policy: "hold", for: number } };
    entry = log.atOrBefore(FrameNumber(entry.number - 1));
  }
}
