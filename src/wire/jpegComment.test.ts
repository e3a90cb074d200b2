import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "../base/errors.ts";
import { jpegComment } from "./jpegComment.ts";

const start = [0xff, 0xd8];
const jfif = [0xff, 0xe0, 0, 5, 1, 2, 3];
const exif = [0xff, 0xe1, 0, 3, 9];
const table = [0xff, 0xdb, 0, 3, 7];

function commented(picture: readonly number[], text: string): number[] {
  const { at, bytes } = jpegComment(Uint8Array.from(picture), text);
  return [...picture.slice(0, at), ...bytes, ...picture.slice(at)];
}

const isCorrupt = (error: unknown) => error instanceof Fault && error.code === "FRAME_CORRUPT";

// Readers that go by JFIF expect its segment first; a comment before it would make the file another one.
test("a comment stands behind the segments of applications, with its length", () => {
  const comment = [0xff, 0xfe, 0, 4, 0x68, 0x69];
  assert.deepEqual(commented([...start, ...jfif, ...exif, ...table], "hi"), [
    ...start,
    ...jfif,
    ...exif,
    ...comment,
    ...table,
  ]);
  assert.deepEqual(commented([...start, ...table], "hi"), [...start, ...comment, ...table]);
});

// A picture that is cut off is not read beyond its end.
test("segments that lead nowhere are not followed", () => {
  const lost = [...start, 0xff, 0xe0, 0xff, 0xff];
  assert.equal(jpegComment(Uint8Array.from(lost), "").at, 2);
  assert.equal(jpegComment(Uint8Array.from(start), "").at, 2);
});

test("what is no JPEG picture gets no comment", () => {
  for (const bytes of [[], [0xff], [0x89, 0x50]])
    assert.throws(() => jpegComment(Uint8Array.from(bytes), "no"), isCorrupt);
});
