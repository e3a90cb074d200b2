import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { Bytes, FrameNumber } from "../base/units.ts";
import { Tally } from "./tally.ts";

const digest = (number: number): Uint8Array => createHash("sha256").update(String(number)).digest();

// Whoever received the frames computes the same digest with a page of the protocol's description in hand.
test("the digest is over each message's frame number, as 64 bits, and frame digest", () => {
  for (const count of [0, 1, 63, 64, 65, 200]) {
    const tally = new Tally();
    const hash = createHash("sha256");
    for (let index = 0; index < count; index += 1) {
      const number = index - 3;
      tally.send({
        number: FrameNumber(number),
        bytes: Bytes(10),
        digest: digest(number),
        isSubstitute: false,
      });
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64BE(BigInt(number));
      hash.update(bytes).update(digest(number));
    }
    const receipt = tally.receipt("m", 1, "finished");
    assert.equal(receipt.digest, hash.digest("hex"));
    assert.equal(receipt.sent, count);
    assert.equal(receipt.bytes, 10 * count);
  }
});

// The three reasons for a frame not to come are different faults of different people.
test("skipped, missing and substituted are counted apart", () => {
  const tally = new Tally();
  tally.send({ number: FrameNumber(5), bytes: Bytes(1), digest: digest(5), isSubstitute: true });
  tally.miss(2);
  tally.skip({ frames: 3, holes: 1 });
  const { first, last, sent, skipped, missing, substituted } = tally.receipt("m", 2, "stopped");
  assert.deepEqual([first, last, sent, skipped, missing, substituted], [5, 5, 1, 3, 3, 1]);
});
