import type { FrameLog } from "../main.ts";

/** The digits of the first and the last file of a movie, as they are written in the names. */
export type Labels = { readonly first: string; readonly last: string };

/** Of a movie whose frames are numbered in order, since the digits are too many for numbers. */
export function labelsOf(log: FrameLog): Labels | undefined {
  const first = log.nth(0)?.label;
  const last = log.nth(log.count - 1)?.label;
  return first === undefined || last === undefined ? undefined : { first, last };
}
