/** Which frames are played, in which order. */
export type Route = {
  readonly first: number;
  readonly last: number;
  /** Every how many numbers there is a frame. */
  readonly step: number;
  /** What comes behind the last: nothing, the first again, or the way back. */
  readonly atEnd: "stop" | "loop" | "bounce";
};

export type Direction = 1 | -1;
export type Place = { readonly frame: number; readonly direction: Direction };

/** Where a route begins. */
export function beginning({ first, last, step }: Route, direction: Direction): number {
  return direction === 1 ? first : first + Math.floor((last - first) / step) * step;
}

/** How many frames a route has. */
export function lengthOf({ first, last, step }: Route): number {
  return Math.floor((last - first) / step) + 1;
}

/**
 * Where one is so many frames later.
 * @returns undefined when that is behind the end
 */
export function advance(route: Route, place: Place, frames: number): Place | undefined {
  const length = lengthOf(route);
  const index = Math.min(Math.max(Math.floor((place.frame - route.first) / route.step), 0), length - 1);
  const { direction } = place;
  const at = index + direction * frames;
  if (route.atEnd === "loop") return placeAt(route, modulo(at, length), direction);
  if (route.atEnd === "stop") return at >= 0 && at < length ? placeAt(route, at, direction) : undefined;
  // Going to and fro is going round a ring that shows the inner frames twice: 0 1 2 3 2 1.
  const round = Math.max(2 * (length - 1), 1);
  const onRing = modulo((direction === 1 ? index : round - index) + frames, round);
  return onRing < length ? placeAt(route, onRing, 1) : placeAt(route, round - onRing, -1);
}

/** How many frames lie between two that were shown one after the other; at least one. */
export function framesBetween(route: Route, from: Place, to: number): number {
  const { first, step } = route;
  const distance = (from.direction * (to - from.frame)) / step;
  if (distance > 0) return Math.max(Math.round(distance), 1);
  if (route.atEnd !== "loop") return 1;
  // A frame from outside of the range is played once, and the next is where the range begins.
  const isInside = from.frame >= first && from.frame <= route.last;
  return isInside ? Math.max(Math.round(distance) + lengthOf(route), 1) : 1;
}

/** How far a playback has come: whether the frame of its place has come, and how many were passed over. */
export type Come = { readonly isThere: boolean; readonly passed: number };

/** What a playback's receipt counts; all of it, where no part was lost. */
export type Counted = { readonly skipped: number; readonly missing: number; readonly lost: number };

/**
 * The frame with which a playback failed: the next one, or as far behind it as the receipt counts frames that
 * nobody saw, of which the one that failed is one.
 */
export function placeOfFailure(
  route: Route,
  place: Place,
  { isThere, passed }: Come,
  receipt: Counted | undefined,
): number {
  const isKnown = receipt !== undefined && receipt.lost === 0;
  const unseen = isKnown ? Math.max(receipt.skipped + receipt.missing - passed, 1) : 1;
  return advance(route, place, isThere ? unseen : unseen - 1)?.frame ?? place.frame;
}

function placeAt({ first, step }: Route, index: number, direction: Direction): Place {
  return { frame: first + index * step, direction };
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
