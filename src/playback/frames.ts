import type { Fault } from "../base/errors.ts";
import type { MonotonicMs, Priority } from "../base/units.ts";
import type { FrameWish, ProducedFrame } from "../library/frame.ts";

/**
 * How urgent a wished frame is: the best priority first, inside it the earliest deadline (Infinity: none).
 */
export type Urgency = { readonly priority: Priority; readonly deadline: MonotonicMs };

/** What comes of a wish. */
export type FrameOutcome = { readonly frame: ProducedFrame } | { readonly error: Fault };

/** A wish that is being produced. */
export interface FrameRequest {
  /** Nobody waits any more. After this `settle` is not called. May be called twice. */
  cancel(): void;
}

/** Where playbacks get their frames. Declared here, implemented by production. */
export interface Frames {
  /** The frame, if it is at hand: no work and no waiting. */
  peek(wish: FrameWish): ProducedFrame | undefined;
  /** Calls `settle` once, later and never inside this call, with the frame or with why there is none. */
  request(wish: FrameWish, urgency: Urgency, settle: (outcome: FrameOutcome) => void): FrameRequest;
}
