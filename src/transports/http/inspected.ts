import type { MissingPolicy } from "../../base/contract.ts";
import { Fault, fault } from "../../base/errors.ts";
import type { FrameNumber } from "../../base/units.ts";
import type { FrameEntry, FrameLog } from "../../library/log.ts";
import { standIns } from "../../playback/standIns.ts";

/** A frame whose file is to be looked into, perhaps because it stands in for another. */
export type Candidate = { readonly entry: FrameEntry; readonly standsIn: boolean };

export type FrameQuestion = {
  readonly log: FrameLog;
  readonly number: FrameNumber;
  readonly missing: MissingPolicy;
};

/**
 * Looks into the frame, or into the one before it that is held in its place. A black picture is none of the
 * library's: where that would be shown there is nothing to look into.
 * @throws FRAME_NOT_FOUND, FRAME_MISSING, or what `look` throws of the frame itself
 */
export async function lookInto<T>(
  { log, number, missing: policy }: FrameQuestion,
  look: (candidate: Candidate) => Promise<T>,
): Promise<T> {
  requireReached(log, number);
  let reason: Fault;
  try {
    return await look({ entry: log.at(number) ?? missing(log, number), standsIn: false });
  } catch (error) {
    reason = readFault(error);
  }
  if (policy !== "hold") throw reason;
  for (const { entry, substitution } of standIns({ ...ANY, log, policy, number })) {
    if (substitution?.policy !== "hold") break;
    try {
      return await look({ entry, standsIn: true });
    } catch (error) {
      readFault(error);
    }
  }
  throw reason;
}

const ANY = { known: undefined, rendition: undefined };

/** What is wrong with one frame, for which another may stand in. Throws what is wrong with all of them. */
function readFault(error: unknown): Fault {
  if (error instanceof Fault && error.code.startsWith("FRAME_")) return error;
  throw error;
}

/** There is no such frame, and another may stand in. @throws FRAME_MISSING */
function missing({ name }: FrameLog, number: FrameNumber): never {
  throw fault("FRAME_MISSING", `${name} has no frame ${number}`);
}

/**
 * Nothing stands in for a number that is none of the movie's, nor for a frame that is still to come.
 * @throws FRAME_NOT_FOUND, FRAME_MISSING
 */
function requireReached({ name, first, last, newest, state }: FrameLog, number: FrameNumber): void {
  if (first === undefined || last === undefined) throw fault("FRAME_NOT_FOUND", `${name} has no frame yet`);
  if (number < first || number > last)
    throw fault("FRAME_NOT_FOUND", `found frame ${number}, but ${name} has frames ${first} to ${last}`);
  if (state === "live" && (newest === undefined || number > newest))
    throw fault("FRAME_MISSING", `found that frame ${number} of ${name} has not come yet`);
}
