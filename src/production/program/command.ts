import type { Bytes } from "../../base/units.ts";
import type { ProgramFormat } from "../../library/log.ts";
import type { Programs } from "../../library/import/programs.ts";
import { LAYOUT_NAMES } from "./layout.ts";

/**
 * Formats whose decoder takes something of one picture over into the next, and may spoil it: a picture after
 * one of another depth comes out in the depth of that. Each gets a program of its own. The other decoders
 * begin anew with each picture.
 */
export const ALONE: ReadonlySet<ProgramFormat> = new Set(["jp2"]);

/** The program's decoders, by their names there. */
const DECODERS = {
  exr: "exr",
  dpx: "dpx",
  tga: "targa",
  bmp: "bmp",
  jp2: "jpeg2000",
  sgi: "sgi",
  hdr: "hdr",
} as const satisfies Record<ProgramFormat, string>;

/**
 * Seconds of the processor that one program may use: should it hang when there is nobody left to end it, the
 * system does.
 */
const PROCESSOR_SECONDS = 600;

/**
 * Threads that decode parts of one picture, where the format has parts: two of them take no more of the
 * processor than one, and a picture that somebody waits for is there sooner.
 */
const SLICES = 2;

/** Bytes of a decoded pixel, at least, where it is not one. */
const PIXEL_BYTES: { readonly [F in ProgramFormat]?: number } = { exr: 4, hdr: 12, bmp: 3 };

/**
 * How the program is told to read pictures of one format in IVF from its input, to give their samples on its
 * output, and to say on standard error which picture they are of. It opens nothing by itself.
 */
export function decodingOptions(
  format: ProgramFormat,
  { everyFrameOnce }: Programs,
  limit: Bytes,
): readonly string[] {
  const maxPixels = Math.floor(limit / (PIXEL_BYTES[format] ?? 1));
  const alone = ["-hide_banner", "-nostdin", "-nostats", "-timelimit", String(PROCESSOR_SECONDS)];
  const speech = ["-loglevel", "repeat+level+info"];
  const guards = [
    "-filter_threads",
    "1",
    "-protocol_whitelist",
    "pipe",
    "-max_pixels",
    String(maxPixels),
    "-err_detect",
    "explode",
  ];
  // Frames side by side would hold one back until the next is there; parts of one frame do not.
  const threads = ["-thread_type", "slice", "-threads", String(SLICES)];
  // What the input holds is known: nothing is read ahead to find out, and no parser waits for another
  // picture.
  const known = ["-fflags", "noparse+nofillin", "-f", "ivf", "-nofind_stream_info"];
  const input = [...threads, ...known, "-c:v", DECODERS[format], "-i", "pipe:0"];
  const pictures = ["-vf", `format=pix_fmts=${LAYOUT_NAMES.join("|")},showinfo=checksum=0`];
  const raw = ["-threads", "1", "-c:v", "rawvideo", "-flush_packets", "1", "-f", "rawvideo", "pipe:1"];
  return [...alone, ...speech, ...guards, ...input, ...pictures, ...everyFrameOnce, ...raw];
}
