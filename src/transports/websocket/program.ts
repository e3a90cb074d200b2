import { fault } from "../../base/errors.ts";
import type { FrameNumber, Priority } from "../../base/units.ts";
import type { Catalogue, FrameLog } from "../../library/log.ts";
import type { MessageLabel } from "../../playback/outlet.ts";
import { type Plan, makePlan } from "../../playback/plan.ts";
import type { ClientMessageOf } from "../../wire/websocket/clientMessages.ts";
import { type FrameFormat, FRAME_FORMATS, encodeFrameHeader } from "../../wire/websocket/frameHeader.ts";
import type { Beginning, Wish } from "../../wire/websocket/wish.ts";
import { findMovie, granted } from "../movies.ts";

/** What a playback is to play, as its client said it. */
export type Program = {
  readonly movie: string;
  readonly wish: Wish;
  readonly beginning: Beginning;
};

/** What a program is read against. */
export type ProgramContext = {
  readonly catalogue: Catalogue;
  /** That this client may have. */
  readonly bestPriority: Priority;
  /** The client's number of the playback. */
  readonly playback: number;
};

/**
 * The program of a client's `play`. What comes behind a frame is not known before all of the library is: a
 * movie that is half known would seem to be over.
 * @throws LIBRARY_SCANNING
 */
export function programOf(
  { movie, start, after, ...wish }: ClientMessageOf<"play">,
  { progress }: Pick<Catalogue, "progress">,
): Program {
  if (after !== undefined && !progress.isComplete) {
    const found = `found ${progress.frames} frames so far`;
    throw fault("LIBRARY_SCANNING", `${found}, expected all of the library to go on behind frame ${after}`);
  }
  return { movie, wish, beginning: { start, after } };
}

/** The program of one frame, and nothing else. @throws MOVIE_NOT_FOUND, FRAME_NOT_FOUND */
export function frameProgram(message: ClientMessageOf<"frame">, catalogue: Catalogue): Program {
  const { movie, missing, rendition, priority } = message;
  const log = findMovie(catalogue, movie);
  const frame = message.frame === "last" ? newestOf(log) : numberIn(log, message.frame);
  const policy = missing ?? log.missing;
  const wish: Wish = {
    from: frame,
    to: frame,
    loop: false,
    fps: undefined,
    contract: "all",
    // Nothing would be no answer to the question for one frame.
    missing: policy === "skip" ? "error" : policy,
    rendition,
    priority,
    direction: 1,
  };
  return { movie, wish, beginning: { start: frame, after: undefined } };
}

function numberIn({ name, first, last }: FrameLog, frame: FrameNumber): FrameNumber {
  if (first !== undefined && last !== undefined && frame >= first && frame <= last) return frame;
  const expected = first === undefined ? "which has no frame yet" : `which has frames ${first} to ${last}`;
  throw fault("FRAME_NOT_FOUND", `found frame ${frame} of ${name}, ${expected}`);
}

function newestOf({ name, newest }: FrameLog): FrameNumber {
  if (newest === undefined) throw fault("FRAME_NOT_FOUND", `${name} has no frame yet`);
  return newest;
}

/** Checks a program against the library. @throws the fault for which it cannot be played */
export function planOf({ movie, wish, beginning }: Program, context: ProgramContext): Plan {
  const { loop, fps, priority, ...rest } = wish;
  const log = findMovie(context.catalogue, movie);
  const asked = { ...rest, ...beginning, repeat: loop, rate: fps };
  const plan = makePlan(log, { ...asked, ...granted(priority, context.bestPriority) }, (label) => ({
    before: headerOf(label, plan, context.playback),
  }));
  return plan;
}

const MICROSECONDS = 1000;

function headerOf(label: MessageLabel, { missing }: Plan, playback: number): Uint8Array {
  const { epoch, message, frame, revision, time, shape, bytes, isSubstitute } = label;
  return encodeFrameHeader({
    playback,
    epoch,
    message,
    frame,
    // A black picture is no frame of the movie.
    revision: isSubstitute && missing === "black" ? 0 : revision,
    time: Math.round(time * MICROSECONDS),
    format: formatOf(shape),
    width: shape.width,
    height: shape.height,
    length: bytes,
    isSubstitute,
  });
}

/** Grey and colour are both netpbm to a client, which sees by the picture itself which one it is. */
function formatOf({ format }: MessageLabel["shape"]): FrameFormat {
  return FRAME_FORMATS.find((known) => known === format) ?? "ppm";
}
