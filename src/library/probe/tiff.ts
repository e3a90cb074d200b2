import { fault } from "../../base/errors.ts";
import type { Directory } from "../tiff/directories.ts";
import { pagesOf } from "../tiff/pages.ts";
import type { Head, Picture } from "./head.ts";

const TAG = { width: 256, height: 257, bits: 258, meaning: 262, samples: 277, sampleFormat: 339 } as const;

/** Colour by a palette, of one sample. */
const PALETTE = 3;
/** Inks, four of them as a rule. */
const SEPARATED = 5;
const FLOATING_POINT = 3;

export async function lookAtTiff(head: Head, page: number): Promise<Picture> {
  const pages = pagesOf(head.file);
  for (let index = 0; ; index++) {
    const { value, done } = await pages.next();
    if (done) throw fault("FRAME_CORRUPT", `found ${index} pages, expected page ${page + 1}`);
    if (index === page) return lookAtPage(value, head);
  }
}

async function lookAtPage(directory: Directory, head: Head): Promise<Picture> {
  const width = await directory.value(TAG.width);
  const height = await directory.value(TAG.height);
  const bits = (await directory.value(TAG.bits)) ?? 1;
  const samples = (await directory.value(TAG.samples)) ?? 1;
  if (width === undefined || height === undefined) throw head.corrupt();
  const meaning = await directory.value(TAG.meaning);
  const float = (await directory.value(TAG.sampleFormat)) === FLOATING_POINT;
  const isColour = meaning === PALETTE || meaning === SEPARATED;
  return { width, height, channels: isColour ? 3 : Math.min(samples, 4), bits, ...(float && { float }) };
}
