import type { Waits } from "../base/events.ts";
import type { PictureShape } from "../base/rendition.ts";
import type {
  Bytes,
  Epoch,
  FrameNumber,
  FrameRevision,
  MediaTime,
  MessageNumber,
  MonotonicMs,
  Ms,
  Priority,
} from "../base/units.ts";

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
  /** The message of which some bytes have left, and not all: `finished` will tell of its last. */
  readonly started: { readonly message: OutgoingMessage } | undefined;
  /** Opens an epoch: what was offered before and has not started is dropped. */
  begin(standing: EpochStanding): void;
  /** Changes the priority of what plays, of a started message from its next hand-over on. */
  rerank(priority: Priority): void;
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
  /** A message that began in an earlier hand-over has been handed over to its end. */
  finished(message: OutgoingMessage, now: MonotonicMs): void;
  due(message: OutgoingMessage): MonotonicMs;
  isLate(message: OutgoingMessage, now: MonotonicMs): boolean;
  skip(now: MonotonicMs, waits: Waits): void;
}

/** What a protocol puts before and after a message's frame. */
export type Envelope = {
  readonly before?: Uint8Array | undefined;
  readonly after?: Uint8Array | undefined;
  /** Put into the picture behind its first `at` bytes, which lie in its first part. */
  readonly inside?: { readonly at: number; readonly bytes: Uint8Array };
};

/** What a message is about, for the protocol that puts it into an envelope. */
export type MessageLabel = {
  readonly worker: number;
  readonly epoch: Epoch;
  readonly message: MessageNumber;
  readonly frame: FrameNumber;
  /** Of the frame that is shown, which is another one where it stands in. */
  readonly revision: FrameRevision;
  /** SHA-256 of the frame that is shown, without the line that marks a substitute. */
  readonly digest: Uint8Array;
  /** Bytes of the frame, without what the protocol puts before it. */
  readonly bytes: Bytes;
  /** The frame itself, shared by all who send it. */
  readonly picture: readonly Uint8Array[];
  /** What the frame is as a picture. */
  readonly shape: PictureShape;
  /** Where the frame lies on the movie's timeline. */
  readonly time: MediaTime;
  /** Another picture stands in for the frame. */
  readonly isSubstitute: boolean;
  /** It was made under levels that were measured: measured later, the same frame may be other bytes. */
  readonly mayLookOtherwise: boolean;
  /** No message follows, as far as is known when this one is offered. */
  readonly isLast: boolean;
};
