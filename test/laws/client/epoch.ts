import type { EpochEnd, Receipt, Waits } from "../../../src/base/events.ts";
import { WAIT_REASONS } from "../../../src/base/events.ts";
import { type FrameNumber, MessageNumber } from "../../../src/base/units.ts";
import { encodeContinuation, encodeFrameHeader } from "../../../src/wire/websocket/frameHeader.ts";
import type { Problem } from "../../../src/wire/websocket/serverMessages.ts";
import type { Beginning, Wish } from "../../../src/wire/websocket/wish.ts";
import type { ServerEnd } from "./network.ts";

export type Program = { readonly movie: string; readonly wish: Wish; readonly beginning: Beginning };

/** Bytes of one hand-over: small, so that most frames are cut. */
const SLICE = 16;
const DIGEST = "0".repeat(64);

/** A picture that no other frame has, of 1 to 50 bytes. */
export function pictureOf(number: number): Uint8Array<ArrayBuffer> {
  const length = 1 + ((Math.abs(number) * 37) % 50);
  return Uint8Array.from({ length }, (_, at) => number * 7 + at);
}

/** The frames of a program in the order in which they are due. */
export function* showing(numbers: readonly number[], { wish, beginning }: Program): Generator<FrameNumber> {
  const { from = -Infinity, to = Infinity, direction, loop } = wish;
  const all = numbers as readonly FrameNumber[];
  const sorted = all.toSorted((a, b) => direction * (a - b));
  const range = sorted.filter((number) => number >= from && number <= to);
  const { start, after } = beginning;
  const place = start === "last" ? Math.max(...numbers) : start;
  yield* range.filter((number) => {
    if (after !== undefined) return direction * (number - after) > 0;
    return place === undefined || direction * (number - place) >= 0;
  });
  if (!loop || range.length === 0) return;
  for (;;) yield* range;
}

/** One epoch of the pretended server: frames cut into hand-overs, and what its receipt counts. */
export class PretendedEpoch {
  readonly number: number;
  readonly program: Program;
  readonly #playback: number;
  readonly #frames: Generator<FrameNumber>;
  #next: FrameNumber | undefined;
  #rest: Uint8Array<ArrayBuffer> | undefined;
  #first: number | undefined;
  #sent = 0;
  #bytes = 0;
  last: FrameNumber | undefined;

  constructor(playback: number, number: number, program: Program, numbers: readonly number[]) {
    this.#playback = playback;
    this.number = number;
    this.program = program;
    this.#frames = showing(numbers, program);
    this.#advance();
  }

  get isInFrame(): boolean {
    return this.#rest !== undefined;
  }

  get isOver(): boolean {
    return this.#next === undefined && !this.isInFrame;
  }

  /** Sends a hand-over: more of a frame, or up to `credit` frames that fit one. @returns frames begun */
  handOver(credit: number, end: ServerEnd): number {
    if (this.#rest !== undefined) {
      end.send(joined([encodeContinuation(this.#playback), this.#cut(this.#rest)]));
      return 0;
    }
    const parts: Uint8Array[] = [];
    let begun = 0;
    let room = SLICE;
    while (begun < credit && room > 0 && this.#next !== undefined && !this.isInFrame) {
      const picture = pictureOf(this.#next);
      parts.push(this.#begin(this.#next, picture), this.#cut(picture, room));
      room -= picture.byteLength;
      begun += 1;
    }
    if (begun > 0) end.send(joined(parts));
    return begun;
  }

  receipt(kind: EpochEnd): Receipt {
    const { movie, wish } = this.program;
    return {
      movie,
      epoch: this.number,
      end: kind,
      contract: wish.contract,
      first: this.#first,
      last: this.last,
      sent: this.#sent,
      priority: wish.priority,
      wished: undefined,
      skipped: 0,
      missing: 0,
      substituted: 0,
      late: 0,
      lateness: undefined,
      waits: Object.fromEntries(WAIT_REASONS.map((reason) => [reason, 1])) as Waits,
      bytes: this.#bytes,
      digest: DIGEST,
    };
  }

  #begin(frame: FrameNumber, picture: Uint8Array): Uint8Array {
    const header = encodeFrameHeader({
      playback: this.#playback,
      epoch: this.number,
      message: MessageNumber(this.#sent),
      frame,
      revision: 1,
      time: frame * 1000,
      format: "ppm",
      width: 2,
      height: 1,
      length: picture.byteLength,
      isSubstitute: false,
    });
    this.#first ??= frame;
    this.last = frame;
    this.#sent += 1;
    this.#bytes += picture.byteLength;
    this.#advance();
    return header;
  }

  #cut(bytes: Uint8Array<ArrayBuffer>, room = SLICE): Uint8Array {
    const rest = bytes.subarray(room);
    this.#rest = rest.byteLength > 0 ? rest : undefined;
    return bytes.subarray(0, room);
  }

  #advance(): void {
    const { done, value } = this.#frames.next();
    this.#next = done === true ? undefined : value;
  }
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}

export function problemOf(code: string, { retry = false } = {}): Problem {
  return { code, title: `the title of ${code}`, detail: `the detail of ${code}`, retry };
}
