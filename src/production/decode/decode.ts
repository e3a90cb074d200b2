import type { Bytes } from "../../base/units.ts";
import type { FrameSource, OwnFormat } from "../../library/log.ts";
import type { Raster } from "../raster/raster.ts";
import { ownRoom } from "../raster/room.ts";
import type { Room } from "../raster/room.ts";
import { readAt, withFrameFile } from "../file/read.ts";
import type { FrameFile } from "../file/read.ts";
import { SIGNATURE_BYTES, requireFormat } from "./kind.ts";
import { decodeNetpbm, measureNetpbm, readSmall } from "./netpbm.ts";
import type { RasterShape } from "../raster/shape.ts";
import { hasSeveralPages, measureTiffPage, readTiffPage } from "./tiff/tiff.ts";
import { decodeEncoded, measureEncoded, readEncoded } from "./whole.ts";

export type { RasterShape } from "../raster/shape.ts";

/**
 * A frame as the samples that its file has; docs/pictures.md says what is kept and what is lost. What the
 * file is, its first bytes say; `format` is only what its name promises.
 *
 * @param limit of the file (of a TIFF's page in it) and of the samples, in bytes: both are known before
 * anything is reserved for them
 * @param room where samples of netpbm files lie: until the next one is decoded, when it is not its own
 * @throws FRAME_UNSUPPORTED, FRAME_TRUNCATED, FRAME_CORRUPT, FRAME_TOO_LARGE, and what `withFrameFile`
 * throws
 */
export async function decodeFrame(
  source: FrameSource,
  format: OwnFormat,
  limit: Bytes,
  room: Room = ownRoom,
): Promise<Raster> {
  // The file is read while it is open and known to be still, and decoded afterwards.
  return await withFrameFile(source, (file) => {
    const whole = format === "netpbm" ? readSmall(file, limit, room) : undefined;
    const found = requireFormat(whole ?? readStart(file), format);
    if (found === "netpbm") return later(decodeNetpbm(file, limit, room, whole));
    if (found === "tiff") return readTiff(file, source, limit);
    const encoded = readEncoded(file, found, limit);
    return () => decodeEncoded(encoded, limit);
  })();
}

/** What the frame is but for its samples: for a black one of its size. @throws as `decodeFrame` */
export async function measureFrame(
  source: FrameSource,
  format: OwnFormat,
  limit: Bytes,
): Promise<RasterShape> {
  return await withFrameFile(source, (file) => {
    const found = requireFormat(readStart(file), format);
    if (found === "netpbm") return later(measureNetpbm(file));
    if (found === "tiff") return later(measureTiffPage(file, source.page ?? 0));
    const encoded = readEncoded(file, found, limit);
    return () => measureEncoded(encoded);
  })();
}

/** The order of whoever asked is what is remembered by: nothing has to be forgotten. */
const severalPages = new WeakSet<FrameSource>();

/**
 * Whether this very source was read, and its file turned out to have more pages than the one that is shown.
 */
export function hasUnseenPages(source: FrameSource): boolean {
  return severalPages.has(source);
}

function readTiff(file: FrameFile, source: FrameSource, limit: Bytes): () => Promise<Raster> {
  const decode = readTiffPage(file, source.page ?? 0, limit);
  if (source.page === undefined && hasSeveralPages(file)) severalPages.add(source);
  return decode;
}

const later =
  <T>(value: T): (() => Promise<T>) =>
  () =>
    Promise.resolve(value);

function readStart(file: FrameFile): Uint8Array {
  const start = new Uint8Array(SIGNATURE_BYTES);
  return start.subarray(0, readAt(file, start, 0));
}
