import { KiB } from "../../base/units.ts";
import { LONGEST_NETPBM_HEADER } from "../../wire/netpbm.ts";
import { parseAnyHeader } from "../../wire/netpbmHeaders.ts";
import { fault } from "../../base/errors.ts";
import type { Head, Picture } from "./head.ts";

/** Headers without a long comment are far shorter. */
const USUAL = 4 * KiB;

export async function lookAtNetpbm(head: Head): Promise<Picture> {
  const header =
    parseAnyHeader(await head.upTo(0, USUAL)) ?? parseAnyHeader(await head.upTo(0, LONGEST_NETPBM_HEADER));
  if (header === undefined) {
    throw fault("FRAME_TRUNCATED", "the file ends before it says how large its picture is");
  }
  const { width, height, depth, coding, maxval } = header;
  if (coding === "float") return { width, height, channels: depth, bits: 32, float: true };
  const bits = coding === "bits" || coding === "bitsText" ? 1 : maxval > 255 ? 16 : 8;
  return { width, height, channels: depth, bits };
}
