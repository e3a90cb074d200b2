import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { everybody } from "../../src/base/addressBlocks.ts";
import { type Receipt, WAIT_REASONS } from "../../src/base/events.ts";
import { BitRate, Bytes, KiB, Priority } from "../../src/base/units.ts";
import type { ClassicItem } from "../../src/wire/classicReader.ts";
import { SMALL, writeFootage } from "./footage.ts";
import { makeFolder, upTo, writeMovie } from "./movies.ts";
import { checkReceipt, digestOf } from "./receipt.ts";
import { serve } from "./server.ts";
import { type EndItem, type FrameItem, Viewer, show } from "./viewer.ts";

const FRAMES = 50;

function receiptOf(item: ClassicItem | undefined): Receipt {
  return item?.kind === "receipt" ? item.receipt : assert.fail(item === undefined ? "nothing" : show(item));
}

/** What came of one tagged epoch, whose receipt must say the same as its END line. */
function readEpoch(items: readonly ClassicItem[]): { frames: FrameItem[]; end: EndItem; receipt: Receipt } {
  const frames = items.filter((item) => item.kind === "frame");
  const [receipt, end] = items.slice(-2);
  assert.equal(items.length, frames.length + 2);
  assert.ok(end?.kind === "end");
  checkReceipt({ frames, end });
  const { movie: _, ...counts } = receiptOf(receipt);
  const { kind: __, ...ended } = end;
  assert.deepEqual({ ...counts, ...ended }, counts, "RECEIPT and END disagree");
  return { frames, end, receipt: receiptOf(receipt) };
}

const sumOf = ({ waits }: Receipt): number => WAIT_REASONS.reduce((sum, reason) => sum + waits[reason], 0);

describe("receipt=full", () => {
  // Frames of 57,615 bytes at 25 a second need 11.5 Mbit/s. Whoever sees 9 of them has to learn that it was
  // the budget.
  it("says of a paced playback on a small budget what was skipped, how late it was, why", async (test) => {
    const folder = makeFolder(test);
    writeFootage(folder, "m", upTo(FRAMES), SMALL);
    const egress = { egress: BitRate(4e6), slice: Bytes(64 * KiB), egressBurst: Bytes(64 * KiB) };
    const { classic } = await serve(test, folder, egress);
    const viewer = await Viewer.open(test, classic.port);
    const from = performance.now();
    viewer.send("a:1:start_movie:m:0:25:tagged:contract=paced:receipt=full\n").closeHalf();
    const { items } = await viewer.rest(20_000);
    const elapsed = performance.now() - from;
    const { receipt } = readEpoch(items);
    const { end, contract, first, sent, skipped, lateness, waits, priority, wished } = receipt;
    test.diagnostic(JSON.stringify(receipt));
    assert.deepEqual(
      { end, contract, first, priority, wished },
      {
        end: "finished",
        contract: "paced",
        first: 1,
        priority: 1,
        wished: undefined,
      },
    );
    assert.equal(sent + skipped, FRAMES);
    // 64 KiB at once and 500 bytes a millisecond from then on, which nothing may exceed.
    assert.ok(sent >= 8 && sent * 57_615 <= 64 * KiB + 500 * elapsed, `${sent} in ${elapsed} ms`);
    assert.ok(lateness !== undefined && lateness.worst >= lateness.median * 0.98 && lateness.worst < 1000);
    // One message waits at a time, from its due on: what all waited together is no more than twice the time.
    const sum = sumOf(receipt);
    assert.ok(sum > elapsed / 4 && sum < 2 * elapsed, `waited ${sum} ms in ${elapsed} ms`);
    assert.ok(waits.budget > 0.7 * sum && waits.better === 0, JSON.stringify(waits));
  });

  // Whoever asks for more than it may have must be able to see that this is why others went first.
  it("names the priority that was wished for only where it was lowered", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "m", upTo(5));
    const { classic } = await serve(test, folder, { bestPriority: everybody(Priority(3)) });
    const viewer = await Viewer.open(test, classic.port);
    for (const [asked, priority, wished] of [
      [0, 3, 0],
      [3, 3, undefined],
      [9, 9, undefined],
    ] as const) {
      viewer.send(`a:${asked}:start_movie:m:receipt=full\n`);
      const frames = await viewer.frames(5);
      const receipt = receiptOf(await viewer.next());
      assert.deepEqual([receipt.priority, receipt.wished], [priority, wished]);
      assert.deepEqual([receipt.sent, receipt.first, receipt.last, receipt.lateness], [5, 1, 5, undefined]);
      assert.equal(
        receipt.bytes,
        frames.reduce((sum, { bytes }) => sum + bytes.length, 0),
      );
    }
  });

  // It is whoever got nothing that most wants to know why.
  it("says of a playback that was given nothing and gave up what it waited for", async (test) => {
    const folder = makeFolder(test);
    writeFootage(folder, "m", upTo(FRAMES), SMALL);
    const egress = { egress: BitRate(8e6), slice: Bytes(64 * KiB), egressBurst: Bytes(64 * KiB) };
    const { classic } = await serve(test, folder, egress);
    const first = await Viewer.open(test, classic.port);
    first.send("a:0:start_movie:m:1\n");
    await first.frames(2);
    const starved = await Viewer.open(test, classic.port);
    starved.send("b:5:start_movie:m:0:25:receipt=full\n");
    // Eight frames of 57,615 bytes at 1,000 bytes a millisecond, all of them somebody else's.
    await first.frames(8);
    starved.send("b:5:stop_movie\n");
    const receipt = receiptOf(await starved.next());
    assert.deepEqual([receipt.end, receipt.sent], ["stopped", 0]);
    const { better, budget, turn } = receipt.waits;
    assert.ok(better + budget > 100 && turn < better + budget, JSON.stringify(receipt.waits));
  });

  // A client that reads lines by their first word must find the three of a failure in one order, always.
  it("comes behind the error that ended the playback and before the END line", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "m", [1, 2, 4]);
    const { classic } = await serve(test, folder);
    const viewer = await Viewer.open(test, classic.port);
    viewer.send("a:1:start_movie:m:tagged:receipt=full\n");
    const frames = await viewer.frames(2);
    assert.equal(await viewer.error(), "FRAME_MISSING");
    const receipt = receiptOf(await viewer.next());
    const end = await viewer.next();
    assert.deepEqual([receipt.end, receipt.missing, receipt.sent], ["failed", 1, 2]);
    assert.ok(end.kind === "end" && end.digest === receipt.digest && receipt.digest === digestOf(frames));
  });

  // Law 8: every epoch ends with a receipt, whatever ended it; and nobody is sent one who has not asked.
  it("comes for what a seek replaced and what was stopped, and not for epochs without it", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "m", upTo(5));
    const { classic } = await serve(test, folder);
    const viewer = await Viewer.open(test, classic.port);
    viewer.send("a:1:start_movie:m:1:1:receipt=full\n");
    await viewer.frames(1);
    viewer.send("a:1:seek_movie:m:5:1:1:receipt=full\n");
    const replaced = receiptOf(await viewer.next());
    assert.deepEqual([replaced.epoch, replaced.end, replaced.sent], [1, "replaced", 1]);
    await viewer.frames(1);
    viewer.send("a:1:stop_movie\na:1:start_movie:m\n");
    const stopped = receiptOf(await viewer.next());
    assert.deepEqual([stopped.epoch, stopped.end, stopped.first, stopped.last], [2, "stopped", 5, 5]);
    const { items } = await viewer.closeHalf().rest();
    assert.deepEqual(
      items.map(({ kind }) => kind),
      upTo(5).map(() => "frame"),
    );
  });
});
