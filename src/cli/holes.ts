import type { FrameLog } from "../main.ts";

/** Consecutive frame numbers that a movie does not have. */
export type Hole = { readonly first: number; readonly last: number };

/** The holes of a movie, in order, from its first frame to its last. */
export function* holesOf(log: FrameLog): Generator<Hole> {
  const { first, last } = log;
  if (first === undefined || last === undefined) return;
  let expected: number = first;
  for (let rank = 0; rank < log.count; rank++) {
    const number = log.nth(rank)?.number;
    if (number === undefined) break;
    if (number > expected) yield { first: expected, last: number - 1 };
    expected = number + 1;
  }
  if (expected <= last) yield { first: expected, last };
}

/** How many frame numbers between a movie's first and last frame have no frame. */
export function countHoles({ first, last, count }: FrameLog): number {
  return first === undefined || last === undefined ? 0 : last - first + 1 - count;
}
