import type { ClientMessageOf } from "../src/wire/websocket/clientMessages.ts";
import { type FakeConnection, FakeEpoch, pictureOf, refuse } from "./fakes.testing.ts";

/** What one playback of the model still has to send. */
type Sending = {
  readonly playback: number;
  readonly epoch: FakeEpoch;
  readonly numbers: Iterator<number>;
  credit: number;
  rest: Uint8Array | undefined;
};

/** A picture so large that it goes in pieces of `SLICE` bytes. */
const LARGE = 1000;
const SLICE = 300;
const HEADER = 64;

/** The order in which the frames of a wish come, for ever if it loops. */
export function* orderOf(
  frames: readonly number[],
  { after, start, loop, direction, from, to }: ClientMessageOf<"play">,
): Generator<number, undefined, undefined> {
  const inside = frames.filter((number) => number >= (from ?? -Infinity) && number <= (to ?? Infinity));
  const all = direction === 1 ? inside : inside.toReversed();
  const isBehind = (number: number): boolean => {
    if (after !== undefined) return (number - after) * direction > 0;
    return start === undefined || start === "last" || (number - start) * direction >= 0;
  };
  yield* all.filter(isBehind);
  if (!loop || all.length === 0) return undefined;
  for (;;) yield* all;
}

/**
 * A server that does what the protocol says, one hand-over for each `step`: every third frame is large
 * and goes in
 * slices. It serves one playback.
 */
export class ModelServer {
  readonly #frames: readonly number[];
  readonly connection: FakeConnection;
  #read = 0;
  #sending: Sending | undefined;
  /** Refuses so many plays with `after`: as one that still looks through its library. */
  scans = 0;

  constructor(frames: readonly number[], connection: FakeConnection) {
    this.#frames = frames;
    this.connection = connection;
    if (connection.told.length === 0) connection.accept();
  }

  /** One hand-over, if there is anything that may go. */
  step(): void {
    this.#readCommands();
    const sending = this.#sending;
    if (sending === undefined || this.connection.isOver) return;
    if (sending.rest !== undefined) return this.#goOn(sending, sending.rest);
    if (sending.credit === 0) return;
    const { done, value } = sending.numbers.next();
    if (done === true) {
      this.#sending = undefined;
      return sending.epoch.end();
    }
    sending.credit -= 1;
    const picture = pictureOf(value, value % 3 === 0 ? LARGE : 6);
    const bytes = sending.epoch.frame(value, picture);
    this.connection.sayBinary(bytes.subarray(0, HEADER + SLICE));
    if (bytes.byteLength > HEADER + SLICE) sending.rest = bytes.subarray(HEADER + SLICE);
  }

  #goOn(sending: Sending, rest: Uint8Array): void {
    sending.epoch.goOn(rest.subarray(0, SLICE));
    sending.rest = rest.byteLength > SLICE ? rest.subarray(SLICE) : undefined;
  }

  #readCommands(): void {
    for (; this.#read < this.connection.told.length; this.#read++) {
      const message = this.connection.told[this.#read];
      if (message?.type === "play") this.#play(message);
      else if (message?.type === "credit" && message.playback === this.#sending?.playback)
        this.#sending.credit += message.messages;
      else if (message?.type === "stop") this.#stop(message);
    }
  }

  #play(play: ClientMessageOf<"play">): void {
    if (play.after !== undefined && this.scans > 0) {
      this.scans -= 1;
      return refuse(this.connection, play, "LIBRARY_SCANNING", true);
    }
    const epoch = new FakeEpoch(this.connection, play);
    const numbers = orderOf(this.#frames, play);
    this.#sending = { playback: play.playback, epoch, numbers, credit: play.credit, rest: undefined };
  }

  #stop(stop: ClientMessageOf<"stop">): void {
    const sending = this.#sending;
    if (sending?.playback !== stop.playback) return refuse(this.connection, stop, "PLAYBACK_NOT_FOUND");
    while (sending.rest !== undefined) this.#goOn(sending, sending.rest);
    this.#sending = undefined;
    sending.epoch.end("stopped", { request: stop.request });
  }
}
