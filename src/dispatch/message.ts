import type { Bytes, Epoch, MessageNumber } from "../base/units.ts";

/** What the dispatcher sends: one message of one playback, as the bytes that go to the client. */
export type Message = {
  readonly epoch: Epoch;
  /** 0, 1, 2 … inside the epoch. */
  readonly number: MessageNumber;
  readonly parts: readonly Uint8Array[];
  /** The sum of the parts' lengths, at least 1. */
  readonly bytes: Bytes;
};
