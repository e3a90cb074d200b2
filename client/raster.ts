import { parseHeader } from "../src/wire/netpbm.ts";
import { MutoscopeError, asError } from "./error.ts";
import type { Frame } from "./shelf.ts";

/** The samples of a picture, row by row: red, green and blue, or grey alone. */
export type Raster = {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** The value of full brightness, up to 65535. */
  readonly maxval: number;
  /** Of 16 bits where `maxval` is above 255. Those of 8 bits are the frame's own bytes: nothing is copied. */
  readonly samples: Uint8Array | Uint16Array;
};

/**
 * Reads a frame of the format `ppm`, as `original` is; no browser does.
 * @throws MutoscopeError for another format, or a picture that is not whole
 */
export function readRaster({ bytes, format }: Pick<Frame, "bytes" | "format">): Raster {
  if (format !== "ppm") {
    const detail = `found a frame of the format ${format}, expected ppm: ask for that rendition`;
    throw new MutoscopeError({ code: "FRAME_UNSUPPORTED", detail });
  }
  const { magic, width, height, maxval, headerBytes, rasterBytes } = headerOf(bytes);
  const raster = bytes.subarray(headerBytes, headerBytes + rasterBytes);
  const samples = maxval > 255 ? deep(raster) : raster;
  return { width, height, channels: magic === "P5" ? 1 : 3, maxval, samples };
}

function headerOf(bytes: Uint8Array): NonNullable<ReturnType<typeof parseHeader>> {
  try {
    const header = parseHeader(bytes);
    if (header !== undefined && header.headerBytes + header.rasterBytes <= bytes.byteLength) return header;
  } catch (error) {
    throw asError(error);
  }
  throw new MutoscopeError({
    code: "FRAME_TRUNCATED",
    detail: `found ${bytes.byteLength} bytes, and not a whole picture`,
  });
}

/** Netpbm has the higher byte first, whatever the machine. */
function deep(raster: Uint8Array): Uint16Array {
  const view = new DataView(raster.buffer, raster.byteOffset, raster.byteLength);
  return Uint16Array.from({ length: raster.byteLength / 2 }, (_, index) => view.getUint16(2 * index));
}
