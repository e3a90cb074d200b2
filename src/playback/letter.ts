import { present } from "../base/assert.ts";
import { mediaTimeAt } from "../base/rate.ts";
import { Bytes, type Epoch, type MediaTime, type MessageNumber } from "../base/units.ts";
import type { ProducedFrame } from "../library/frame.ts";
import type { Envelope, MessageLabel, OutgoingMessage } from "./outlet.ts";
import type { Pending } from "./pending.ts";
import type { Plan } from "./plan.ts";

/** What makes a message of a step. */
export type Letter = {
  readonly plan: Plan;
  readonly epoch: Epoch;
  readonly message: MessageNumber;
  readonly pending: Pending;
  readonly frame: ProducedFrame;
  /** Says the last tick there will be, as far as is known. */
  readonly lookout: { readonly lastTick: number };
};

/** The message of a step whose frame has been made: the frame, in the protocol's envelope. */
export function messageOf(letter: Letter): OutgoingMessage {
  const { plan, epoch, message, frame } = letter;
  const { envelope } = plan;
  const { parts, bytes } = frame;
  if (envelope === undefined) return { epoch, number: message, parts, bytes };
  const enclosed = partsOf(frame, envelope(labelOf(letter)));
  return { epoch, number: message, parts: enclosed, bytes: Bytes(totalOf(enclosed)) };
}

function partsOf({ parts }: ProducedFrame, { before, inside, after }: Envelope): Uint8Array[] {
  const all: Uint8Array[] = [];
  if (before !== undefined) all.push(before);
  for (const [index, part] of parts.entries()) {
    if (inside === undefined || index > 0) all.push(part);
    else all.push(part.subarray(0, inside.at), inside.bytes, part.subarray(inside.at));
  }
  if (after !== undefined) all.push(after);
  return all;
}

function totalOf(parts: readonly Uint8Array[]): number {
  let bytes = 0;
  for (const part of parts) bytes += part.byteLength;
  return bytes;
}

function labelOf({ plan, epoch, message, pending, frame, lookout }: Letter): MessageLabel {
  const { number, tick } = pending.step;
  const wish = present(pending.wish, "a frame was made that nobody wished for");
  const { worker, digest, bytes, parts, shape, levels } = frame;
  return {
    worker,
    epoch,
    message,
    frame: number,
    revision: wish.entry.revision,
    digest,
    bytes,
    picture: parts,
    shape,
    time: timeOf(plan, number),
    isSubstitute: wish.substitution !== undefined,
    mayLookOtherwise: levels !== undefined,
    isLast: plan.log.state === "recorded" && tick === lookout.lastTick,
  };
}

/** By the movie's own rate, however fast it is played: the same frame has the same time for everybody. */
function timeOf({ log }: Plan, number: number): MediaTime {
  return mediaTimeAt(log.rate, number - (log.first ?? number));
}
