import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { Waits } from "../base/events.ts";
import { Bytes, FrameNumber, Ms, Priority } from "../base/units.ts";
import { type SentFrame, Tally } from "./tally.ts";

const NO_WAIT: Waits = { production: 0, ring: 0, client: 0, budget: 0, better: 0, turn: 0 };

const digest = (number: number): Uint8Array => createHash("sha256").update(String(number)).digest();

const makeTally = (): Tally => new Tally({ priority: Priority(3), contract: "paced" });

function frame(number: number): SentFrame {
  return { number: FrameNumber(number), bytes: Bytes(10), digest: digest(number), isSubstitute: false };
}

/** After frames 1, 2, 3 … */
function makeTallyOf(count: number): Tally {
  const tally = makeTally();
  for (let number = 1; number <= count; number += 1) tally.send(frame(number), NO_WAIT);
  return tally;
}

// Whoever received the frames computes the same digest with a page of the protocol's description in hand.
test("the digest is over each message's frame number, as 64 bits, and frame digest", () => {
  for (const count of [0, 1, 63, 64, 65, 200]) {
    const tally = makeTally();
    const hash = createHash("sha256");
    for (let index = 0; index < count; index += 1) {
      const number = index - 3;
      tally.send(frame(number), NO_WAIT);
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
  const tally = makeTally();
  tally.send({ ...frame(5), isSubstitute: true }, NO_WAIT);
  tally.miss(2);
  tally.skip({ frames: 3, holes: 1 });
  const { first, last, sent, skipped, missing, substituted } = tally.receipt("m", 2, "stopped");
  assert.deepEqual([first, last, sent, skipped, missing, substituted], [5, 5, 1, 3, 3, 1]);
});

// Why it was late is the question that a receipt is asked for. The dispatcher uses its record again.
test("waits are added up when they are told, of what left and of what was given up", () => {
  const tally = makeTally();
  const waits = { production: 1, ring: 2, client: 3, budget: 4, better: 5, turn: 0.5 };
  tally.send(frame(1), waits);
  Object.assign(waits, { budget: 0, better: 70 });
  tally.wait(waits);
  Object.assign(waits, { better: 1000 });
  const expected = { production: 2, ring: 4, client: 6, budget: 4, better: 75, turn: 1 };
  assert.deepEqual(tally.receipt("m", 1, "stopped").waits, expected);
});

// One frame a second late among a thousand punctual ones is nothing to the median, and all that was seen.
test("lateness has a median within 2 % and the exact worst, and late messages are counted", () => {
  const tally = makeTally();
  for (let ms = 1; ms <= 999; ms += 1) {
    tally.send(frame(ms), NO_WAIT);
    tally.timed(Ms(ms / 10), { isLate: ms > 990 });
  }
  tally.timed(Ms(1234.5), { isLate: true });
  const { late, lateness } = tally.receipt("m", 1, "finished");
  assert.equal(late, 10);
  assert.equal(lateness?.worst, 1234.5);
  assert.ok(Math.abs((lateness?.median ?? 0) - 50) <= 1, `${lateness?.median}`);
});

// An untimed playback is never late: a median of 0 would say that it was punctual.
test("without a timed message there is no lateness", () => {
  const tally = makeTally();
  tally.send(frame(1), NO_WAIT);
  assert.equal(tally.receipt("m", 1, "finished").lateness, undefined);
});

// Who looks at a running playback must not change what its receipt will say.
test("what has been counted so far is the receipt of an epoch that ends then, and counting goes on", () => {
  const [watched, other] = [makeTally(), makeTally()];
  for (let number = 1; number <= 100; number += 1) {
    watched.send(frame(number), NO_WAIT);
    other.send(frame(number), NO_WAIT);
    const soFar = { ...watched.receiptSoFar("m", 1), end: "finished" };
    assert.deepEqual(soFar, makeTallyOf(number).receipt("m", 1, "finished"));
  }
  assert.deepEqual(watched.receipt("m", 1, "stopped"), other.receipt("m", 1, "stopped"));
});

// Who asked for 2, was given 3 and then 1 has what it wished for.
test("a receipt has the priority of the end, and the wish as long as that was better", () => {
  const tally = new Tally({ priority: Priority(3), wished: Priority(2), contract: "all" });
  const told = [1, 2, 9, 3].map((priority) => {
    tally.prioritize(Priority(priority));
    const receipt = tally.receiptSoFar("m", 1);
    return [receipt.priority, receipt.wished];
  });
  assert.deepEqual(told, [
    [1, undefined],
    [2, undefined],
    [9, 2],
    [3, 2],
  ]);
});

// Who wished for more than it may have learns here why others went first.
test("a receipt repeats its epoch's contract and priority, and the wish that was lowered", () => {
  const tally = new Tally({ priority: Priority(3), wished: Priority(0), contract: "latest" });
  const { priority, wished, contract } = tally.receipt("m", 1, "finished");
  assert.deepEqual({ priority, wished, contract }, { priority: 3, wished: 0, contract: "latest" });
  assert.equal(makeTally().receipt("m", 1, "finished").wished, undefined);
});
