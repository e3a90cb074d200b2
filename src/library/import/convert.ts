import { spawn } from "node:child_process";
import { once } from "node:events";
import { fault } from "../../base/errors.ts";
import { formatRate } from "../../base/rate.ts";
import type { Rate } from "../../base/rate.ts";
import { ComplaintLog, firstAndLast } from "./complaints.ts";
import type { Complaints } from "./complaints.ts";
import { missing, programEnvironment } from "./programs.ts";
import type { Programs } from "./programs.ts";

/** The formats that frames can be written in, and how ffmpeg is told. */
const ENCODERS = {
  ppm: ["-c:v", "ppm"],
  png: ["-c:v", "png"],
  // 2 is the best quality that ffmpeg takes for JPEG without further options.
  jpg: ["-c:v", "mjpeg", "-q:v", "2"],
} as const satisfies Record<string, readonly string[]>;

export type ImportFormat = keyof typeof ENCODERS;
export const IMPORT_FORMATS = Object.keys(ENCODERS) as readonly ImportFormat[];

/** Frame numbers from first to last, both included, from 1. */
export type ImportRange = { readonly first: number; readonly last: number };

export type Conversion = {
  readonly input: string;
  /** Where the frames go, as `0001.ppm`, `0002.ppm` … */
  readonly folder: string;
  readonly format: ImportFormat;
  readonly range: ImportRange | undefined;
  /** Frames are doubled and dropped to reach this rate; undefined: every frame once. */
  readonly resampleTo: Rate | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onFrames: (frames: number) => void;
};

/** How a conversion went. */
export type Converted = {
  /** The end of the last frame on ffmpeg's clock, in seconds; undefined when it says none. */
  readonly seconds: number | undefined;
  readonly complaints: Complaints;
};

/**
 * Runs ffmpeg until it has written all frames. When the signal comes, ffmpeg is ended at once, and is gone
 * when the promise settles.
 * @throws IMPORT_FAILED with ffmpeg's own words
 */
export async function convert(programs: Programs, conversion: Conversion): Promise<Converted> {
  // The folder's own path may have % in it, which ffmpeg would read as a pattern: so it runs inside the
  // folder.
  const ffmpeg = spawn(programs.ffmpeg, [...ffmpegOptions(programs, conversion)], {
    cwd: conversion.folder,
    env: programEnvironment(process.env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const kill = (): void => void ffmpeg.kill("SIGKILL");
  conversion.signal?.addEventListener("abort", kill);
  if (conversion.signal?.aborted) kill();
  const log = new ComplaintLog();
  const clock = new ProgressReader(conversion.onFrames);
  ffmpeg.stderr.setEncoding("utf8").on("data", (text: string) => log.add(text));
  ffmpeg.stdout.setEncoding("latin1").on("data", (text: string) => clock.add(text));
  try {
    const [code, endedBy] = await once(ffmpeg, "close");
    if (endedBy !== null) throw fault("IMPORT_FAILED", `ffmpeg was ended by ${endedBy}`);
    if (code !== 0)
      throw fault("IMPORT_FAILED", `ffmpeg said: ${firstAndLast(log.read()) || `status ${code}`}`);
  } catch (error) {
    throw error instanceof Error && "syscall" in error ? missing(programs.ffmpeg, error) : error;
  } finally {
    conversion.signal?.removeEventListener("abort", kill);
  }
  return { seconds: clock.seconds, complaints: log.read() };
}

function ffmpegOptions(
  programs: Programs,
  { input, format, range, resampleTo }: Conversion,
): readonly string[] {
  const source = ["-nostdin", "-hide_banner", "-v", "error", "-nostats", "-progress", "pipe:1", "-i", input];
  const filters: string[] = [];
  if (resampleTo !== undefined) filters.push(`fps=${formatRate(resampleTo)}`);
  if (range !== undefined) filters.push(`select=between(n\\,${range.first - 1}\\,${range.last - 1})`);
  const picked = filters.length === 0 ? [] : ["-vf", filters.join(",")];
  // The count lets ffmpeg stop at the range's end instead of decoding the rest for nothing.
  const count = range === undefined ? [] : ["-frames:v", String(range.last - range.first + 1)];
  const target = ["-f", "image2", "-start_number", String(range?.first ?? 1), ...ENCODERS[format]];
  return [
    ...source,
    "-map",
    "0:V:0",
    ...picked,
    ...count,
    ...programs.everyFrameOnce,
    ...target,
    `%04d.${format}`,
  ];
}

/** Reads what ffmpeg's `-progress` writes: lines of `key=value`. */
class ProgressReader {
  seconds: number | undefined;
  readonly #onFrames: (frames: number) => void;
  #unfinished = "";

  constructor(onFrames: (frames: number) => void) {
    this.#onFrames = onFrames;
  }

  add(text: string): void {
    const lines = (this.#unfinished + text).split("\n");
    this.#unfinished = lines.pop() ?? "";
    for (const line of lines) this.#read(line);
  }

  #read(line: string): void {
    const [key, value] = line.split("=");
    const number = Number(value);
    if (key === "frame" && number >= 0) this.#onFrames(number);
    if (key === "out_time_us" && number > 0) this.seconds = number / 1e6;
  }
}
