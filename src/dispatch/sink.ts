import type { Fault } from "../base/errors.ts";
import type { Bytes } from "../base/units.ts";

/**
 * What a sink is given at once: whole consecutive messages of one playback, or one slice of a larger one.
 * The parts are to be sent in order with nothing between them.
 */
export type HandOver = {
  readonly parts: readonly Uint8Array[];
  readonly bytes: Bytes;
  /** The last message is not complete: nothing but its rest may follow. */
  readonly continues: boolean;
};

/**
 * `more`: all bytes have left and another hand-over is welcome. `wait`: set aside until `drained` is called.
 */
export type SinkAnswer = "more" | "wait";

/** Hands bytes to one client. Declared here, implemented by each transport. */
export interface Sink {
  /**
   * Takes the whole hand-over, now. Is not called between the answer `wait` and `drained`, or after `close`.
   */
  send(handOver: HandOver): SinkAnswer;
  /**
   * Gives the client up: what it has not taken is lost, and the reason is told where the protocol has room.
   */
  abandon(reason: Fault): void;
}
