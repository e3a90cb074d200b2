import { FrameNumber } from "./units.ts";

/** Frames by their numbers, as a log of frames has them. */
export type Numbered = {
  /** The lowest and the highest frame there is, or declared; undefined while there is none. */
  readonly first: FrameNumber | undefined;
  readonly last: FrameNumber | undefined;
  /** The highest frame there is. */
  readonly newest: FrameNumber | undefined;
  /** Every how many numbers a frame is expected. */
  readonly step: number;
  readonly state: "recorded" | "live";
  /** How many frames have a lower number. */
  rank(number: FrameNumber): number;
  /** The frame with so many below it. */
  nth(rank: number): { readonly number: FrameNumber } | undefined;
};

/** Consecutive expected frame numbers that a movie does not have. */
export type Hole = { readonly first: number; readonly last: number };

/** How far a live movie has come. */
export type Progress = {
  /** How many of the expected frames there are, and how many will be. */
  readonly there: number;
  readonly expected: number;
  /** The next frame that has to come behind the newest. */
  readonly waitingFor: number;
};

/**
 * The holes of a movie, in order: from its first frame to its last, or as far as a live one has come. Under a
 * step, first and last of a hole are numbers at which a frame is expected.
 */
export function* holesOf(log: Numbered): Generator<Hole> {
  const { first, step } = log;
  const until = reachOf(log);
  if (first === undefined || until === undefined) return;
  let expected: number = first;
  const end = log.rank(FrameNumber(until + 1));
  for (let rank = log.rank(first); expected <= until; rank++) {
    const number = log.nth(rank)?.number ?? Infinity;
    const reached = Math.min(number, until + 1);
    if (expected < reached) {
      const last = lastOf(expected, reached - 1, step);
      yield { first: expected, last };
      expected = last + step;
    }
    if (number === expected) {
      // Of a million frames without a hole a few are looked at.
      const run = step === 1 ? runFrom(log, rank, end) : 1;
      expected += run * step;
      rank += run - 1;
    }
    if (number > until) return;
  }
}

/** How many frames of consecutive numbers begin at a rank, of those below rank `end`. */
function runFrom(log: Numbered, rank: number, end: number): number {
  const number = log.nth(rank)?.number ?? 0;
  const reaches = (length: number): boolean => log.nth(rank + length - 1)?.number === number + length - 1;
  let known = 1;
  while (rank + 2 * known <= end && reaches(2 * known)) known *= 2;
  let most = Math.min(2 * known, end - rank);
  while (known < most) {
    const middle = Math.ceil((known + most) / 2);
    if (reaches(middle)) known = middle;
    else most = middle - 1;
  }
  return known;
}

/** How many of the frames expected so far are there: files outside of what was declared are none. */
export function countFrames(log: Numbered): number {
  const { first, step } = log;
  const until = reachOf(log);
  if (first === undefined || until === undefined || until < first) return 0;
  return countOf(first, until, step) - countHoles(log);
}

/** How many of the frames expected so far are not there. */
export function countHoles(log: Numbered): number {
  const { first, step } = log;
  const until = reachOf(log);
  if (first === undefined || until === undefined || until < first) return 0;
  if (step === 1) return until - first + 1 - (log.rank(FrameNumber(until + 1)) - log.rank(first));
  let count = 0;
  for (const hole of holesOf(log)) count += countOf(hole.first, hole.last, step);
  return count;
}

/** How far a movie has come that is not whole yet; undefined for others. */
export function progressOf(log: Numbered): Progress | undefined {
  const { first, last, newest, step, state } = log;
  if (state !== "live" || last === undefined) return undefined;
  const start = first ?? newest ?? last;
  const soFar = newest === undefined || newest < start ? 0 : countOf(start, newest, step);
  return {
    there: soFar - countHoles(log),
    expected: countOf(start, last, step),
    waitingFor: start + soFar * step,
  };
}

/** The last number at which a frame should be by now. */
function reachOf({ state, newest, last }: Numbered): number | undefined {
  return state === "live" ? newest : last;
}

const countOf = (first: number, last: number, step: number): number => Math.floor((last - first) / step) + 1;

const lastOf = (first: number, last: number, step: number): number =>
  first + Math.floor((last - first) / step) * step;
