import assert from "node:assert/strict";
import type { Envelope, MessageLabel } from "../../src/playback/outlet.ts";
import { type FrameLine, fillerAt, readFrameLine } from "../../src/simulate/frames.ts";
import type { Received } from "../../src/simulate/sink.ts";

/** A message as it arrived: only what its bytes say, and when they came. */
export type Arrived = {
  readonly epoch: number;
  readonly message: number;
  readonly frame: number;
  /** Of the frame, without the label. */
  readonly bytes: number;
  readonly isSubstitute: boolean;
  readonly line: FrameLine;
  /** Of its first byte: when, and in which hand-over. */
  readonly time: number;
  readonly handOver: number;
  isWhole: boolean;
};

/** What the tests put before each message. */
export function label({ epoch, message, frame, bytes, isSubstitute }: MessageLabel): Uint8Array {
  return Buffer.from(`message ${epoch} ${message} ${frame} ${bytes} ${isSubstitute ? "s" : "-"}\n`);
}

/** The same as an envelope. */
export function enveloped(about: MessageLabel): Envelope {
  return { before: label(about) };
}

type Place = { readonly time: number; readonly handOver: number };

/**
 * Reads back what one client received, from the bytes alone: it fails on anything that is not messages back
 * to back (law 1). What the messages say is for others to judge.
 */
export class Reader {
  readonly arrived: Arrived[] = [];
  #state: "label" | "line" | "filler" = "label";
  #text = "";
  #label = "";
  #begun: Place = { time: 0, handOver: 0 };
  #position = 0;
  #left = 0;

  read({ time, handOver }: Received, index: number): void {
    for (const part of handOver.parts) this.#readPart(part, { time, handOver: index });
    assert.equal(this.#state !== "label" || this.#text !== "", handOver.continues, "`continues` is wrong");
  }

  #readPart(part: Uint8Array, place: Place): void {
    let at = 0;
    while (at < part.byteLength) {
      if (this.#state === "filler") at += this.#readFiller(part.subarray(at));
      else at += this.#readText(part.subarray(at), place);
    }
  }

  #readText(part: Uint8Array, place: Place): number {
    if (this.#state === "label" && this.#text === "") this.#begun = place;
    const end = part.indexOf(10);
    const text = part.subarray(0, end < 0 ? part.byteLength : end);
    this.#text += Buffer.from(text).toString("latin1");
    assert.ok(this.#text.length < 200, "no message where one should begin");
    if (end < 0) return part.byteLength;
    if (this.#state === "label") this.#label = this.#text;
    else this.#begin(this.#text);
    this.#state = this.#state === "label" ? "line" : this.#afterBytes();
    this.#text = "";
    return end + 1;
  }

  #begin(text: string): void {
    const [kind, ...values] = this.#label.split(" ");
    assert.equal(kind, "message", `found "${this.#label}" where a message begins`);
    const [epoch = -1, message = -1, frame = -1, bytes = -1] = values.map(Number);
    const line = readFrameLine(text);
    const isSubstitute = values[4] === "s";
    assert.equal(line.for, frame, "the label and the picture disagree");
    assert.equal(isSubstitute, line.policy !== "-", "a substitute is not marked");
    this.arrived.push({ epoch, message, frame, bytes, isSubstitute, line, ...this.#begun, isWhole: false });
    this.#position = 0;
    this.#left = bytes - text.length - 1;
  }

  #readFiller(part: Uint8Array): number {
    const count = Math.min(part.byteLength, this.#left);
    assert.equal(part[0], fillerAt(this.#position), "a slice from another place");
    assert.equal(part[count - 1], fillerAt(this.#position + count - 1), "a slice from another place");
    this.#position += count;
    this.#left -= count;
    this.#state = this.#afterBytes();
    return count;
  }

  #afterBytes(): "label" | "filler" {
    if (this.#left > 0) return "filler";
    const last = this.arrived.at(-1);
    if (last !== undefined) last.isWhole = true;
    return "label";
  }
}

export function readAll(received: readonly Received[]): Arrived[] {
  const reader = new Reader();
  for (const [index, one] of received.entries()) reader.read(one, index);
  return reader.arrived;
}
