import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { fault } from "../../base/errors.ts";
import { parseRate } from "../../base/rate.ts";
import type { Rate } from "../../base/rate.ts";
import { askProgram } from "./programs.ts";
import type { Programs } from "./programs.ts";

/** What is known of a video before it is decoded. */
export type VideoFacts = {
  /** How ffmpeg is told the file, whatever characters its name has. */
  readonly input: string;
  /** Undefined when the file states none that a movie can have. */
  readonly rate: Rate | undefined;
  readonly rateVaries: boolean;
  /** As the file states or lets suppose; undefined when it does neither. */
  readonly frames: number | undefined;
  /** How much later than the file its pictures begin, in seconds. */
  readonly startSeconds: number;
};

type Probe = { readonly streams?: readonly Stated[]; readonly format?: Stated };
type Stated = Readonly<Record<string, string | undefined>>;

const WANTED =
  "stream=codec_name,r_frame_rate,avg_frame_rate,nb_frames,duration,start_time:format=duration,start_time";

/** Codecs by which ffmpeg takes a text file for a film of a terminal. */
const TEXT_CODECS = new Set(["ansi", "bintext", "idf", "xbin"]);

/** Frame rates closer than this are one rate, which a container wrote down less exactly. */
export const SAME_RATE = 0.01;

/**
 * Asks ffprobe about the first picture track (a cover picture of a song is none).
 * @throws VIDEO_UNREADABLE when the file is not there, or no video
 */
export async function probeVideo(
  programs: Programs,
  video: string,
  signal?: AbortSignal,
): Promise<VideoFacts> {
  await checkFile(video);
  // The protocol keeps names with colons or a dash in front from being read as something else.
  const input = `file:${resolve(video)}`;
  const options = ["-v", "error", "-select_streams", "V:0", "-show_entries", WANTED, "-of", "json", input];
  const { streams = [], format = {} } = JSON.parse(
    await askProgram(programs.ffprobe, options, signal),
  ) as Probe;
  const [stream] = streams;
  if (stream === undefined) throw failed(video, "it has no pictures");
  if (TEXT_CODECS.has(stream["codec_name"] ?? "")) throw failed(video, "it is a text file");
  return {
    input,
    ...statedRate(stream),
    frames: statedFrames(stream, format),
    startSeconds: lateness(stream, format),
  };
}

async function checkFile(video: string): Promise<void> {
  try {
    const stats = await stat(video);
    if (!stats.isFile()) throw failed(video, "it is not a file");
    if (stats.size === 0) throw failed(video, "the file is empty");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && "syscall" in error)) throw error;
    throw failed(video, error.code === "ENOENT" ? "there is no such file" : error.message, error);
  }
}

function failed(video: string, found: string, cause?: unknown): Error {
  return fault("VIDEO_UNREADABLE", `${video} is no video that can be read: ${found}`, cause);
}

/**
 * `r_frame_rate` is the coarsest clock that all frames lie on: for a constant rate the rate itself, exactly
 * (24000/1001), where the average suffers from a rounded duration. When frames come at varying times it is
 * the clock's tick (90000/1, or the field rate of interlaced video), and the average is what makes a movie
 * last as long as the video.
 */
function statedRate(stream: Stated): Pick<VideoFacts, "rate" | "rateVaries"> {
  const exact = readRate(stream["r_frame_rate"]);
  const average = readRate(stream["avg_frame_rate"]);
  if (exact === undefined || average === undefined) return { rate: average ?? exact, rateVaries: false };
  const ratio = valueOf(exact) / valueOf(average);
  if (Math.abs(ratio - 1) < SAME_RATE) return { rate: exact, rateVaries: false };
  const isFieldRate = Math.abs(ratio / 2 - 1) < SAME_RATE;
  return { rate: average, rateVaries: !isFieldRate };
}

/** The rate of a text of ffprobe, or undefined when it is none that a movie can have (`0/0`, `90000/1`). */
function readRate(text: string | undefined): Rate | undefined {
  try {
    return parseRate(text ?? "");
  } catch {
    return undefined;
  }
}

export const valueOf = (rate: Rate): number => rate.numerator / rate.denominator;

function statedFrames(stream: Stated, format: Stated): number | undefined {
  const stated = Number(stream["nb_frames"]);
  if (stated > 0) return stated;
  const rate = statedRate(stream).rate;
  const seconds = Number(stream["duration"] ?? format["duration"]);
  return rate !== undefined && seconds > 0 ? Math.round(seconds * valueOf(rate)) : undefined;
}

function lateness(stream: Stated, format: Stated): number {
  const late = Number(stream["start_time"]) - Number(format["start_time"]);
  return late > 0 ? late : 0;
}
