import type { MissingPolicy } from "../base/contract.ts";
import type { Rendition } from "../base/rendition.ts";
import { FrameNumber } from "../base/units.ts";
import type { FrameWish } from "../library/frame.ts";
import type { FrameEntry, FrameLog } from "../library/log.ts";
import { wishFor } from "./pending.ts";

/** How many unreadable frames are stepped over for one message: a bound on reads. */
const STAND_IN_TRIES = 8;

/** What a substitute is looked for with. */
export type StandInSearch = {
  readonly log: FrameLog;
  readonly policy: MissingPolicy;
  /** The frame that is missing or unreadable. */
  readonly number: FrameNumber;
  /** A frame that could be read not long ago. */
  readonly known: FrameEntry | undefined;
  /** That it is to be shown in. */
  readonly rendition: Rendition | undefined;
};

/** What may stand in for a frame, the best first. Nothing under `error` and `skip`. */
export function* standIns(search: StandInSearch): Generator<FrameWish> {
  const { policy, number, rendition } = search;
  if (policy === "error" || policy === "skip") return;
  if (policy === "hold") {
    for (const entry of held(search))
      yield { ...wishFor(entry, rendition), substitution: { policy: "hold", for: number } };
  }
  for (const entry of models(search))
    yield { ...wishFor(entry, rendition), substitution: { policy: "black", for: number } };
}

/** The frames before, the nearest first; when many of them turn out to be unreadable, one that was not. */
function* held({ log, number, known }: StandInSearch): Generator<FrameEntry> {
  yield* before(log, number);
  if (known !== undefined && known.number < number) yield known;
}

/** Frames whose size a black picture may have: its neighbours, and one that could be read. */
function* models({ log, number, known }: StandInSearch): Generator<FrameEntry> {
  yield* before(log, number);
  let entry = log.atOrAfter(FrameNumber(number + 1));
  for (let tries = 0; entry !== undefined && tries < STAND_IN_TRIES; tries += 1) {
    yield entry;
    entry = log.atOrAfter(FrameNumber(entry.number + 1));
  }
  if (known !== undefined) yield known;
}

function* before(log: FrameLog, number: FrameNumber): Generator<FrameEntry> {
  let entry = log.atOrBefore(FrameNumber(number - 1));
  for (let tries = 0; entry !== undefined && tries < STAND_IN_TRIES; tries += 1) {
    yield entry;
    entry = log.atOrBefore(FrameNumber(entry.number - 1));
  }
}
