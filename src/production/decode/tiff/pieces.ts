import { fault } from "../../../base/errors.ts";
import type { Bytes } from "../../../base/units.ts";
import { within } from "../../raster/shape.ts";
import type { Layout } from "./layout.ts";
import { readOne } from "./layout.ts";
import { beyond, readNumbers } from "./structure.ts";
import type { Directory, Tiff } from "./structure.ts";
import { TAG } from "./tags.ts";

/** Strips or tiles of a page: a strip is a row at least, and a tile has 16 rows and columns. */
const MOST_PIECES = 1_000_000;

/** A page's samples, in strips or tiles. */
export type Pieces = {
  /** Pixels of one: as wide as the page, when it is a strip. */
  readonly width: number;
  readonly height: number;
  readonly isTiled: boolean;
  /** Where they begin in the file, and how many bytes they have there. */
  readonly offsets: readonly number[];
  readonly counts: readonly number[];
  /** The sum of the counts. */
  readonly bytes: Bytes;
};

/**
 * Where a page's samples lie. Planes beyond its colours are left out.
 * @throws FRAME_CORRUPT, FRAME_TRUNCATED; FRAME_TOO_LARGE when they, or the decoded samples, have more
 * bytes than `limit`
 */
export function readPieces(tiff: Tiff, directory: Directory, layout: Layout, limit: Bytes): Pieces {
  const isTiled = directory.entries.has(TAG.tileWidth);
  const width = isTiled ? readOne(tiff, directory, TAG.tileWidth) : layout.width;
  const rows = readOne(tiff, directory, isTiled ? TAG.tileHeight : TAG.rowsPerStrip, layout.height);
  const height = isTiled ? rows : Math.min(rows, layout.height);
  if (width === 0 || height === 0)
    throw fault("FRAME_CORRUPT", `found pieces of ${width}×${height} pixels, expected at least 1`);
  const [across, down] = [Math.ceil(layout.width / width), Math.ceil(layout.height / height)];
  const samplesInPixel = layout.isPlanar ? layout.colours : layout.samples;
  const decodedBytes = (across * width * down * height * samplesInPixel * layout.bits) / 8;
  within(Math.ceil(decodedBytes), limit, "pieces of a page");
  const number = across * down * (layout.isPlanar ? layout.colours : 1);
  const tags = isTiled ? TILES : STRIPS;
  const offsets = readPlaces(tiff, directory, tags.offsets, number);
  const counts = readCounts(tiff, directory, tags.counts, layout, number);
  const bytes = within(
    counts.reduce((sum, count) => sum + count, 0),
    limit,
    "a page",
  );
  for (const [index, offset] of offsets.entries()) {
    const end = offset + (counts[index] ?? 0);
    if (end > tiff.file.size) throw beyond(end, tiff.file);
  }
  return { width, height, isTiled, offsets, counts, bytes };
}

const STRIPS = { offsets: TAG.stripOffsets, counts: TAG.stripByteCounts } as const;
const TILES = { offsets: TAG.tileOffsets, counts: TAG.tileByteCounts } as const;

/** The numbers of the first `wanted` pieces. */
function readPlaces(tiff: Tiff, directory: Directory, tag: number, wanted: number): readonly number[] {
  if (wanted > MOST_PIECES)
    throw fault("FRAME_CORRUPT", `found a page of ${wanted} pieces, expected ${MOST_PIECES} at most`);
  const found = readNumbers(tiff, directory, tag, MOST_PIECES) ?? [];
  if (found.length < wanted)
    throw fault(
      "FRAME_CORRUPT",
      `found ${found.length} pieces of the page in tag ${tag}, expected ${wanted}`,
    );
  return found.slice(0, wanted);
}

/** Some writers leave out how long the only strip is, where it needs no saying. */
function readCounts(
  tiff: Tiff,
  directory: Directory,
  tag: number,
  layout: Layout,
  wanted: number,
): readonly number[] {
  if (directory.entries.has(tag) || wanted > 1 || layout.compression !== 1)
    return readPlaces(tiff, directory, tag, wanted);
  return [Math.ceil((layout.width * layout.samples * layout.bits) / 8) * layout.height];
}
