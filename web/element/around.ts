import { type Direction, type Route, advance } from "./route.ts";

/** Consecutive frames to get, in this order: backwards where `to` is below `from`. */
export type Run = { readonly from: number; readonly to: number };

export type Around = {
  readonly route: Route;
  readonly frame: number;
  readonly direction: Direction;
  /** Whether a frame is at hand. */
  readonly has: (number: number) => boolean;
  /** How many frames to have in the direction, and how many behind. */
  readonly forward: number;
  readonly backward: number;
};

/** The frames to get next: what is not at hand in the direction of looking, and then behind. */
export function nextRun({ route, frame, direction, has, forward, backward }: Around): Run | undefined {
  const back: Direction = direction === 1 ? -1 : 1;
  return (
    runIn(route, { frame, direction, has, most: forward }) ??
    runIn(route, { frame, direction: back, has, most: backward })
  );
}

type Way = Pick<Around, "frame" | "direction" | "has"> & { readonly most: number };

/** The first frames that are not at hand, as far as they follow each other. */
function runIn(route: Route, { frame, direction, has, most }: Way): Run | undefined {
  let from: number | undefined;
  let to = frame;
  // Round the end of a loop the numbers begin anew: that is another run.
  const straight: Route = { ...route, atEnd: route.atEnd === "loop" ? "loop" : "stop" };
  for (let distance = 1; distance <= most; distance++) {
    const place = advance(straight, { frame, direction }, distance);
    if (place === undefined || place.frame === frame) break;
    const isMissing = !has(place.frame);
    const follows = (place.frame - to) * direction > 0;
    if (from !== undefined && (!isMissing || !follows)) break;
    if (isMissing) from ??= place.frame;
    to = place.frame;
  }
  return from === undefined ? undefined : { from, to };
}
