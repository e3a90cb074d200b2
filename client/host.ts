import type { ClientMessage } from "../src/wire/websocket/clientMessages.ts";
import type { ReadFrame, UnderWay } from "../src/wire/websocket/frameReader.ts";
import type { ServerMessageOf } from "../src/wire/websocket/serverMessages.ts";
import type { MutoscopeError } from "./error.ts";
import type { Surroundings } from "./platform.ts";

/** Whom what is said of a playback is for. */
export interface Receiver {
  /** There is a connection, of which it has nothing yet. */
  opened(): void;
  /** What it had on the connection is lost. */
  lost(): void;
  /** There will be no connection any more. */
  gaveUp(error: MutoscopeError): void;
  started(message: ServerMessageOf<"started">): void;
  changed(message: ServerMessageOf<"changed">): void;
  receipt(message: ServerMessageOf<"receipt">): void;
  refused(message: ServerMessageOf<"error">): void;
  came(frame: ReadFrame): void;
}

/** What a playback asks of its client. Declared here, implemented by `Client`. */
export interface Host {
  readonly surroundings: Surroundings;
  /** In milliseconds: how long an answer, or a connection, may take. */
  readonly patience: number;
  /** How many servers there may be. */
  readonly addresses: number;
  readonly isOpen: boolean;
  /** The receiver is told of every connection, until it is done. */
  attend(receiver: Receiver): void;
  /** A number of a playback on this connection, whose messages go to the receiver. */
  enter(receiver: Receiver): number;
  /** Nothing of this number will come any more. */
  leave(playback: number): void;
  /** A number for the next request. */
  request(): number;
  say(message: ClientMessage): void;
  /** The frame of the playback that has begun and not ended. */
  underWay(playback: number): UnderWay | undefined;
  /** Goes to another server. */
  hop(): void;
  /** The server has broken the protocol: nothing goes on. */
  fail(error: MutoscopeError): void;
  /** The receiver wants to hear of nothing any more. */
  done(receiver: Receiver): void;
}
