import { open, realpath } from "node:fs/promises";
import { Fault, fault } from "../base/errors.ts";
import { Bytes } from "../base/units.ts";
import type { FrameEntry, FrameFormat } from "./log.ts";
import type { OpenFile } from "./disk/openFile.ts";
import { isInside, OPEN_WITHOUT_WAITING, systemCode } from "./place.ts";
import { lookAtExr } from "./probe/exr.ts";
import { Head, type Look, type Picture } from "./probe/head.ts";
import { lookAtJp2 } from "./probe/jp2.ts";
import { lookAtJpeg } from "./probe/jpeg.ts";
import { lookAtNetpbm } from "./probe/netpbm.ts";
import { lookAtPng } from "./probe/png.ts";
import { lookAtRadiance } from "./probe/radiance.ts";
import { lookAtBmp, lookAtDpx, lookAtSgi, lookAtTga } from "./probe/rasters.ts";
import { lookAtTiff } from "./probe/tiff.ts";
import { lookAtWebp } from "./probe/webp.ts";

/** What a frame's file says of its picture before the picture itself. */
export type FrameLook = Picture & {
  /** Of the file. */
  readonly bytes: Bytes;
};

const LOOKS: Readonly<Record<FrameFormat, Look>> = {
  netpbm: lookAtNetpbm,
  png: lookAtPng,
  jpeg: lookAtJpeg,
  webp: lookAtWebp,
  tiff: lookAtTiff,
  exr: lookAtExr,
  dpx: lookAtDpx,
  tga: lookAtTga,
  bmp: lookAtBmp,
  jp2: lookAtJp2,
  sgi: lookAtSgi,
  hdr: lookAtRadiance,
};

/**
 * Looks at the beginning of a frame's file, for lists and banners. Whether the frame is whole only its
 * production tells.
 * @throws FRAME_UNREADABLE, FRAME_NOT_A_FILE, FRAME_OUTSIDE_LIBRARY, FRAME_EMPTY, FRAME_TRUNCATED,
 * FRAME_CORRUPT, FRAME_UNSUPPORTED, FRAME_TOO_LARGE
 */
export async function probeFrame({ format, source }: FrameEntry): Promise<FrameLook> {
  try {
    if (!isInside(await realpath(source.root), await realpath(source.path))) {
      throw fault("FRAME_OUTSIDE_LIBRARY", "found a link that leads out of the library's folder");
    }
    await using file = await open(source.path, OPEN_WITHOUT_WAITING);
    const found = await file.stat();
    if (!found.isFile()) throw fault("FRAME_NOT_A_FILE", "found something else, expected a regular file");
    if (found.size === 0) throw fault("FRAME_EMPTY", "found a file of 0 bytes, expected a picture");
    return { ...(await lookAt(format, file, source.page)), bytes: Bytes(found.size) };
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw fault("FRAME_UNREADABLE", `the file could not be read: ${systemCode(error)}`, error);
  }
}

/**
 * Looks at the beginning of a file that is open; of several pictures at that of `page`, from 0.
 * @throws FRAME_TRUNCATED, FRAME_CORRUPT, FRAME_UNSUPPORTED, FRAME_TOO_LARGE
 */
export async function lookAt(format: FrameFormat, file: OpenFile, page = 0): Promise<Picture> {
  const head = new Head(file, format);
  const picture = await LOOKS[format](head, page);
  const { width, height, channels, bits } = picture;
  if (![width, height, channels, bits].every((number) => number > 0)) throw head.corrupt();
  return picture;
}
