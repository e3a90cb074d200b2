import type { FrameNumber } from "../base/units.ts";

/** Numbers that are declared: `1001-1100`, `1-100x5`. */
export type FrameRange = { readonly first: FrameNumber; readonly last: FrameNumber; readonly step: number };
