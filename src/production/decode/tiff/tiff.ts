import { endianness } from "node:os";
import { fault } from "../../../base/errors.ts";
import { Bytes } from "../../../base/units.ts";
import type { Raster } from "../../raster/raster.ts";
import type { FrameFile } from "../../file/read.ts";
import { hasEnd } from "../encoded/end.ts";
import { dropAlpha } from "../../raster/samples.ts";
import { asSamples, rasterOf, sampleBytesWithin } from "../../raster/shape.ts";
import type { RasterShape } from "../../raster/shape.ts";
import { decode } from "../encoded/sharp.ts";
import type { Decoded } from "../encoded/sharp.ts";
import { liesOpen, readOpen } from "./direct.ts";
import { readLayout } from "./layout.ts";
import type { Layout } from "./layout.ts";
import { TO_FLOAT, turnAround } from "./numbers.ts";
import { directoryOf, hasPage } from "./pages.ts";
import { readPieces } from "./pieces.ts";
import type { Pieces } from "./pieces.ts";
import { planOf } from "./plan.ts";
import type { Plan } from "./plan.ts";
import { joinPlanes, widthsInBytes } from "./planes.ts";
import { rebuildPage } from "./rebuild.ts";
import { openTiff } from "./structure.ts";

/** JPEG in a TIFF, with its tables in a tag of the directory. */
const JPEG = 7;

/**
 * Reads one page of a TIFF, counted from 0, and nothing else of the file; gives what decodes it.
 * @throws FRAME_TRUNCATED, FRAME_CORRUPT, FRAME_UNSUPPORTED, FRAME_TOO_LARGE; so does what it gives
 */
export function readTiffPage(file: FrameFile, page: number, limit: Bytes): () => Promise<Raster> {
  const tiff = openTiff(file);
  const directory = directoryOf(tiff, page);
  const layout = readLayout(tiff, directory);
  const plan = planOf(layout);
  sampleBytesWithin(plan.shape, limit);
  const pieces = readPieces(tiff, directory, layout, limit);
  if (liesOpen(tiff, directory, layout, pieces)) {
    const raster = readOpen(tiff, layout, plan, pieces);
    return () => Promise.resolve(raster);
  }
  const told = carriedBy(plan, layout, pieces);
  const bytes = rebuildPage(tiff, directory, told.layout, told.pieces);
  if (layout.compression === JPEG) requireEnds(bytes, pieces);
  return async () => {
    // The decoder counts pixels, of which doubles have two, or eight where they are bytes.
    const options = { limit: Bytes(2 * limit), isCmyk: plan.isCmyk };
    const decoded = await decode({ bytes, format: "tiff" }, plan.asked, options);
    const joined = plan.isInPlanes ? { ...decoded, data: joinPlanes(decoded, layout, pieces) } : decoded;
    return rasterOf(plan.shape, samplesOf(joined, plan, tiff.isLittleEndian));
  };
}

/** What a page is but for its samples, which are not read. @throws as `readTiffPage` */
export function measureTiffPage(file: FrameFile, page: number): RasterShape {
  const tiff = openTiff(file);
  return planOf(readLayout(tiff, directoryOf(tiff, page))).shape;
}

/** Whether the file has more pages than its first. */
export function hasSeveralPages(file: FrameFile): boolean {
  return hasPage(openTiff(file), 1);
}

/** What the decoder is told of a page and its pieces. Tiles of doubles are twice as wide, too. */
function carriedBy(
  { layout: told, isInPlanes }: Plan,
  layout: Layout,
  pieces: Pieces,
): { readonly layout: Layout; readonly pieces: Pieces } {
  if (!isInPlanes)
    return { layout: told, pieces: { ...pieces, width: pieces.width * (told.width / layout.width) } };
  const { page, piece } = widthsInBytes(layout, pieces);
  return { layout: { ...told, width: page }, pieces: { ...pieces, width: piece } };
}

/** A JPEG that is cut inside of the file is filled up with grey by the decoder. @throws FRAME_TRUNCATED */
function requireEnds(built: Uint8Array, { counts, bytes }: Pieces): void {
  let at = built.byteLength - bytes;
  for (const [index, count] of counts.entries()) {
    if (!hasEnd(built.subarray(at, at + count), "jpeg"))
      throw fault("FRAME_TRUNCATED", `found no end of the JPEG in piece ${index + 1} of ${counts.length}`);
    at += count;
  }
}

function samplesOf({ data, channels }: Decoded, plan: Plan, isLittleEndian: boolean): Raster["samples"] {
  const { shape, numbers, layout } = plan;
  if (numbers === "double" && !plan.isInPlanes && isLittleEndian !== (endianness() === "LE")) swapWords(data);
  const found = numbers === "same" ? asSamples(shape, data) : TO_FLOAT[numbers](data);
  const samples = channels === shape.channels ? found : dropAlpha(found, channels, shape.channels);
  const expected = shape.width * shape.height * shape.channels;
  if (samples.length !== expected)
    throw fault(
      "FRAME_CORRUPT",
      `found ${samples.length} samples, expected ${expected} (${layout.bits} bits)`,
    );
  if (plan.isTurned) turnAround(samples, numbers);
  return samples;
}

/** The halves of doubles, whose bytes are already in the machine's order. */
function swapWords({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): void {
  const words = new Uint32Array(buffer, byteOffset, byteLength / 4);
  for (let at = 0; at + 1 < words.length; at += 2) {
    const first = words[at] ?? 0;
    words[at] = words[at + 1] ?? 0;
    words[at + 1] = first;
  }
}
