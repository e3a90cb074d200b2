import { AssertionError } from "../base/assert.ts";
import { type Fault, fault } from "../base/errors.ts";
import type { FrameWish, ProducedFrame } from "../library/frame.ts";
import type { FrameEntry } from "../library/log.ts";
import type { FaultAnswer, Inspected } from "./order.ts";
import { frameOf } from "./substitute.ts";
import { type Made, nameOf } from "./task.ts";
import { UnfinishedFault } from "./unfinished.ts";

/** A wish that is being produced. */
export interface ProductionRequest {
  /** Nobody waits any more: `settle` is not called after this. May be called twice. */
  cancel(): void;
}

/** What comes of a wish. */
export type ProductionOutcome = { readonly frame: ProducedFrame } | { readonly error: Fault };

/** What comes of looking into a frame. */
export type InspectionOutcome = { readonly inspected: Inspected } | { readonly error: Fault };

export function outcomeOf(made: Made, wish: FrameWish): ProductionOutcome {
  if ("product" in made) return { frame: frameOf(made.product, wish) };
  if ("error" in made) return made;
  throw new AssertionError("a frame was asked for, and something else was made");
}

export function inspectionOf(made: Made): InspectionOutcome {
  if ("inspected" in made || "error" in made) return made;
  throw new AssertionError("a frame was to be inspected, and something else was made");
}

export function faultOf(entry: FrameEntry, { fault: found, again }: FaultAnswer): Fault {
  const detail = `${nameOf(entry)}: ${found.detail}`;
  return again === undefined ? fault(found.code, detail) : new UnfinishedFault(found.code, detail, again);
}

export function closing(): Fault {
  return fault("SERVER_CLOSING", "the server is shutting down and begins no further frame");
}
