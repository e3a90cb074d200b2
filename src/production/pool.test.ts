import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { setTimeout as wait } from "node:timers/promises";
import { Bytes, MiB, Ms } from "../base/units.ts";
import type { Answer, Order, RunAnswer } from "./order.ts";
import { PiscinaPool } from "./pool.ts";
import type { PoolOptions } from "./pool.ts";

const folder = mkdtempSync(join(tmpdir(), "mutoscope-pool-"));
after(() => rmSync(folder, { recursive: true }));

const PICTURE = Buffer.from("P5\n2 1\n255\nab");
writeFileSync(join(folder, "frame.pgm"), PICTURE);
utimesSync(join(folder, "frame.pgm"), 1, 1);

/** A worker that does what the frame's name says, and else what the real one does. */
const HOSTILE = join(folder, "hostile.mjs");
writeFileSync(
  HOSTILE,
  `import { basename } from "node:path";
  import { produceWith } from ${JSON.stringify(new URL("./worker.ts", import.meta.url).href)};
  import { answerTo } from ${JSON.stringify(new URL("./product.ts", import.meta.url).href)};
  const fault = { fault: { code: "FRAME_EMPTY", detail: "" } };
  const acts = {
    exit: () => process.exit(3),
    throw: () => new Promise(() => setImmediate(() => { throw new Error("thrown aside"); })),
    reject: () => Promise.reject(new Error("a bug")),
    hoard: () => { for (const all = []; ; ) all.push(new Array(500_000).fill(0).map(Math.random)); },
    slow: () => new Promise((resolve) => setTimeout(resolve, 300, fault)),
    "exit later": () => { setTimeout(() => process.exit(4), 20); return new Promise(() => {}); },
  };
  const make = (order) => (acts[basename(order.source.path)] ?? answerTo)(order);
  export const produce = (order) => produceWith(order, make);`,
);

const order = (name: string): Order => ({
  source: { kind: "file", root: folder, path: join(folder, name) },
  format: "netpbm",
  making: { kind: "frame", rendition: "original" },
  levels: undefined,
  limit: Bytes(1 * MiB),
  disk: undefined,
});

type Told = { readonly died: string[]; readonly stuck: string[]; freed: number };

function startPool(t: TestContext, options: Partial<PoolOptions> = {}): { pool: PiscinaPool; told: Told } {
  const told: Told = { died: [], stuck: [], freed: 0 };
  const pool = new PiscinaPool({
    workers: 1,
    maxWorkers: 1,
    workerIdle: Ms(100),
    workerUrl: pathToFileURL(HOSTILE),
    freed: () => void told.freed++,
    died: (detail) => told.died.push(detail),
    stuck: (detail) => told.stuck.push(detail),
    ...options,
  });
  t.after(() => pool.close());
  return { pool, told };
}

/** Threads tell nothing of some changes that these tests wait for, so they look again until it is so. */
async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!condition()) {
    assert.ok(performance.now() < end, `waited too long until ${condition.toString()}`);
    await wait(5);
  }
}

async function makesFrames(pool: PiscinaPool): Promise<void> {
  await until(() => pool.free > 0);
  const answer = await pool.run(order("frame.pgm"));
  assert.ok("product" in answer);
  assert.deepEqual(Buffer.from(answer.product.bytes), PICTURE);
}

test("a worker answers with the image, its digest and its own number, or with a fault", async (t) => {
  const { pool } = startPool(t, { workerUrl: undefined });
  await makesFrames(pool);
  const answer = (await pool.run(order("frame.pgm"))) as Extract<Answer, { product: unknown }>;
  const digest = await crypto.subtle.digest("SHA-256", PICTURE);
  assert.deepEqual(Buffer.from(answer.product.digest), Buffer.from(digest));
  assert.ok(answer.product.worker > 0);
  assert.equal(answer.product.headerBytes, PICTURE.length - 2);
  const missing = await pool.run(order("absent.pgm"));
  assert.ok("fault" in missing && missing.fault.code === "FRAME_UNREADABLE");
});

// Whatever way a worker ends, its frame must be told of, or its viewers wait for ever; and another must
// replace it.
for (const death of ["exit", "throw", "hoard", "exit later"]) {
  test(`a worker that dies (${death}) fails its order and is replaced`, async (t) => {
    const { pool } = startPool(t);
    await assert.rejects(pool.run(order(death)));
    await makesFrames(pool);
    assert.equal(pool.size, 1);
    await assert.rejects(pool.run(order(death)));
    await makesFrames(pool);
  });
}

// A bug of ours in one kind of picture is contained as a dead worker is.
test("a worker that throws fails its order and lives on", async (t) => {
  const { pool } = startPool(t);
  await assert.rejects(pool.run(order("reject")), /a bug/);
  assert.equal(pool.free, 1);
  await makesFrames(pool);
});

// One death is not the end of the others' work.
test("a death leaves the orders of other workers alone", async (t) => {
  const { pool } = startPool(t, { workers: 2, maxWorkers: 2 });
  const slow = pool.run(order("slow"));
  await assert.rejects(pool.run(order("exit")));
  assert.ok("fault" in (await slow));
  await until(() => pool.free === 2);
});

