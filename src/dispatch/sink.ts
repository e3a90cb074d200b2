import type { Fault } from "../base/errors.ts";
import type { Bytes } from "../base/units.ts";

/**
 * What a sink is given at once: whole consecutive messages of one playback, or one slice of a larger one.
 * The parts are to be sent in order with nothing between them.
 */
export type HandOver = {
  readonly parts: readonly Uint8Array[];
  readonly bytes: Bytes;
  /** How many messages begin in it; none, in what is the rest of one. */
  readonly starts: number;
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
   * How many messages may start now, where the client grants them: at least 1 unless the sink is busy.
   * Undefined: as many as there are.
   */
  readonly room?: number;
  /**
   * Whether it can take nothing for now, although it was given nothing: it shares its way to the client with
   * others, or the client has granted nothing. It is set aside then, as if it had answered `wait`.
   */
  readonly isBusy?: boolean;
  /**
   * Takes the whole hand-over, now. Is not called between the answer `wait` and `drained`, while it is busy,
   * or after `close`.
   */
  send(handOver: HandOver): SinkAnswer;
  /**
   * Gives the client up: what it has not taken is lost, and the reason is told where the protocol has room.
   */
  abandon(reason: Fault): void;
}
