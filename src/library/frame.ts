import type { Levels, PictureShape, Rendition } from "../base/rendition.ts";
import type { Bytes, FrameNumber } from "../base/units.ts";
import type { FrameEntry } from "./log.ts";

/** What stands in for a frame that is missing. */
export type Substitution = {
  readonly policy: "hold" | "black";
  /** The frame that was asked for. */
  readonly for: FrameNumber;
};

/**
 * What to produce: the frame of an entry, or a substitute made from it. Under `hold` the entry is the
 * frame that stands in; under `black` it is a frame whose size, depth and colours the black one has.
 */
export type FrameWish = {
  readonly entry: FrameEntry;
  readonly substitution?: Substitution;
  /** Default: `original`. */
  readonly rendition?: Rendition | undefined;
  /** What it is played in: all pictures that are wished for with the same object have the same levels. */
  readonly playback?: object | undefined;
};

/** A produced frame. The bytes are shared by all who send them: nobody writes into them. */
export type ProducedFrame = {
  /** One image, whole: binary PPM, or PGM where the picture is grey; else in its rendition's format. */
  readonly parts: readonly Uint8Array[];
  /** The sum of the parts' lengths. */
  readonly bytes: Bytes;
  readonly shape: PictureShape;
  /**
   * SHA-256 (32 bytes) of the frame as the library has it: for a substitute, without the line that marks it.
   */
  readonly digest: Uint8Array;
  /** The worker that produced it, as the runtime numbers its threads. */
  readonly worker: number;
  /** What had been measured of its movie when it was made: later it may be another picture. */
  readonly levels?: Levels | undefined;
};
