import type { Waits } from "../base/events.ts";
import type { MonotonicMs, Ms, Priority } from "../base/units.ts";
import type { Message } from "./message.ts";

/** How the messages of one epoch are ranked. */
export type Standing = {
  readonly priority: Priority;
  /** The time between two dues; undefined for an epoch that goes as fast as its client takes it. */
  readonly period: Ms | undefined;
};

/**
 * Who offers messages: one playback. Declared here, implemented outside. `drain` and `skip` may call
 * `offer` before they return; the others only tell or ask.
 */
export interface Source {
  /** There may be room: after messages have started, and for what was refused or returned. */
  drain(): void;
  /** The last `count` messages that were accepted have left the ring unsent. They keep their numbers. */
  returned(count: number): void;
  /**
   * The message leaves: it can no longer be taken back, and will arrive whole or the connection ends. `drain`
   * follows when all messages of the hand-over have been told. `waits` says where the time went since the
   * message before it left or was given up, or since its due if that is later: the time is all that of the
   * first message of a hand-over. The record is used again after the call.
   */
  started(message: Message, now: MonotonicMs, waits: Waits): void;
  /**
   * The last bytes of a message that had begun in an earlier hand-over have been given to the sink. Not told
   * of messages that leave in one hand-over: those end when they start.
   */
  finished(message: Message, now: MonotonicMs): void;
  /** When a message of a timed epoch may leave. Asked when it becomes the first of its queue. */
  due(message: Message): MonotonicMs;
  /** Whether a message that has not started should give way to a newer one. */
  isLate(message: Message, now: MonotonicMs): boolean;
  /**
   * The first message was late, for the reasons in `waits`: all that waited have left the ring, and something
   * newer may be offered.
   */
  skip(now: MonotonicMs, waits: Waits): void;
}
