import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setImmediate as turn, setTimeout as pause } from "node:timers/promises";
import { events } from "../base/events.ts";
import { Bytes, MiB } from "../base/units.ts";
import { type Page, writeTiff } from "./decode/tiff/tiff.testing.ts";
import type { Answer, DiskUse, Order } from "./order.ts";
import { answerTo } from "./product.ts";
import { HEADER, Stage, wish } from "./stage.testing.ts";

/** A change time cannot be set: a file is known by its times when it is older than this. */
const SETTLED = 2200;

const pageOf = (width: number, height: number, rest: Partial<Page> = {}): Page => ({
  width,
  height,
  pieces: [Buffer.alloc(width * height, 7)],
  ...rest,
});
const PAGE = pageOf(3, 2);
const REDUCED = pageOf(3, 2, { tags: [[254, 4, [1]]] });

function orderFor(t: TestContext, file: Buffer, page?: number): Order {
  const root = mkdtempSync(join(tmpdir(), "mutoscope-pages-"));
  t.after(() => rmSync(root, { recursive: true }));
  const path = join(root, "scan1.tif");
  writeFileSync(path, file);
  return {
    source: { kind: "file", root, path, ...(page !== undefined && { page }) },
    format: "tiff",
    making: { kind: "frame", rendition: "original" },
    levels: undefined,
    limit: Bytes(64 * MiB),
    disk: undefined,
  };
}

async function answered(t: TestContext, file: Buffer, page?: number): Promise<Answer> {
  const order = orderFor(t, file, page);
  // What was written a moment ago is being written.
  await pause(400);
  const answer = await answerTo(order);
  assert.ok("product" in answer, JSON.stringify(answer));
  return answer;
}

// The library counts no file of a long sequence but some: what it takes for one page may have more.
test("a file that was taken for one page is found to have more when it is read", async (t) => {
  for (const [name, pages, expected] of [
    ["several", [PAGE, PAGE], true],
    ["a smaller version first", [PAGE, REDUCED, PAGE], true],
    ["one", [PAGE], undefined],
    ["smaller versions only", [PAGE, REDUCED, REDUCED], undefined],
  ] as const) {
    assert.equal((await answered(t, writeTiff(pages))).hasUnseenPages, expected, name);
  }
  assert.equal((await answered(t, writeTiff([PAGE, PAGE]), 0)).hasUnseenPages, undefined);
  assert.equal((await answered(t, writeTiff([PAGE, PAGE]), 1)).hasUnseenPages, undefined);
});

test("a second page that cannot be found is none, and the first one is shown", async (t) => {
  const file = writeTiff([PAGE, PAGE]);
  const cut = file.subarray(0, file.length - 20);
  assert.equal((await answered(t, cut)).hasUnseenPages, undefined);
});

test("whoever only measures the file finds them, too", async (t) => {
  const order = orderFor(t, writeTiff([PAGE, PAGE]));
  await pause(400);
  for (const making of [
    { kind: "samples" },
    { kind: "histogram", bins: 4, range: undefined },
    { kind: "levels" },
  ] as const) {
    const answer = await answerTo({ ...order, source: { ...order.source }, making });
    assert.equal(answer.hasUnseenPages, true, making.kind);
  }
});

// Otherwise the next server would find the picture in the folder and say nothing.
test("what is made of such a file is not kept on disk, so that the next server tells of it", async (t) => {
  const large = pageOf(3000, 2000);
  const rendition = {
    format: "png",
    width: 700,
    quality: undefined,
    levels: undefined,
    exposure: undefined,
  } as const;
  const orders = [[large], [large, PAGE]].map((pages): Order => {
    const { source, format, levels, limit } = orderFor(t, writeTiff(pages));
    const folder = join(source.root, "cache");
    const disk: DiskUse = { folder, room: Bytes(64 * MiB), leastCost: Bytes(1) };
    return { source, format, levels, limit, making: { kind: "frame", rendition }, disk };
  });
  await pause(SETTLED);
  const answers = await Promise.all(orders.map(answerTo));
  const kept = answers.map((answer) => ("disk" in answer ? answer.disk?.kind : undefined));
  assert.deepEqual(kept, ["stored", undefined]);
});

test("a file of unseen pages is told of once, and again when it was written anew", async () => {
  const told: string[] = [];
  const unsubscribe = events.entryLeftOut.subscribe(({ code, path }) => told.push(`${code} ${path}`));
  const stage = new Stage({ cacheBytes: Bytes(0) });
  const produce = async (number: number, revision = 1, hasUnseenPages = true): Promise<void> => {
    stage.ask("a", wish(number, undefined, revision));
    const bytes = Uint8Array.from(Buffer.from(`${HEADER}ab`));
    const shape = { format: "pgm", width: 2, height: 1 } as const;
    const product = { bytes, headerBytes: HEADER.length, shape, digest: new Uint8Array(32), worker: 1 };
    stage.pool.works[0]?.end({ product, ...(hasUnseenPages && { hasUnseenPages }) });
    await turn();
  };
  await produce(1, 1, false);
  assert.deepEqual(told, []);
  for (const [number, revision] of [
    [1, 1],
    [1, 1],
    [2, 1],
    [1, 2],
  ] as const)
    await produce(number, revision);
  unsubscribe();
  assert.deepEqual(told, ["PAGES_UNSEEN /library/1", "PAGES_UNSEEN /library/2", "PAGES_UNSEEN /library/1"]);
  assert.equal(stage.heard.filter((heard) => heard === "a: frame").length, 5);
});
