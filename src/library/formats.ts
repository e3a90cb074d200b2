import { extname } from "node:path";
import type { FrameFormat } from "./log.ts";

/** By extension, in lower case. */
const FORMATS: ReadonlyMap<string, FrameFormat> = new Map<string, FrameFormat>([
  ["ppm", "netpbm"],
  ["pgm", "netpbm"],
  ["pnm", "netpbm"],
  ["png", "png"],
  ["jpg", "jpeg"],
  ["jpeg", "jpeg"],
]);

/** The format that a file's name promises; undefined when it is no frame's. */
export function formatOf(file: string): FrameFormat | undefined {
  return FORMATS.get(extname(file).slice(1).toLowerCase());
}
