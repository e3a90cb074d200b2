import type { PlayerState } from "../element/define.ts";
import { counted } from "../look/numbers.ts";

/** What is to be said of the picture that is shown. */
export type Told = {
  readonly frame: number;
  readonly isHeld: boolean;
  /** Whether there is no file for it. */
  readonly isMissing: boolean;
  readonly newest: number;
  readonly state: PlayerState;
  readonly skipped: number;
  /** What has just happened to the movie. */
  readonly news: string | undefined;
};

/** One sentence below the picture; none where all is well. */
export function sentenceOf({ frame, isHeld, isMissing, newest, state, skipped, news }: Told): string {
  if (state === "reconnecting") return "The server does not answer. This is the last picture; trying again.";
  if (state === "removed") return "This movie has been removed. This is its last picture.";
  if (state === "waiting-for-frame") return "Waiting for the next frame to be rendered.";
  if (isHeld && frame > newest) return `Frame ${frame} has not been rendered yet; showing ${newest}.`;
  if (isHeld && isMissing) return `Frame ${frame} is missing; the nearest before it is shown.`;
  if (isHeld) return `Frame ${frame} cannot be read; the nearest before it is shown.`;
  if (news !== undefined) return news;
  return skipped === 0 ? "" : `${counted(skipped, "frame")} left out to keep time.`;
}

/** Frames as the events of the library name them: `1-3,7`. */
export type Happened = { readonly landed?: string; readonly revised?: string; readonly removed?: string };

/** What has happened to a movie, in one sentence; undefined where it is nothing to speak of. */
export function newsOf({ landed = "", revised = "", removed = "" }: Happened): string | undefined {
  if (revised !== "") return `Rendered again: ${named(revised)}.`;
  if (landed !== "") return `New: ${named(landed)}.`;
  return removed === "" ? undefined : `Removed: ${named(removed)}.`;
}

function named(frames: string): string {
  const isOne = /^-?\d+$/.test(frames);
  return `${isOne ? "frame" : "frames"} ${frames.replaceAll(",", ", ")}`;
}
