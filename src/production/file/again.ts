import { Fault } from "../../base/errors.ts";
import type { ErrorCode } from "../../base/errors.ts";
import { Ms } from "../../base/units.ts";
import type { FrameSource } from "../../library/log.ts";
import { UNFINISHED_FOR } from "../../library/unfinished.ts";
import { identityKey, lookAt } from "./read.ts";
import { STILL_MS, restlessFor, wasWrittenWithin } from "./stillness.ts";

/** When to ask again for a frame that a program may be writing. */
export type Again = {
  /** From now on. */
  readonly after: Ms;
  /** The state that its file is in now. */
  readonly seen: string;
};

/** What a file looks like that is half written: cut, without its beginning, or half another picture. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  "FRAME_CHANGING",
  "FRAME_EMPTY",
  "FRAME_TRUNCATED",
  "FRAME_CORRUPT",
]);

/**
 * Whether a fault may pass because a program is writing the file: when, and what was seen of it. Undefined
 * for what is as it will stay: a damaged file that nobody has written to for ten seconds.
 */
export function againOf(source: FrameSource, { code }: Fault): Again | undefined {
  if (!PASSING.has(code)) return undefined;
  try {
    const state = lookAt(source);
    const now = Date.now();
    if (code !== "FRAME_CHANGING" && !wasWrittenWithin(UNFINISHED_FOR, state, now)) return undefined;
    // A millisecond more, as its clock and ours count in whole ones.
    return { after: Ms((restlessFor(state, now) || STILL_MS) + 1), seen: identityKey(state) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    // It was replaced once more; or it is gone, and whoever asks again is told.
    return error.code === "FRAME_CHANGING" ? { after: Ms(STILL_MS), seen: "" } : undefined;
  }
}
