import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import * as fc from "fast-check";
import { Fault } from "../../base/errors.ts";
import { FrameNumber, Priority } from "../../base/units.ts";
import { cutRange, rangeOf } from "./byteRange.ts";
import { entityTag, matchesTag, mayRange, namesTag } from "./entityTag.ts";
import { negotiate, parseFrameName, renditionOf } from "./frameForm.ts";
import { priorityOf, wishedPriority } from "./priority.ts";
import { serverTiming } from "./serverTiming.ts";

// RFC 9110, section 14.2: a server may ignore what it does not understand, and must not misread it.
test("a Range is one range of bytes, or nothing", () => {
  assert.deepEqual(rangeOf("bytes=0-3", 10), { start: 0, end: 3 });
  assert.deepEqual(rangeOf("bytes=-3", 10), { start: 7, end: 9 });
  assert.deepEqual(rangeOf("bytes=8-99", 10), { start: 8, end: 9 });
  assert.equal(rangeOf("bytes=10-", 10), "unsatisfiable");
  for (const header of [undefined, "", "bytes", "lines=0-1", "bytes=0-1,3-4"])
    assert.equal(rangeOf(header, 10), undefined, String(header));
  // Refused, or ignored: never bytes.
  for (const header of ["bytes=", "bytes=x-y", "bytes=5-2"])
    assert.notEqual(typeof rangeOf(header, 10), "object", header);
});

// Whatever hand-overs a frame is cut into, a range is the same bytes of it.
test("a range is cut from parts as from their whole", () => {
  const parts = fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 6 });
  fc.assert(
    fc.property(parts, fc.nat(40), fc.nat(40), (all, start, length) => {
      const whole = Buffer.concat(all);
      const range = { start, end: start + length };
      let at = 0;
      const found = all.flatMap((part) => {
        const cut = cutRange([part], at, range);
        at += part.length;
        return cut;
      });
      assert.deepEqual(Buffer.concat(found), whole.subarray(start, start + length + 1));
      assert.deepEqual(Buffer.concat(cutRange(all, 0, range)), Buffer.concat(found));
    }),
  );
});

// A cache that mixes up two representations shows a wrong frame.
test("a tag is strong for a frame and weak for what stands in for it", () => {
  const digest = createHash("sha256").update("frame").digest();
  const strong = entityTag(digest, { isSubstitute: false });
  const weak = entityTag(digest, { isSubstitute: true });
  assert.match(strong, /^"[\w-]{22}"$/);
  assert.match(weak, /^W\/"[\w-]{22}-s"$/);
  for (const header of [strong, `W/${strong}`, ` ${strong} , "x"`, "*"])
    assert.ok(namesTag(header, strong), header);
  for (const header of [undefined, "", '"x"', weak]) assert.ok(!namesTag(header, strong), String(header));
  for (const header of [undefined, strong, ` "x", ${strong}`, "*"]) assert.ok(matchesTag(header, strong));
  for (const header of ["", '"x"', `W/${strong}`, weak]) assert.ok(!matchesTag(header, strong), header);
  assert.ok(!matchesTag(weak, weak));
  assert.ok(mayRange(undefined, strong) && mayRange(strong, strong));
  assert.ok(!mayRange(weak, weak) && !mayRange('"x"', strong));
});

// RFC 9218, section 4: unknown or broken parameters are ignored, and never an error.
test("the field Priority gives what it asks for, or what is usual", () => {
  for (const [field, priority] of [
    ["u=0", 0],
    ["i, u=7", 7],
    ["u=8", 3],
    ["u=-1", 3],
    ["u=1.5", 3],
    ["u", 3],
    ["", 3],
    ["((", 3],
  ] as const)
    assert.equal(priorityOf(field), priority, field);
  assert.equal(priorityOf(undefined), 3);
  assert.equal(wishedPriority(Priority(200), "u=0"), 200);
  assert.equal(wishedPriority(undefined, ["u=1"]), 1);
});

test("a frame's name is a number or last, and perhaps an extension", () => {
  assert.deepEqual(parseFrameName("42"), { place: FrameNumber(42), format: undefined });
  assert.deepEqual(parseFrameName("-7.JPEG"), { place: FrameNumber(-7), format: "jpeg" });
  assert.deepEqual(parseFrameName("last.webp"), { place: "last", format: "webp" });
  for (const text of ["", ".png", "x", "1.2.png", "1 .png", "0x1", "first", "1234567890123456"])
    assert.throws(() => parseFrameName(text), Fault, text);
});

// What needs no conversion is passed through, byte for byte: a parameter that changes nothing changes that
// not.
test("ppm without anything else is the frame as it is", () => {
  assert.equal(renditionOf("ppm", {}), "original");
  assert.notEqual(renditionOf("ppm", { width: 3 }), "original");
  assert.notEqual(renditionOf("ppm", { exposure: 1 }), "original");
  assert.deepEqual(renditionOf("jpeg", { quality: 3 }), {
    format: "jpeg",
    width: undefined,
    quality: 3,
    levels: undefined,
    exposure: undefined,
  });
  assert.throws(() => negotiate(() => false), { code: "NOT_ACCEPTABLE" });
  assert.equal(
    negotiate(([, second = ""]) => second),
    "jpeg",
  );
});

test("Server-Timing has all of the time, and the reasons that took some", () => {
  const waits = { production: 1.23456, ring: 0, client: 0, budget: 0.5, better: 0, turn: 0 };
  assert.equal(serverTiming(2, waits), "total;dur=2, production;dur=1.235, budget;dur=0.5");
  assert.equal(serverTiming(2, undefined), "total;dur=2");
});
