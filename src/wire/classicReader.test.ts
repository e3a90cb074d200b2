import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { Fault } from "../base/errors.ts";
import type { Receipt } from "../base/events.ts";
import { Bytes } from "../base/units.ts";
import { ClassicReader } from "./classicReader.ts";
import type { ClassicItem } from "./classicReader.ts";
import { encodeHeader } from "./netpbm.ts";
import { encodeReceipt } from "./receipt.ts";
import { encodeEnd, encodeError, encodeTag } from "./tag.ts";

const END = { epoch: 1, sent: 1, skipped: 0, missing: 0, bytes: 14, digest: "ab" };
const RECEIPT: Receipt = {
  ...END,
  movie: "sw",
  end: "finished",
  contract: "all",
  first: 7,
  last: 7,
  priority: 1,
  wished: undefined,
  substituted: 0,
  late: 0,
  lateness: undefined,
  waits: { production: 1.5, ring: 0, client: 0, budget: 0, better: 0, turn: 0 },
};
const ERROR = { code: "FRAME_MISSING", message: "found no frame 3" };

const frame = (raster: string): Buffer =>
  Buffer.concat([
    encodeHeader({ magic: "P5", width: raster.length, height: 1, maxval: 255 }),
    Buffer.from(raster),
  ]);

function tag(bytes: number): Buffer {
  const where = { worker: 1, connection: 2, epoch: 1, message: 0, frame: 7, substitute: false };
  return Buffer.from(encodeTag({ ...where, bytes, request: "a:1:start_movie:sw:tagged" }));
}

/** Feeds the pieces through a buffer that is poisoned after each push. */
function read(pieces: readonly Uint8Array[]): { items: ClassicItem[]; idle: boolean } {
  const reader = new ClassicReader();
  const items: ClassicItem[] = [];
  for (const piece of pieces) {
    const chunk = Buffer.from(piece);
    reader.push(chunk);
    chunk.fill(0x21);
    for (let item = reader.next(); item !== undefined; item = reader.next()) items.push(item);
  }
  return { items, idle: reader.idle };
}

const corrupt = (error: unknown): boolean => error instanceof Fault && error.code === "FRAME_CORRUPT";

const bytewise = (input: Uint8Array): Uint8Array[] => Array.from(input, (byte) => Uint8Array.of(byte));

describe("the reader of what a classic client receives", () => {
  const untagged = Buffer.concat([
    frame("P5 1 1"),
    frame("ERR x\n"),
    encodeError(ERROR),
    encodeReceipt(RECEIPT),
    frame("\n"),
  ]);
  const tagged = Buffer.concat([
    tag(frame("1 2 3").length),
    frame("1 2 3"),
    encodeReceipt(RECEIPT),
    encodeEnd(END),
    encodeError(ERROR),
  ]);

  // A raster may look like a header or a line; only the sizes tell.
  it("gives frames and lines in order, however they are cut", () => {
    for (const input of [untagged, tagged]) {
      const whole = read([input]);
      assert.equal(whole.idle, true);
      assert.deepEqual(read(bytewise(input)), whole);
      fc.assert(
        fc.property(
          fc.integer({ min: 0, max: input.length }),
          fc.integer({ min: 0, max: input.length }),
          (a, b) => {
            const [low, high] = [Math.min(a, b), Math.max(a, b)];
            assert.deepEqual(
              read([input.subarray(0, low), input.subarray(low, high), input.subarray(high)]),
              whole,
            );
          },
        ),
      );
    }
    assert.deepEqual(
      read([untagged]).items.map((item) =>
        item.kind === "frame" ? Buffer.from(item.bytes).toString() : item.kind,
      ),
      ["P5\n6 1\n255\nP5 1 1", "P5\n6 1\n255\nERR x\n", "error", "receipt", "P5\n1 1\n255\n\n"],
    );
    const [first, receipt, end, error] = read([tagged]).items;
    assert.equal(first?.kind === "frame" ? first.tag?.frame : undefined, 7);
    assert.deepEqual(receipt, { kind: "receipt", receipt: RECEIPT });
    assert.deepEqual(end, { kind: "end", ...END });
    assert.deepEqual(error, { kind: "error", ...ERROR });
  });

  // The first server sent its own memory when a file was missing: here such bytes cannot pass unseen.
  it("no byte outside of a frame or a line passes", () => {
    const before = frame("ab");
    const size = tag(13);
    const strays: readonly (readonly Uint8Array[])[] = [
      [before, Buffer.from("\0")],
      [before, Buffer.from("x\n")],
      [before, Buffer.from("\n"), before],
      [before, Buffer.from("ERX")],
      [before, Buffer.from("ERR lower\n")],
      [before, Buffer.from("RECEIVED")],
      [before, Buffer.from("RECEIPT 1 {}\n")],
      [before, Buffer.from("P4")],
      [before, Buffer.from("12 garbage\n")],
      [Buffer.from([0x31, 0xff, 0x0a])],
      [size, encodeEnd(END)],
      [size, encodeReceipt(RECEIPT)],
      [size, size],
      [tag(12), before, before],
    ];
    for (const input of strays) {
      assert.throws(() => read(input), corrupt);
      assert.throws(() => read(bytewise(Buffer.concat(input))), corrupt);
    }
  });

  // A line without an end would otherwise be kept for ever.
  it("a line that is too long is refused before its end", () => {
    assert.throws(() => read([Buffer.alloc(40_000, 0x31), Buffer.alloc(40_000, 0x31)]), corrupt);
  });

  it("an input that ends inside of a frame or line, or after a tag, leaves the reader busy", () => {
    for (const [input, whole] of [
      [untagged, 5],
      [tagged, 4],
    ] as const) {
      for (let at = 1; at < input.length; at++) {
        const { items, idle } = read([input.subarray(0, at)]);
        assert.ok(items.length < whole);
        if (idle) assert.ok(items.length > 0);
      }
    }
    assert.equal(read([tag(13)]).idle, false);
  });

  it("a frame above the limit is refused before memory is taken for it", () => {
    const reader = new ClassicReader({ largestFrame: Bytes(100) });
    reader.push(encodeHeader({ magic: "P6", width: 60_000, height: 60_000, maxval: 255 }));
    assert.throws(
      () => reader.next(),
      (error) => error instanceof Fault && error.code === "FRAME_TOO_LARGE",
    );
  });
});
