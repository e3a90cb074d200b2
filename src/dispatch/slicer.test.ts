import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Bytes, Epoch, MessageNumber } from "../base/units.ts";
import type { Message } from "./message.ts";
import { Slicer } from "./slicer.ts";

function messageOf(parts: readonly Uint8Array[]): Message {
  const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0);
  return { epoch: Epoch(1), number: MessageNumber(0), parts, bytes: Bytes(bytes) };
}

// Slices end inside of parts, parts inside of slices, and some parts are empty.
test("slices of any size are the message's bytes in order, none larger than asked for", () => {
  const parts = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 6 });
  const property = fc.property(parts, fc.integer({ min: 1, max: 50 }), (parts, limit) => {
    const message = messageOf(parts);
    fc.pre(message.bytes > 0);
    const slicer = new Slicer(message);
    const taken: Uint8Array[] = [];
    while (slicer.left > 0) {
      const before = slicer.left;
      const views = slicer.take(Bytes(limit));
      const bytes = views.reduce((sum, view) => sum + view.byteLength, 0);
      assert.equal(bytes, Math.min(limit, before));
      assert.equal(slicer.left, before - bytes);
      assert.ok(views.every((view) => view.byteLength > 0));
      taken.push(...views);
    }
    assert.deepEqual(Buffer.concat(taken), Buffer.concat(parts));
  });
  fc.assert(property, { seed: 19_660, numRuns: 200 });
});

// A frame of 50 MB is sent to many: copying it for each would be the largest cost of all.
test("a slice is a view and not a copy", () => {
  const part = new Uint8Array(100);
  const [view] = new Slicer(messageOf([part])).take(Bytes(10));
  assert.equal(view?.buffer, part.buffer);
});
