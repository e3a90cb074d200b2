import { fault, Fault } from "../base/errors.ts";
import type { PictureRendition, Rendition } from "../base/rendition.ts";
import type { Bytes } from "../base/units.ts";
import { OWN_FORMATS } from "../library/log.ts";
import type { FrameFormat, OwnFormat } from "../library/log.ts";
import { decodeFrame, measureFrame } from "./decode/decode.ts";
import { type WholeFile, asIs, mayBeAsIs } from "./asIs.ts";
import { type WholeFormat, endOf } from "./decode/encoded/end.ts";
import { FORMAT_NAMES, formatBySignature } from "./decode/kind.ts";
import { decodeEncoded } from "./decode/whole.ts";
import {
  asSamples,
  integerShape,
  rasterOf,
  sampleBytesWithin,
  shapeOf as shapeOfRaster,
} from "./raster/shape.ts";
import type { RasterShape } from "./raster/shape.ts";
import { blankImage, readNetpbm } from "./netpbm.ts";
import type { Image, Order } from "./order.ts";
import { decodeRun } from "./program/run.ts";
import type { Raster } from "./raster/raster.ts";
import { keptRoom } from "./raster/room.ts";
import { readWhole } from "./file/read.ts";
import { isDirect, renderDirect } from "./render/direct.ts";
import { needsLevels } from "./render/measure.ts";
import { originalImage } from "./render/original.ts";
import { render } from "./render/render.ts";

/**
 * The file's own header and raster, where they are what is sent: a binary PPM or PGM. Undefined for a file
 * that has to be converted.
 * @throws a fault with a FRAME_ code
 */
export function passedThrough({ source, format, limit }: Order): Image | undefined {
  if (format !== "netpbm") return undefined;
  try {
    return readNetpbm(source, limit);
  } catch (error) {
    if (error instanceof Fault && error.code === "FRAME_UNSUPPORTED") return undefined;
    throw error;
  }
}

/** A black picture of the frame's size, depth and colours. @throws a fault with a FRAME_ code */
export async function blackImage(order: Order, rendition: Rendition): Promise<Image> {
  const { width, height, channels, maxval, isFloat } = await shapeOf(order);
  const shape = integerShape(width, height, channels, isFloat ? 65_535 : maxval);
  const magic = channels === 1 ? "P5" : "P6";
  if (rendition === "original")
    return blankImage({ magic, width, height, maxval: shape.maxval }, order.limit);
  const zeros = new Uint8Array(sampleBytesWithin(shape, order.limit));
  const resolved = { ...rendition, levels: undefined, exposure: undefined };
  return render(rasterOf(shape, asSamples(shape, zeros)), resolved, order.limit);
}

/**
 * The frame in its rendition; undefined when that needs the levels of its movie, which the order does not
 * say.
 */
export async function frameImage(order: Order, rendition: Rendition): Promise<Image | undefined> {
  const { limit, levels } = order;
  const encoded = rendition === "original" ? undefined : encodedFor(order, rendition);
  if (encoded !== undefined && rendition !== "original") {
    const short = (await asIs(encoded, rendition, limit)) ?? (await smaller(encoded, rendition, limit));
    if (short !== undefined) return short;
  }
  const raster = encoded === undefined ? await readRaster(order) : await decodeEncoded(encoded, limit);
  const usesMovies = usesMovieLevels(raster, rendition);
  if (usesMovies && levels === undefined) return undefined;
  if (rendition === "original") return originalImage(raster, usesMovies ? levels : undefined, limit);
  const own = typeof rendition.levels === "object" ? rendition.levels : undefined;
  return render(raster, { ...rendition, levels: usesMovies ? levels : own }, limit);
}

/** A picture that is made smaller while it is decoded, where that can be done. */
async function smaller(
  { bytes, format }: WholeFile,
  rendition: PictureRendition,
  limit: Bytes,
): Promise<Image | undefined> {
  return isDirect(format)
    ? renderDirect({ bytes, format }, { ...rendition, levels: undefined }, limit)
    : undefined;
}

/**
 * The bytes of a file that may be what is asked for, or be made smaller while it is decoded.
 * @throws FRAME_TRUNCATED
 */
function encodedFor({ source, format, limit }: Order, rendition: PictureRendition): WholeFile | undefined {
  if (!isWhole(format) || !isShort(rendition, format)) return undefined;
  const bytes = readWhole(source, limit);
  const found = formatBySignature(bytes);
  if (found === undefined || !isWhole(found)) return undefined;
  const end = endOf(bytes, found);
  if (end === undefined)
    throw fault("FRAME_TRUNCATED", `found no end of what begins as ${FORMAT_NAMES[found]}`);
  return { bytes, format: found, end };
}

/** Whether there may be a shorter way than by all samples. */
function isShort(rendition: PictureRendition, format: WholeFormat): boolean {
  const { levels, width, exposure = 0 } = rendition;
  if (mayBeAsIs(rendition, format)) return true;
  return isDirect(format) && width !== undefined && levels === undefined && exposure === 0;
}

function isWhole(format: FrameFormat): format is WholeFormat {
  return format === "png" || format === "jpeg" || format === "webp";
}

/** This thread's: it makes one picture after the other, and what is made of one holds none of its samples. */
const room = keptRoom();

/** The samples of a frame, by our own decoders or the program. @throws a fault with a FRAME_ code */
export async function readRaster({ source, format, limit }: Order): Promise<Raster> {
  if (isOwn(format)) return decodeFrame(source, format, limit, room);
  // A run of one: the program is kept for the next, and which frame that is can be chosen anew.
  return new Promise((resolve, reject) => {
    const deliver = (_: number, result: Raster | Fault): void =>
      result instanceof Fault ? reject(result) : resolve(result);
    decodeRun({ sources: [source], format, limit, deliver }).catch(reject);
  });
}

async function shapeOf(order: Order): Promise<RasterShape> {
  const { source, format, limit } = order;
  if (isOwn(format)) return measureFrame(source, format, limit);
  return shapeOfRaster(await readRaster(order));
}

function isOwn(format: FrameFormat): format is OwnFormat {
  return (OWN_FORMATS as readonly FrameFormat[]).includes(format);
}

/** Whether what is made of the picture depends on the levels of its movie. */
function usesMovieLevels(raster: Raster, rendition: Rendition): boolean {
  const isFloat = raster.samples instanceof Float32Array;
  // Light is shown by its curve.
  if (rendition === "original") return isFloat && raster.transfer === "display";
  if (rendition.levels === "auto") return true;
  return rendition.levels === undefined && needsLevels({ maxval: raster.maxval, isFloat });
}
