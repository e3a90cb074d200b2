import { Bytes, Epoch, MessageNumber } from "../../src/base/units.ts";
import type { Message } from "../../src/dispatch/message.ts";

/** Client, epoch, number and size stand in front of every message, in 32 bits each. */
export const LABEL_BYTES = 16;

type Label = {
  readonly client: number;
  readonly epoch: number;
  readonly number: number;
  readonly size: number;
};

const blank = new Map<number, Uint8Array>();

// Only the label is written anew: the bytes behind it are of no interest, and are many.
export function labelled({ client, epoch, number, size }: Label): Message {
  const bytes = new Uint8Array(LABEL_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of [client, epoch, number, size].entries()) view.setUint32(index * 4, value);
  const rest = blank.get(size) ?? new Uint8Array(size - LABEL_BYTES);
  blank.set(size, rest);
  const parts = rest.byteLength > 0 ? [bytes, rest] : [bytes];
  return { epoch: Epoch(epoch), number: MessageNumber(number), parts, bytes: Bytes(size) };
}
