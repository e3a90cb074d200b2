import assert from "node:assert/strict";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import sharp from "sharp";
import { systemClock } from "../base/systemClock.ts";
import { Bytes, FrameNumber, FrameRevision, MiB, MonotonicMs, Ms, Priority } from "../base/units.ts";
import type { FrameWish } from "../library/frame.ts";
import type { FrameFormat } from "../library/log.ts";
import { Production } from "./production.ts";
import type { ProductionOptions, ProductionOutcome } from "./production.ts";

const root = mkdtempSync(join(tmpdir(), "mutoscope-production-"));
after(() => rmSync(root, { recursive: true }));

const NOW = { priority: Priority(3), deadline: MonotonicMs(Infinity) };
const HEADER = "P6\n160 120\n255\n";

function picture(number: number): Buffer {
  return Buffer.concat([Buffer.from(HEADER), Buffer.alloc(160 * 120 * 3, number)]);
}

function wish(
  number: number,
  format: FrameFormat = "netpbm",
  substitution?: FrameWish["substitution"],
): FrameWish {
  const path = join(root, `${number}.${format}`);
  const revision = FrameRevision(1);
  const entry = {
    movie: "a",
    number: FrameNumber(number),
    revision,
    format,
    source: { kind: "file", root, path },
  } as const;
  return substitution === undefined ? { entry } : { entry, substitution };
}

function write(number: number): FrameWish {
  const wished = wish(number);
  writeFileSync(wished.entry.source.path, picture(number));
  return wished;
}

function start(t: TestContext, options: Partial<ProductionOptions> = {}): Production {
  const production = new Production({
    workers: 2,
    maxWorkers: 2,
    workerIdle: Ms(100),
    cacheBytes: Bytes(1 * MiB),
    frameLimit: Bytes(16 * MiB),
    cacheDir: join(root, "cache"),
    diskCache: Bytes(0),
    log: () => undefined,
    clock: systemClock,
    ...options,
  });
  t.after(() => production.close());
  return production;
}

function produce(production: Production, wished: FrameWish): Promise<ProductionOutcome> {
  return new Promise((resolve) => void production.request(wished, NOW, resolve));
}

async function bytesOf(production: Production, wished: FrameWish): Promise<Buffer> {
  const outcome = await produce(production, wished);
  assert.ok("frame" in outcome, "error" in outcome ? outcome.error.message : "");
  return Buffer.concat(outcome.frame.parts);
}

async function codeOf(production: Production, wished: FrameWish): Promise<string> {
  const outcome = await produce(production, wished);
  assert.ok("error" in outcome);
  return outcome.error.code;
}

// Law 1 for the stage as a whole: many frames at once, each exactly the one that was asked for.
test("frames asked for at once each come with their own bytes", async (t) => {
  const production = start(t);
  const numbers = Array.from({ length: 100 }, (_, index) => index);
  const frames = await Promise.all(numbers.map((number) => bytesOf(production, write(number))));
  for (const number of numbers) assert.deepEqual(frames[number], picture(number));
});

test("PNG frames, held and black ones come from the workers too", async (t) => {
  const production = start(t);
  const pixels = Buffer.from([1, 2, 3, 250, 251, 252]);
  const raw = { width: 2, height: 1, channels: 3 } as const;
  writeFileSync(join(root, "1.png"), await sharp(pixels, { raw }).png().toBuffer());
  const header = "P6\n2 1\n255\n";
  assert.deepEqual(await bytesOf(production, wish(1, "png")), Buffer.concat([Buffer.from(header), pixels]));
  const black = await bytesOf(production, wish(1, "png", { policy: "black", for: FrameNumber(2) }));
  assert.match(black.toString("latin1"), /^P6\n# mutoscope: .*\n2 1\n255\n\0{6}$/);
  const held = await bytesOf(production, wish(1, "png", { policy: "hold", for: FrameNumber(2) }));
  assert.match(held.toString("latin1"), /^P6\n# mutoscope: frame 1 stands in for 2 .*\n2 1\n255\n/);
});

// Bad input of the issue: each is one coded error, and the next frame is served as if nothing had been.
test("a frame that is absent or damaged is a coded error, and the others are not disturbed", async (t) => {
  const production = start(t);
  assert.equal(await codeOf(production, wish(404)), "FRAME_UNREADABLE");
  writeFileSync(join(root, "405.netpbm"), picture(5).subarray(0, 1000));
  utimesSync(join(root, "405.netpbm"), 1, 1);
  assert.equal(await codeOf(production, wish(405)), "FRAME_TRUNCATED");
  writeFileSync(join(root, "406.jpeg"), "nothing like a picture");
  assert.equal(await codeOf(production, wish(406, "jpeg")), "FRAME_UNSUPPORTED");
  assert.deepEqual(await bytesOf(production, write(7)), picture(7));
});

// Nothing that one frame does to its worker is seen by the viewer of another.
test("a frame that kills its workers is given up, and all others are served", async (t) => {
  const deadly = join(root, "deadly.mjs");
  writeFileSync(
    deadly,
    `import { produce as real } from ${JSON.stringify(new URL("./worker.ts", import.meta.url).href)};
    const isDeadly = (order) => order?.source.path.endsWith("13.netpbm");
    export const produce = (order) => (isDeadly(order) ? process.exit(13) : real(order));`,
  );
  const production = start(t, { workerUrl: pathToFileURL(deadly), maxWorkers: 3 });
  const death = codeOf(production, write(13));
  const others = [1, 2, 3, 4, 5, 6].map((number) => bytesOf(production, write(number)));
  assert.equal(await death, "FRAME_KILLED_WORKERS");
  assert.deepEqual(await Promise.all(others), [1, 2, 3, 4, 5, 6].map(picture));
  assert.deepEqual(await bytesOf(production, write(14)), picture(14));
});

// A decoder's own threads are still at work when the server is told to leave.
test("closing in the middle of decoding ends in good order", async (t) => {
  const production = start(t, { maxWorkers: 4 });
  const create = { width: 1500, height: 1500, channels: 3, background: "#123456" } as const;
  const png = await sharp({ create }).png().toBuffer();
  const outcomes = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => {
    writeFileSync(join(root, `${number}.png`), png);
    return produce(production, wish(number, "png"));
  });
  await outcomes[0];
  await production.close();
  for (const outcome of await Promise.all(outcomes)) {
    assert.ok("frame" in outcome || outcome.error.code === "SERVER_CLOSING");
  }
  assert.equal(production.stats.workers, 0);
});
