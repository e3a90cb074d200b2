import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { holds } from "../../../test/laws/seed.ts";
import { Fault } from "../../base/errors.ts";
import { FrameNumber, MessageNumber } from "../../base/units.ts";
import {
  CONTINUATION_BYTES,
  FRAME_FORMATS,
  FRAME_HEADER_BYTES,
  type FrameHeader,
  decodeHead,
  encodeContinuation,
  encodeFrameHeader,
} from "./frameHeader.ts";
import { FrameReader, type ReadFrame } from "./frameReader.ts";

const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const exact = fc.maxSafeInteger();
const natural = fc.maxSafeNat();

const headers: fc.Arbitrary<FrameHeader> = fc.record(
  {
    playback: u32,
    epoch: u32,
    message: natural.map(MessageNumber),
    frame: exact.map(FrameNumber),
    revision: natural,
    time: exact,
    format: fc.constantFrom(...FRAME_FORMATS),
    width: u32,
    height: u32,
    length: u32,
    isSubstitute: fc.boolean(),
  },
  { noNullPrototype: true },
);

function headerOf(playback: number, message: number, length: number): FrameHeader {
  return {
    playback,
    epoch: 1,
    message: MessageNumber(message),
    frame: FrameNumber(message + 1),
    revision: 1,
    time: 0,
    format: "png",
    width: 1,
    height: 1,
    length,
    isSubstitute: false,
  };
}

function reader(largest = 2 ** 32): FrameReader {
  return new FrameReader({ largest, expects: (playback) => playback < 100 });
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts));
}

function picture(message: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + message) & 255);
}

function told(frames: readonly ReadFrame[]) {
  return frames.map(({ header, bytes }) => [header.playback, header.message, bytes && [...bytes]]);
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
  return "nothing was thrown";
}

describe("the header of a frame", () => {
  it("is read as it was written, whatever numbers it has", (t) => {
    const property = fc.property(headers, (header) => {
      const head = decodeHead(encodeFrameHeader(header));
      assert.deepEqual(head, { kind: "frame", header, headerLength: FRAME_HEADER_BYTES });
    });
    holds(t, property, 500);
  });

  // A later server may add fields: an old client must still find the picture.
  it("may be longer than it is today", () => {
    const bytes = joined(encodeFrameHeader(headerOf(1, 0, 3)), new Uint8Array(8), picture(0, 3));
    new DataView(bytes.buffer).setUint16(14, 72);
    assert.deepEqual(told(reader().read(bytes)), [[1, 0, [...picture(0, 3)]]]);
  });

  it("is not half of one", () => {
    const bytes = encodeFrameHeader(headerOf(1, 0, 3));
    for (let length = 0; length < bytes.byteLength; length++)
      assert.equal(
        codeOf(() => decodeHead(bytes.subarray(0, length))),
        "PROTOCOL_BROKEN",
      );
    for (let length = 0; length < CONTINUATION_BYTES; length++)
      assert.equal(
        codeOf(() => decodeHead(encodeContinuation(1).subarray(0, length))),
        "PROTOCOL_BROKEN",
      );
  });
});

describe("frames out of binary messages", () => {
  // A server cuts where it likes: what comes together must not depend on it.
  it("are the same however a large one is cut", () => {
    const whole = picture(0, 40);
    const head = encodeFrameHeader(headerOf(1, 0, 40));
    for (let first = 0; first < 40; first++) {
      for (let second = first + 1; second <= 40; second++) {
        const frames = reader();
        const found = [
          ...frames.read(joined(head, whole.subarray(0, first))),
          ...frames.read(joined(encodeContinuation(1), whole.subarray(first, second))),
          ...(second === 40 ? [] : frames.read(joined(encodeContinuation(1), whole.subarray(second)))),
        ];
        assert.deepEqual(told(found), [[1, 0, [...whole]]]);
        assert.equal(frames.underWay(1), undefined);
      }
    }
  });

  it("are those of all playbacks, whatever goes between their pieces", (t) => {
    const plays = fc.array(fc.array(fc.nat({ max: 50 }), { maxLength: 4 }), { minLength: 1, maxLength: 4 });
    const property = fc.property(plays, fc.infiniteStream(fc.nat()), (lengths, choices) => {
      const choose = (below: number): number => Number(choices.next().value ?? 0) % below;
      const frames = reader();
      const found: ReadFrame[] = [];
      const queues = lengths.map((sizes, playback) =>
        sizes.flatMap((size, message) => {
          const cut = choose(size + 1);
          const bytes = picture(message, size);
          const head = encodeFrameHeader(headerOf(playback, message, size));
          const first = joined(head, bytes.subarray(0, cut));
          return cut === size ? [first] : [first, joined(encodeContinuation(playback), bytes.subarray(cut))];
        }),
      );
      for (let left = queues.filter((queue) => queue.length > 0); left.length > 0;) {
        const piece = left[choose(left.length)]?.shift();
        if (piece !== undefined) found.push(...frames.read(piece));
        left = queues.filter((queue) => queue.length > 0);
      }
      for (const [playback, sizes] of lengths.entries())
        assert.deepEqual(
          told(found.filter(({ header }) => header.playback === playback)),
          sizes.map((size, message) => [playback, message, [...picture(message, size)]]),
        );
    });
    holds(t, property, 200);
  });

  it("may be several in one message, the last of them cut off", () => {
    const frames = reader();
    const one = joined(encodeFrameHeader(headerOf(1, 0, 3)), picture(0, 3));
    const none = encodeFrameHeader(headerOf(1, 1, 0));
    const cut = joined(encodeFrameHeader(headerOf(1, 2, 5)), picture(2, 5).subarray(0, 2));
    assert.equal(frames.read(joined(one, none, cut)).length, 2);
    assert.ok(frames.underWay(1));
    const found = frames.read(joined(encodeContinuation(1), picture(2, 5).subarray(2)));
    assert.deepEqual(told(found), [[1, 2, [...picture(2, 5)]]]);
  });

  // Nothing is kept of what nobody wants, and what follows it is still read.
  it("come without their picture when it is too large", () => {
    const frames = reader(4);
    const large = joined(encodeFrameHeader(headerOf(1, 0, 4_000_000_000)), new Uint8Array(9));
    assert.deepEqual(frames.read(large), []);
    assert.ok(frames.underWay(1));
    const whole = joined(encodeFrameHeader(headerOf(2, 0, 5)), picture(0, 5));
    assert.deepEqual(told(frames.read(whole)), [[2, 0, undefined]]);
    const small = joined(encodeFrameHeader(headerOf(2, 1, 4)), picture(1, 4));
    assert.deepEqual(told(frames.read(small)), [[2, 1, [...picture(1, 4)]]]);
  });

  it("are refused, or read, whatever bytes come: nothing else happens", (t) => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.uint8Array({ minLength: 8, maxLength: 150 }).map((bytes) => bytes.with(0, 1).with(1, 1)),
      fc
        .tuple(headers, fc.uint8Array({ maxLength: 20 }))
        .map(([header, rest]) =>
          joined(encodeFrameHeader({ ...header, playback: header.playback % 101 }), rest),
        ),
    );
    const property = fc.property(fc.array(noise, { maxLength: 6 }), (messages) => {
      const frames = reader(1000);
      for (const message of messages) {
        const outcome = codeOf(() => frames.read(joined(message)));
        assert.ok(["PROTOCOL_BROKEN", "nothing was thrown"].includes(outcome), outcome);
      }
    });
    holds(t, property, 1000);
  });
});