const codesOf = (answers: readonly RunAnswer[]): string[] =>
  answers.map(
    ({ index, answer }) => `${index} ${"fault" in answer ? answer.fault.code : Object.keys(answer)[0]}`,
  );

// Several frames may be larger than memory is to hold: each is taken before the next is made.
test("a run answers frame by frame, in order, and goes on when told", async (t) => {
  const { pool } = startPool(t);
  const names = ["frame.pgm", "absent.pgm", "frame.pgm", "frame.pgm"];
  const answers: RunAnswer[] = [];
  await pool.runSeveral(names.map(order), (answer) => {
    answers.push(answer);
    assert.equal(pool.free, 0);
    return answer.index === 2 ? "stop" : "on";
  });
  assert.deepEqual(codesOf(answers), ["0 product", "1 FRAME_UNREADABLE", "2 product"]);
  const [first] = answers;
  assert.ok(first && "product" in first.answer);
  assert.deepEqual(Buffer.from(first.answer.product.bytes), PICTURE);
  await makesFrames(pool);
});

test("a worker that dies in a run has delivered what it made before", async (t) => {
  const { pool } = startPool(t, { workerUrl: pathToFileURL(HOSTILE) });
  const answers: RunAnswer[] = [];
  const orders = ["frame.pgm", "frame.pgm", "exit", "frame.pgm"].map(order);
  const run = pool.runSeveral(orders, (answer) => {
    answers.push(answer);
    return "on";
  });
  await assert.rejects(run);
  assert.deepEqual(codesOf(answers), ["0 product", "1 product"]);
  await makesFrames(pool);
});

test("closing ends a run", async (t) => {
  const { pool } = startPool(t);
  const run = assert.rejects(pool.runSeveral([order("slow"), order("slow")], () => "on"));
  await pool.close();
  await run;
});

// Design section 4: temporary workers are added when all are busy, up to a limit, and leave when idle.
test("the pool grows to its limit when asked, says when a worker is free, and shrinks back", async (t) => {
  // None must have been idle for so long before the last has started, on a machine that does other things.
  const { pool, told } = startPool(t, { workers: 1, maxWorkers: 3, workerIdle: Ms(2000) });
  const works = [pool.run(order("slow"))];
  assert.equal(pool.free, 0);
  pool.grow(1);
  assert.equal(pool.size, 2);
  pool.grow(1);
  assert.equal(pool.size, 2, "one that starts is enough for one that waits");
  pool.grow(9);
  assert.equal(pool.size, 3);
  // The first may be through with its work before the others have started.
  await until(() => pool.free >= 2);
  assert.ok(told.freed >= 2);
  while (pool.free > 0) works.push(pool.run(order("slow")));
  assert.ok(works.length >= 3);
  pool.grow(5);
  assert.equal(pool.size, 3);
  await Promise.all(works);
  await until(() => pool.size === 1);
  assert.deepEqual(told.died, []);
  await makesFrames(pool);
});

// A broken installation must not become a server that hangs, nor one that starts threads for ever.
test("when workers die before they begin, the pool says so after a few and stops", async (t) => {
  const broken = join(folder, "broken.mjs");
  writeFileSync(broken, "throw new Error('broken at the start')");
  const { pool, told } = startPool(t, { workerUrl: pathToFileURL(broken), maxWorkers: 2 });
  await assert.rejects(pool.run(order("frame.pgm")));
  for (let attempt = 0; told.stuck.length === 0; attempt++) {
    assert.ok(attempt < 10);
    const deaths = told.died.length;
    pool.grow(1);
    await until(() => told.died.length > deaths);
  }
  assert.match(told.stuck[0] ?? "", /broken at the start/);
  const deaths = told.died.length;
  await wait(150);
  assert.equal(told.died.length, deaths);
});

test("closing ends the workers at work, and may be done twice", async (t) => {
  const { pool, told } = startPool(t, { workers: 2, maxWorkers: 2 });
  const rejected = assert.rejects(pool.run(order("slow")));
  await Promise.all([pool.close(), pool.close(), rejected]);
  await pool.close();
  assert.equal(pool.size, 0);
  assert.equal(pool.free, 0);
  pool.grow(1);
  assert.equal(pool.size, 0);
  assert.deepEqual(told.died, []);
});

// A command that plays one movie and ends must end.
test("a pool that is idle or closed does not keep the process alive", { timeout: 20_000 }, async () => {
  const script = `
    import { PiscinaPool } from ${JSON.stringify(new URL("./pool.ts", import.meta.url).href)};
    const nothing = () => {};
    const told = { freed: nothing, died: nothing, stuck: nothing };
    const pool = new PiscinaPool({ workers: 2, maxWorkers: 3, workerIdle: 60000, ...told });
    const answer = await pool.run(${JSON.stringify(order("frame.pgm"))});
    if (!("product" in answer)) process.exit(2);
    if (process.argv.includes("close")) await pool.close();`;
  for (const how of ["close", "leave"]) {
    const child = spawn(process.execPath, ["--input-type=module", "-e", script, how], { stdio: "inherit" });
    const [code] = (await once(child, "exit")) as [number];
    assert.equal(code, 0);
  }
});
