import type { PlayerState } from "../element/define.ts";
import { counted } from "../look/numbers.ts";

/** What is to be said of the picture that is shown. */
export type Told = {
  readonly frame: number;
  readonly isHeld: boolean;
  readonly newest: number;
  readonly state: PlayerState;
  readonly skipped: number;
};

/** One sentence below the picture; none where all is well. */
export function sentenceOf({ frame, isHeld, newest, state, skipped }: Told): string {
  if (state === "reconnecting") return "The server does not answer. This is the last picture; trying again.";
  if (state === "removed") return "This movie has been removed. This is its last picture.";
  if (state === "waiting-for-frame") return "Waiting for the next frame to be rendered.";
  if (isHeld && frame > newest) return `Frame ${frame} has not been rendered yet; showing ${newest}.`;
  if (isHeld) return `Frame ${frame} is missing; the nearest before it is shown.`;
  return skipped === 0 ? "" : `${counted(skipped, "frame")} left out to keep time.`;
}
