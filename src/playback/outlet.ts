import type { Waits } from "../base/events.ts";
import type { Bytes, Epoch, FrameNumber, MessageNumber, MonotonicMs, Ms, Priority } from "../base/units.ts";

/** One frame of one playback, as the bytes that go to the client. */
export type OutgoingMessage = {
  readonly epoch: Epoch;
  readonly number: MessageNumber;
  readonly parts: readonly Uint8Array[];
  readonly bytes: Bytes;
};

/**
 * How the messages of an epoch are ranked; `period` is undefined for one that goes as fast as its client
 * reads.
 */
export type EpochStanding = { readonly priority: Priority; readonly period: Ms | undefined };

/** Where a playback offers its messages. Declared here, implemented by the dispatcher. */
export interface Outlet {
  /** Opens an epoch: what was offered before and has not started is dropped. */
  begin(standing: EpochStanding): void;
  /** Offers the next message. False: there is no room; wait for `drain`. */
  offer(message: OutgoingMessage): boolean;
  /**
   * Where the time went since the last message left or was given up: what waits now is about to be given up.
   * The record is used again after the call.
   */
  waited(): Waits;
  /** Gives everything back. */
  close(): void;
}

/** What the outlet asks and tells a playback: the dispatcher's `Source`. */
export interface OutletSource {
  drain(): void;
  returned(count: number): void;
  started(message: OutgoingMessage, now: MonotonicMs, waits: Waits): void;
  due(message: OutgoingMessage): MonotonicMs;
  isLate(message: OutgoingMessage, now: MonotonicMs): boolean;
  skip(now: MonotonicMs, waits: Waits): void;
}

/** What a message is about, for the protocol that puts a line or a header before it. */
export type MessageLabel = {
  readonly worker: number;
  readonly epoch: Epoch;
  readonly message: MessageNumber;
  readonly frame: FrameNumber;
  /** Bytes of the frame, without what the protocol puts before it. */
  readonly bytes: Bytes;
  /** Another picture stands in for the frame. */
  readonly isSubstitute: boolean;
};
