import { extname } from "node:path";
import type { FrameFormat } from "./log.ts";

/** By extension, in lower case. */
const FORMATS: ReadonlyMap<string, FrameFormat> = new Map<string, FrameFormat>([
  ["pbm", "netpbm"],
  ["pgm", "netpbm"],
  ["ppm", "netpbm"],
  ["pnm", "netpbm"],
  ["pam", "netpbm"],
  ["pfm", "netpbm"],
  ["png", "png"],
  ["jpg", "jpeg"],
  ["jpeg", "jpeg"],
  ["webp", "webp"],
  ["tif", "tiff"],
  ["tiff", "tiff"],
  ["exr", "exr"],
  ["dpx", "dpx"],
  ["tga", "tga"],
  ["bmp", "bmp"],
  ["jp2", "jp2"],
  ["j2k", "jp2"],
  ["sgi", "sgi"],
  ["rgb", "sgi"],
  ["hdr", "hdr"],
]);

/** The format that a file's name promises; undefined when it is no frame's. */
export function formatOf(file: string): FrameFormat | undefined {
  return FORMATS.get(extname(file).slice(1).toLowerCase());
}

/** Whether a file's name promises a TIFF, which may hold many pictures. */
export function isTiff(file: string): boolean {
  return formatOf(file) === "tiff";
}

/** Whether a file's name promises a frame. */
export function isPicture(file: string): boolean {
  return formatOf(file) !== undefined;
}
