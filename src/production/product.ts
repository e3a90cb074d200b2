import { threadId } from "node:worker_threads";
import { assertNever, present } from "../base/assert.ts";
import { Fault } from "../base/errors.ts";
import type { Rendition } from "../base/rendition.ts";
import type { HistogramWish } from "../library/inspection.ts";
import type { FrameSource } from "../library/log.ts";
import { hasUnseenPages } from "./decode/decode.ts";
import { failureOf, keyOf, lookUp, store } from "./diskCache.ts";
import { digestOf } from "./diskEntry.ts";
import type { Kept } from "./diskEntry.ts";
import { levelsKey, makingKey } from "./making.ts";
import type { Answer, DiskReport, DiskUse, Image, Order, Product } from "./order.ts";
import { blackImage, frameImage, passedThrough, readRaster } from "./picture.ts";
import { againOf } from "./file/again.ts";
import { identityKey, lookAt } from "./file/read.ts";
import type { FileIdentity } from "./file/read.ts";
import { histogramOf } from "./inspect/histogram.ts";
import type { Raster } from "./raster/raster.ts";
import { shapeOf } from "./raster/shape.ts";
import { measureLevels } from "./render/measure.ts";
import type { MeasuredLevels } from "./render/measure.ts";

/**
 * What is made faster than this is not kept on disk: opening, verifying and touching a file take about a
 * tenth of it. In milliseconds.
 */
const KEPT_FROM_MS = 4;

/**
 * Nor is what is made faster than so many bytes of it are read back and verified, per millisecond: half of
 * what
 * a warm page cache gives, and what a good disk does.
 */
const READ_BACK_RATE = 512 * 1024;

/**
 * How long ago a file must have changed for its times to tell its next state from this one: some file
 * systems count them in steps of one second (HFS+, old servers) or two (FAT). In milliseconds.
 */
const SETTLED_MS = 2000;

const NS_PER_MS = 1_000_000n;

/** Makes what is ordered. A fault of the world is an answer; anything thrown is a bug of ours. */
export async function answerTo(order: Order): Promise<Answer> {
  try {
    const answer = await answerOf(order);
    return hasUnseenPages(order.source) ? { ...answer, hasUnseenPages: true } : answer;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { fault: { code: error.code, detail: error.message }, again: againOf(order.source, error) };
  }
}

function answerOf(order: Order): Promise<Answer> | Answer {
  const { making } = order;
  switch (making.kind) {
    case "levels":
      return measuredAnswer(order);
    case "samples":
      return samplesAnswer(order);
    case "histogram":
      return histogramAnswer(order, making);
    case "black":
      return blackAnswer(order, making.rendition);
    case "frame":
      return frameAnswer(order, making.rendition);
    default:
      return assertNever(making);
  }
}

async function blackAnswer(order: Order, rendition: Rendition): Promise<Answer> {
  return { product: productOf(await blackImage(order, rendition)) };
}

async function frameAnswer(order: Order, rendition: Rendition): Promise<Answer> {
  const image = rendition === "original" ? passedThrough(order) : undefined;
  if (image !== undefined) return { product: productOf(image) };
  const { kept, report } = await keptOr(order, async () => {
    const made = await frameImage(order, rendition);
    return made === undefined ? undefined : { ...made, digest: digestOf(made.bytes) };
  });
  if (kept === undefined) return { needs: "levels" };
  const shape = present(kept.shape, "what was kept as a picture is none");
  return { product: { ...kept, shape, worker: threadId }, disk: report };
}

async function measuredAnswer(order: Order): Promise<Answer> {
  const { kept, report } = await keptFact(order, measureLevels);
  return { measured: JSON.parse(Buffer.from(kept.bytes).toString()) as MeasuredLevels, disk: report };
}

async function histogramAnswer(order: Order, wish: HistogramWish): Promise<Answer> {
  const { kept, report } = await keptFact(order, (raster) => histogramOf(raster, wish));
  return { inspected: { kind: "histogram", bytes: kept.bytes }, disk: report };
}

