import { fault } from "../../base/errors.ts";
import type { FrameNumber } from "../../base/units.ts";
import type { FrameLog } from "../../library/log.ts";
import type { FramePlace } from "./parameters.ts";

/** The frame that a number or `last` means now. @throws FRAME_NOT_FOUND when there is no frame yet */
export function placeOf({ newest, name }: FrameLog, place: FramePlace): FrameNumber {
  if (place !== "last") return place;
  if (newest === undefined) throw fault("FRAME_NOT_FOUND", `${name} has no frame yet`);
  return newest;
}
