import type { FrameEntry, FrameLog } from "../library/log.ts";

/** What a cursor needs to know of a log. */
export type Numbers = Pick<FrameLog, "first" | "last" | "newest" | "step" | "state" | "rank" | "at"> & {
  nth(rank: number): Pick<FrameEntry, "number"> | undefined;
};
