import { fault } from "../../../base/errors.ts";
import type { Bytes } from "../../../base/units.ts";
import type { ProgramFormat } from "../../../library/log.ts";
import type { Outline } from "./shape.ts";
import { outlineBmp, outlineDpx, outlineHdr } from "./plain.ts";
import { outlineExr } from "./exr.ts";
import { outlineJp2 } from "./jp2.ts";
import { outlineSgi } from "./sgi.ts";
import { outlineTga } from "./tga.ts";

const OUTLINES = {
  exr: outlineExr,
  dpx: outlineDpx,
  tga: outlineTga,
  bmp: outlineBmp,
  jp2: outlineJp2,
  sgi: outlineSgi,
  hdr: outlineHdr,
} as const satisfies Record<ProgramFormat, (bytes: Uint8Array) => Outline>;

/**
 * Looks at a file before the program does: how large its picture is, and whether all of it is there where the
 * program would make up what is missing.
 * @throws FRAME_TOO_LARGE when the picture's samples have more than `limit` bytes; FRAME_TRUNCATED,
 * FRAME_CORRUPT or FRAME_UNSUPPORTED
 */
export function checkOutline(format: ProgramFormat, bytes: Uint8Array, limit: Bytes): void {
  const { width, height, pixelBytes } = OUTLINES[format](bytes);
  if (width < 1 || height < 1)
    throw fault("FRAME_CORRUPT", `found a picture of ${width}×${height} pixels, expected one at least`);
  if (width * height * pixelBytes <= limit) return;
  throw fault(
    "FRAME_TOO_LARGE",
    `found ${width}×${height} pixels of ${pixelBytes} bytes, expected ${limit} bytes at most`,
  );
}
