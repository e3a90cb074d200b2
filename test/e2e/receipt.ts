import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { EndItem, FrameItem } from "./viewer.ts";

/** The line that marks a substitute, after the magic number: who stands in for whom, and why. */
const MARK =
  /^(P[56]\n)# mutoscope: ((?:frame -?\d+|a black frame) stands in for -?\d+ \((?:hold|black)\))\n/;

/** What a frame's marking line says; undefined for one that is not marked. */
export function markOf(bytes: Uint8Array): string | undefined {
  return MARK.exec(headerText(bytes))?.[2];
}

/** The picture that stands in, as it is without the line that marks it. */
export function unmarked(bytes: Uint8Array): Uint8Array {
  const [whole, magic = ""] = MARK.exec(headerText(bytes)) ?? [];
  if (whole === undefined) return bytes;
  return Buffer.concat([Buffer.from(magic, "latin1"), bytes.subarray(whole.length)]);
}

/** The digest that an END line must give, from what came: `docs/protocols/classic.md`, section 4.5. */
export function digestOf(frames: readonly FrameItem[]): string {
  const hash = createHash("sha256");
  for (const { tag, bytes } of frames) {
    const number = Buffer.alloc(8);
    number.writeBigInt64BE(BigInt(tag?.frame ?? assert.fail("a frame without a tag")));
    hash.update(number).update(createHash("sha256").update(unmarked(bytes)).digest());
  }
  return hash.digest("hex");
}

/** What an epoch's END line says is what came: numbers without a gap, counts, bytes, digest. */
export function checkReceipt({ frames, end }: { frames: readonly FrameItem[]; end: EndItem }): void {
  assert.deepEqual(
    frames.map(({ tag }) => [tag?.epoch, tag?.message]),
    frames.map((_, index) => [end.epoch, index]),
  );
  assert.equal(end.sent, frames.length);
  assert.equal(
    end.bytes,
    frames.reduce((sum, { bytes }) => sum + bytes.length, 0),
  );
  assert.equal(end.digest, digestOf(frames));
  for (const { tag, bytes } of frames) {
    assert.equal(tag?.bytes, bytes.length);
    assert.equal(tag.substitute, markOf(bytes) !== undefined, "the flag and the marking line disagree");
  }
}

function headerText(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 200)).toString("latin1");
}
