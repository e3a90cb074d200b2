import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { MissingPolicy } from "../../src/base/contract.ts";
import type { PictureRendition, PictureShape } from "../../src/base/rendition.ts";
import type { FrameWish, ProducedFrame } from "../../src/library/frame.ts";
import type { FrameOutcome, FrameRequest, Urgency } from "../../src/playback/frames.ts";
import { SimulatedFrames } from "../../src/simulate/frames.ts";
import { SimulatedLog } from "../../src/simulate/log.ts";
import { readAll } from "./reader.ts";
import { holds } from "./seed.ts";
import { FAST, open } from "./theatre.ts";

const JPEG: PictureRendition = {
  format: "jpeg",
  width: 1280,
  quality: undefined,
  levels: undefined,
  exposure: undefined,
};

/** Production that remembers what was wished. */
class AttentiveFrames extends SimulatedFrames {
  readonly wishes: FrameWish[] = [];

  override peek(wish: FrameWish): ProducedFrame | undefined {
    this.wishes.push(wish);
    return super.peek(wish);
  }

  override request(wish: FrameWish, urgency: Urgency, settle: (outcome: FrameOutcome) => void): FrameRequest {
    this.wishes.push(wish);
    return super.request(wish, urgency, settle);
  }
}

const movie = fc.record({
  numbers: fc.uniqueArray(fc.nat(12), { minLength: 1, maxLength: 10 }),
  unreadable: fc.array(fc.nat(12), { maxLength: 6 }),
  missing: fc.constantFrom<MissingPolicy[]>("error", "hold", "black", "skip"),
  direction: fc.constantFrom(1 as const, -1 as const),
  isTimed: fc.boolean(),
});

// A frame in another encoding breaks whatever reads the others, and what stands in for a hole is a frame.
test("all that a playback wishes for, substitutes as well, is in the rendition of its plan", (t) => {
  let substitutes = 0;
  const property = fc.property(movie, ({ numbers, unreadable, missing, direction, isTimed }) => {
    const isReadable = ({ number }: { number: number }): boolean => !unreadable.includes(number);
    const { clock, server, plan, frames } = open({ frames: { isReadable }, makeFrames: AttentiveFrames });
    const log = new SimulatedLog("m", numbers);
    const rate = isTimed ? log.rate : undefined;
    const viewer = server.connect(FAST);
    viewer.playback.play(plan({ rendition: JPEG, missing, direction, rate }, log));
    clock.run();
    assert.equal(viewer.ended.length, 1);
    assert.ok(frames instanceof AttentiveFrames);
    assert.ok(frames.wishes.length > 0);
    for (const { rendition } of frames.wishes) assert.equal(rendition, JPEG);
    substitutes += frames.wishes.filter(({ substitution }) => substitution !== undefined).length;
  });
  holds(t, property, 300);
  assert.ok(substitutes > 300, `only ${substitutes} substitutes`);
});

// 500 viewers at one width are one encoder's work; each encoding by itself would be 500 times that.
test("a frame is made once for all who watch it in one rendition, and once more for another", () => {
  const { clock, server, plan, frames, log } = open({ count: 40, frames: { latency: () => 5, workers: 2 } });
  const viewers = Array.from({ length: 50 }, (_, index) => {
    const viewer = server.connect(FAST);
    // Objects of their own, as each request has its own.
    const width = index % 5 === 0 ? 640 : 1280;
    viewer.playback.play(plan({ rendition: { ...JPEG, width }, rate: log.rate }));
    return viewer;
  });
  const original = server.connect(FAST);
  original.playback.play(plan({}));
  clock.run();
  for (const { sink, ended } of [...viewers, original]) {
    assert.equal(readAll(sink.received).length, 40);
    assert.equal(ended[0]?.receipt.end, "finished");
  }
  assert.equal(frames.begun, 3 * 40);
});

const SMALL: PictureShape = { format: "yuv", width: 160, height: 120 };
const LARGE: PictureShape = { ...SMALL, width: 320 };
/** The first that is large. */
const ODD = 6;

/** Production of a movie whose pictures grow. */
class GrowingFrames extends SimulatedFrames {
  override peek(wish: FrameWish): ProducedFrame | undefined {
    const frame = super.peek(wish);
    return frame && grown(wish, frame);
  }

  override request(wish: FrameWish, urgency: Urgency, settle: (outcome: FrameOutcome) => void): FrameRequest {
    return super.request(wish, urgency, (outcome) =>
      settle("frame" in outcome ? { frame: grown(wish, outcome.frame) } : outcome),
    );
  }
}

function grown({ entry }: FrameWish, frame: ProducedFrame): ProducedFrame {
  return { ...frame, shape: entry.number < ODD ? SMALL : LARGE };
}

// A y4m file says its size once: whatever follows in another size is read as noise, to the end.
test("where all frames must have one shape, one of another ends the playback before its first byte", () => {
  for (const latency of [0, 15]) {
    for (const rate of [undefined, { numerator: 24, denominator: 1 }]) {
      for (const cache of ["everything", "nothing"] as const) {
        const frames = { latency: () => latency, cache };
        const { clock, server, plan } = open({ count: 9, frames, makeFrames: GrowingFrames });
        const viewer = server.connect({ rate: 2000, buffer: FAST.buffer });
        viewer.playback.play(plan({ isUniform: true, rate }));
        clock.run();
        assert.deepEqual(
          readAll(viewer.sink.received).map(({ frame, isWhole }) => [frame, isWhole]),
          [1, 2, 3, 4, 5].map((number) => [number, true]),
        );
        const { receipt, error } = viewer.ended[0] ?? {};
        assert.deepEqual([receipt?.end, error?.code], ["failed", "FRAME_UNSUPPORTED"]);
        assert.match(error?.message ?? "", /frame 6 with 320×120 pixels, expected 160×120/);
      }
    }
  }
});

test("where nobody asks for one shape, frames of any shape go on", () => {
  const { clock, server, plan } = open({ count: 9, makeFrames: GrowingFrames });
  const viewer = server.connect(FAST);
  viewer.playback.play(plan({}));
  clock.run();
  assert.equal(viewer.ended[0]?.receipt.sent, 9);
});
