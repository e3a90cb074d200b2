import { readdir, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { fault } from "../base/errors.ts";
import { DEFAULT_RATE, formatRate, parseRate } from "../base/rate.ts";
import type { Rate } from "../base/rate.ts";
import type { Complaints } from "./import/complaints.ts";
import { convert } from "./import/convert.ts";
import type { Converted, ImportFormat, ImportRange } from "./import/convert.ts";
import { nameParts } from "./import/name.ts";
import { SAME_RATE, probeVideo, valueOf } from "./import/probe.ts";
import type { VideoFacts } from "./import/probe.ts";
import { findPrograms } from "./import/programs.ts";
import type { Environment } from "./import/programs.ts";
import { Staging } from "./import/staging.ts";

export { IMPORT_FORMATS } from "./import/convert.ts";
export type { ImportFormat, ImportRange } from "./import/convert.ts";

export type ImportOptions = {
  /** The video's file: anything that the installed ffmpeg reads. */
  readonly video: string;
  /** The movie's name, which becomes a folder of the library: `take3`, or `sh010/beauty`. */
  readonly name: string;
  /** The library's folder. It is made when it is not there. */
  readonly library: string;
  /** Which frames, by their positions in the video from 1. They keep these numbers. Default: all. */
  readonly range?: ImportRange | undefined;
  /** Default: `ppm`. */
  readonly format?: ImportFormat | undefined;
  /** Frames are doubled or dropped to reach this rate. Default: every frame of the video once. */
  readonly rate?: Rate | undefined;
  /** Whether a movie of this name that an import made is replaced. Default: no. */
  readonly replace?: boolean | undefined;
  /** Ends the import; nothing of it stays. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
  /** Where `FFMPEG_PATH` and `FFPROBE_PATH` are looked up. Default: the process's own. */
  readonly environment?: Environment | undefined;
};

/** How far an import is: frames written, and how many it will be, as far as the video lets suppose. */
export type ImportProgress = { readonly frames: number; readonly total: number | undefined };

export type ImportResult = {
  /** The movie's folder. */
  readonly folder: string;
  readonly frames: number;
  /** The lowest and the highest frame number. */
  readonly first: number;
  readonly last: number;
  readonly rate: Rate;
  /** Frames of the video come at varying times: the movie plays them at the average rate. */
  readonly rateVaries: boolean;
  /** What ffmpeg could not read well, although it went on. */
  readonly complaints: Complaints;
};

/**
 * Turns a video into a movie: `library/name/0001.ppm …` and `movie.json` beside them. A frame's number is its
 * position in the video from 1, and its picture is what players show (turned as the video says, otherwise
 * pixel by pixel). The movie appears as a whole or not at all.
 * @throws MOVIE_NAME_INVALID, MOVIE_EXISTS, PROGRAM_MISSING
 * @throws RANGE_INVALID when no frame of the video lies in the range
 * @throws VIDEO_UNREADABLE when the file is no video
 * @throws IMPORT_FAILED when ffmpeg fails, a disk is full, or the signal comes
 */
export async function importVideo(options: ImportOptions): Promise<ImportResult> {
  const { name, range, signal, replace = false } = options;
  const parts = nameParts(name);
  checkRange(range);
  try {
    const programs = await findPrograms(options.environment ?? process.env, signal);
    const facts = await probeVideo(programs, options.video, signal);
    const staging = await Staging.open(resolve(options.library), parts, { replace });
    try {
      const conversion = { ...conversionOf(options, facts), folder: staging.folder };
      const converted = await convert(programs, conversion);
      const result = await describe(options, facts, converted, staging.folder);
      signal?.throwIfAborted();
      await staging.publish({ replace });
      return { ...result, folder: join(resolve(options.library), ...parts) };
    } catch (error) {
      await staging.discard();
      throw error;
    }
  } catch (error) {
    throw signal?.aborted ? fault("IMPORT_FAILED", `the import of ${name} was interrupted`, error) : error;
  }
}

function checkRange(range: ImportRange | undefined): void {
  if (range === undefined || (range.first >= 1 && range.first <= range.last)) return;
  throw fault(
    "RANGE_INVALID",
    `found ${range.first}-${range.last}, expected frame numbers from 1, the lower first`,
  );
}

function conversionOf(options: ImportOptions, facts: VideoFacts) {
  const { format = "ppm", range, rate: resampleTo, signal, onProgress } = options;
  const total = expectedFrames(options, facts);
  const onFrames = (frames: number): void => onProgress?.({ frames, total });
  return { input: facts.input, format, range, resampleTo, signal, onFrames };
}

function expectedFrames({ range, rate }: ImportOptions, facts: VideoFacts): number | undefined {
  const stretch = rate !== undefined && facts.rate !== undefined ? valueOf(rate) / valueOf(facts.rate) : 1;
  const all = facts.frames === undefined ? undefined : Math.round(facts.frames * stretch);
  if (range === undefined) return all;
  return Math.max(Math.min(range.last, all ?? range.last) - range.first + 1, 0);
}

/** Looks at what ffmpeg wrote, and writes `movie.json` beside it. */
async function describe(
  options: ImportOptions,
  facts: VideoFacts,
  converted: Converted,
  folder: string,
): Promise<Omit<ImportResult, "folder">> {
  const frames = (await readdir(folder)).length;
  const first = options.range?.first ?? 1;
  if (frames === 0) throw nothingFound(options, facts);
  const { rate, rateVaries } = playedRate(options, facts, frames, converted);
  const movie = { title: basename(options.video), fps: formatRate(rate) };
  try {
    await writeFile(join(folder, "movie.json"), `${JSON.stringify(movie, undefined, 2)}\n`);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw fault("IMPORT_FAILED", `the movie's description could not be written: ${why}`, cause);
  }
  return { frames, first, last: first + frames - 1, rate, rateVaries, complaints: converted.complaints };
}

function nothingFound({ video, range }: ImportOptions, facts: VideoFacts): Error {
  if (range === undefined) return fault("VIDEO_UNREADABLE", `${video} has no picture that can be decoded`);
  const known = facts.frames === undefined ? "" : ` of about ${facts.frames}`;
  return fault(
    "RANGE_INVALID",
    `found no frame ${range.first}-${range.last} in ${video}, expected some${known}`,
  );
}

/**
 * The rate that the movie plays at. Some containers (Matroska) state a constant rate for frames that come at
 * varying times; after a whole import the count and the clock tell, and then the true average makes the movie
 * as long as the video.
 */
function playedRate(
  { rate, range }: ImportOptions,
  facts: VideoFacts,
  frames: number,
  { seconds }: Converted,
): Pick<ImportResult, "rate" | "rateVaries"> {
  if (rate !== undefined) return { rate, rateVaries: false };
  const stated = { rate: facts.rate ?? DEFAULT_RATE, rateVaries: facts.rateVaries };
  if (range !== undefined || seconds === undefined || frames < 2) return stated;
  const lasting = seconds - facts.startSeconds;
  const expected = lasting * valueOf(stated.rate);
  const isAsStated = Math.abs(frames - expected) <= Math.max(frames * SAME_RATE, 2);
  if (isAsStated || !(lasting > 0)) return stated;
  return { rate: parseRate((frames / lasting).toFixed(3)), rateVaries: true };
}
