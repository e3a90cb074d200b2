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
  /** The last tick there will be, as far as is known. */
  readonly lastTick: () => number;
};

/** The message of a step whose frame has been made: the frame, in the protocol's envelope. */
export function messageOf(letter: Letter): OutgoingMessage {
  const { plan, epoch, message, frame } = letter;
  const { envelope } = plan;
  const { parts, bytes } = frame;
  if (envelope === undefined) return { epoch, number: message, parts, bytes };
  return { epoch, number: message, ...enclosed(frame, envelope(labelOf(letter))) };
}

function enclosed(
  { parts }: ProducedFrame,
  { before, inside, after }: Envelope,
): Pick<OutgoingMessage, "parts" | "bytes"> {
  const all = inside === undefined ? [...parts] : inserted(parts, inside);
  if (before !== undefined) all.unshift(before);
  if (after !== undefined) all.push(after);
  return { parts: all, bytes: Bytes(all.reduce((sum, part) => sum + part.byteLength, 0)) };
}

function inserted(
  [first = new Uint8Array(), ...others]: readonly Uint8Array[],
  { at, bytes }: NonNullable<Envelope["inside"]>,
): Uint8Array[] {
  return [first.subarray(0, at), bytes, first.subarray(at), ...others];
}

function labelOf({ plan, epoch, message, pending, frame, lastTick }: Letter): MessageLabel {
  const { number, tick } = pending.step;
  const wish = present(pending.wish, "a frame was made that nobody wished for");
  const { worker, digest, bytes, parts, shape } = frame;
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
    isLast: plan.log.state === "recorded" && tick === lastTick(),
  };
}

/** By the movie's own rate, however fast it is played: the same frame has the same time for everybody. */
function timeOf({ log }: Plan, number: number): MediaTime {
  return mediaTimeAt(log.rate, number - (log.first ?? number));
}