/** Not kept on disk: as many bytes as the file has, or more, for one look at it. */
async function samplesAnswer(order: Order): Promise<Answer> {
  const raster = await readRaster(order);
  // What a decoder gives may lie in a room that the next picture uses, or where nothing can be given away.
  const { buffer } = raster.samples.slice();
  return { inspected: { kind: "samples", shape: shapeOf(raster), bytes: new Uint8Array(buffer) } };
}

/** What is found out about a frame's samples, as JSON. */
function keptFact(order: Order, find: (raster: Raster) => object): Promise<KeptOr<Kept>> {
  return keptOr(order, async () => {
    const bytes = new Uint8Array(Buffer.from(JSON.stringify(find(await readRaster(order)))));
    return { bytes, headerBytes: 0, shape: undefined, digest: digestOf(bytes) };
  });
}

function productOf(image: Image): Product {
  return { ...image, digest: digestOf(image.bytes), worker: threadId };
}

type KeptOr<T> = { readonly kept: T; readonly report: DiskReport | undefined };

/** What the folder has of it; else what `make` gives, which is stored there if that is worth it. */
async function keptOr<T extends Kept | undefined>(
  order: Order,
  make: () => Promise<T>,
): Promise<KeptOr<T | Kept>> {
  const { disk, limit } = order;
  const key = disk && keyOfState(order);
  if (disk === undefined || key === undefined) return { kept: await make(), report: undefined };
  const found = attempt(() => lookUp(disk.folder, key, limit));
  if ("kept" in found && found.kept !== undefined) return { kept: found.kept, report: { kind: "found" } };
  const began = performance.now();
  const kept = await make();
  if ("report" in found || kept === undefined)
    return { kept, report: "report" in found ? found.report : undefined };
  // What is told of whenever it is read has to be read.
  const mayKeep = kept.isFile !== true && !hasUnseenPages(order.source);
  const isWorthIt = mayKeep && isWorthKeeping(performance.now() - began, kept.bytes.byteLength);
  return { kept, report: isWorthIt ? storeIfSame(order, disk, key, kept) : undefined };
}

/** Whether what took so many milliseconds is had sooner from disk. */
export function isWorthKeeping(ms: number, bytes: number): boolean {
  return ms > KEPT_FROM_MS + bytes / READ_BACK_RATE;
}

/** A file that was rewritten or removed while it was decoded is not stored under what it was. */
function storeIfSame(order: Order, disk: DiskUse, key: string, kept: Kept): DiskReport | undefined {
  return keyOfState(order) === key ? store(disk, key, kept) : undefined;
}

/**
 * Undefined when the file cannot be looked at, or changed so recently that its state has no name of its own:
 * nothing is stored of it then, so nothing can be found. Whether it can be read is for decoding to say.
 */
function keyOfState({ source, making, levels }: Order): string | undefined {
  const state = attemptLook(source);
  if (state === undefined || !isSettled(state, Date.now())) return undefined;
  return keyOf([identityKey(state), `${source.page ?? 0}`, makingKey(making), levelsKey(levels)]);
}

/** Whether a write from `nowMs` on will show in the times. A clock that is ahead of ours promises nothing. */
export function isSettled({ ctimeNs }: Pick<FileIdentity, "ctimeNs">, nowMs: number): boolean {
  return nowMs - Number(ctimeNs / NS_PER_MS) > SETTLED_MS;
}

function attemptLook(source: FrameSource): FileIdentity | undefined {
  try {
    return lookAt(source);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/** A folder that cannot be read is reported, and done without. */
function attempt(
  look: () => Kept | undefined,
): { readonly kept: Kept | undefined } | { readonly report: DiskReport } {
  try {
    return { kept: look() };
  } catch (error) {
    return { report: { kind: "failed", detail: failureOf("read", error) } };
  }
}
