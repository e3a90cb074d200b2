import { Fault, fault } from "../../base/errors.ts";
import { Ms } from "../../base/units.ts";
import type { Bytes } from "../../base/units.ts";
import { findPrograms } from "../../library/import/programs.ts";
import type { Programs } from "../../library/import/programs.ts";
import type { ProgramFormat } from "../../library/log.ts";
import { decodingOptions } from "./command.ts";
import { Decoder } from "./decoder.ts";
import { rasterBytes } from "./layout.ts";

/** How long one picture may take before the program is taken to hang: the largest take a second or two. */
export const PICTURE_TIME = Ms(30_000);
/** How long a program without work is kept, in milliseconds: starting one costs as much as a picture. */
const KEEP = 2000;

/** A program that has no work. */
type Kept = { readonly decoder: Decoder; readonly key: string; readonly timer: NodeJS.Timeout };

/** This thread's. One is enough: a worker makes one frame after the other, and mostly of one movie. */
let kept: Kept | undefined;

/** Where ffmpeg is, once it has been found. */
let found: Programs | undefined;

/** Formats that this ffmpeg has been found not to read: no program is started for another frame of theirs. */
const unreadable = new Set<ProgramFormat>();

/** Remembers that this ffmpeg has no decoder of the format, and gives the fault that says so. */
export function unread(format: ProgramFormat): Fault {
  unreadable.add(format);
  return fault("FRAME_UNSUPPORTED", `found a file of the format ${format}, which this ffmpeg does not read`);
}

/**
 * A program that decodes pictures of the format of up to `limit` bytes: the one that is kept, or a new one.
 * It is the caller's until given back.
 * @throws FRAME_UNSUPPORTED when there is no ffmpeg, or one that does not read the format
 */
export async function takeDecoder(format: ProgramFormat, limit: Bytes): Promise<Decoder> {
  const old = takeKept();
  if (old?.key === keyOf(format, limit) && old.decoder.isUsable) {
    old.decoder.wake();
    return old.decoder;
  }
  old?.decoder.end();
  if (unreadable.has(format)) throw unread(format);
  const programs = await findFfmpeg(format);
  return new Decoder({
    program: programs.ffmpeg,
    options: decodingOptions(format, programs, limit),
    allows: (picture) => rasterBytes(picture) <= limit,
    pictureTime: PICTURE_TIME,
  });
}

/** Keeps a program for the next who needs one like it, if it comes soon. */
export function giveBack(decoder: Decoder, format: ProgramFormat, limit: Bytes): void {
  takeKept()?.decoder.end();
  if (!decoder.isUsable) {
    decoder.end();
    return;
  }
  decoder.rest();
  const timer = setTimeout(() => takeKept()?.decoder.end(), KEEP).unref();
  kept = { decoder, key: keyOf(format, limit), timer };
}

function takeKept(): Kept | undefined {
  const taken = kept;
  clearTimeout(taken?.timer);
  kept = undefined;
  return taken;
}

function keyOf(format: ProgramFormat, limit: Bytes): string {
  return `${format} ${limit}`;
}

async function findFfmpeg(format: ProgramFormat): Promise<Programs> {
  try {
    found ??= await findPrograms(process.env);
    return found;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw fault("FRAME_UNSUPPORTED", `found a file of the format ${format}, ${adviceOn(error)}`, error);
  }
}

/** What can be done about an ffmpeg that is not there, or does not run. Names no path: it goes to clients. */
function adviceOn({ code }: Fault): string {
  if (code !== "PROGRAM_MISSING") return "which is read by ffmpeg; the ffmpeg that was found does not run";
  return (
    "which is read by ffmpeg; install it (Debian, Ubuntu: apt install ffmpeg; macOS: brew install ffmpeg; " +
    "Windows: winget install ffmpeg) or set FFMPEG_PATH where the server runs"
  );
}
