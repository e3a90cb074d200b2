import { execFile } from "node:child_process";
import { basename, dirname, join } from "node:path";
import { fault } from "../../base/errors.ts";
import { brief } from "./complaints.ts";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The beginning of the names of this program's own variables. */
const OWN = "MUTOSCOPE_";

/**
 * What a program that is started may know of the environment: all but this program's own variables, among
 * which are its secrets. Whoever makes ffmpeg err on a file must not find the operator's token beside it.
 */
export function programEnvironment(environment: Environment): Record<string, string | undefined> {
  // Windows takes names in any case.
  const others = Object.entries(environment).filter(([name]) => !name.toUpperCase().startsWith(OWN));
  return Object.fromEntries(others);
}

/** The two programs of ffmpeg, as they are to be started, and which options this ffmpeg knows. */
export type Programs = {
  readonly ffmpeg: string;
  readonly ffprobe: string;
  /** Options that give every decoded frame once, whatever its time. */
  readonly everyFrameOnce: readonly string[];
};

/** What ffprobe may print at most: a description of one picture track is about 1 KiB. */
const OUTPUT_LIMIT = 1024 * 1024;

/**
 * Finds ffmpeg and ffprobe: `FFMPEG_PATH` and `FFPROBE_PATH`, else ffprobe beside a given ffmpeg, else PATH.
 * @throws PROGRAM_MISSING with what to install
 */
export async function findPrograms(environment: Environment, signal?: AbortSignal): Promise<Programs> {
  const ffmpeg = environment["FFMPEG_PATH"] || "ffmpeg";
  const ffprobe = environment["FFPROBE_PATH"] || besideFfmpeg(ffmpeg);
  const version = await askProgram(ffmpeg, ["-hide_banner", "-version"], signal);
  return {
    ffmpeg,
    ffprobe,
    everyFrameOnce: knowsFpsMode(version) ? ["-fps_mode", "passthrough"] : ["-vsync", "0"],
  };
}

/**
 * `/opt/bin/ffmpeg` has `/opt/bin/ffprobe` beside it, `ffmpeg7` has `ffprobe7`; a bare name is looked up in
 * PATH.
 */
function besideFfmpeg(ffmpeg: string): string {
  const name = basename(ffmpeg).replace("ffmpeg", "ffprobe");
  return ffmpeg === basename(ffmpeg) ? name : join(dirname(ffmpeg), name);
}

/**
 * ffmpeg 5.1 brought `-fps_mode`; Ubuntu 22.04 has 4.4. A version without numbers is built from newer
 * sources.
 */
function knowsFpsMode(version: string): boolean {
  const [, major, minor] = /^ffmpeg version n?(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined) return true;
  return Number(major) > 5 || (Number(major) === 5 && Number(minor) >= 1);
}

/**
 * What a program prints.
 * @throws PROGRAM_MISSING when it cannot be started
 * @throws VIDEO_UNREADABLE with its own words when it says that it failed
 */
export function askProgram(
  program: string,
  options: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = programEnvironment(process.env);
    execFile(program, options, { env, maxBuffer: OUTPUT_LIMIT, signal }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (typeof error.code === "string" && error.syscall?.startsWith("spawn"))
        reject(missing(program, error));
      else
        reject(
          fault("VIDEO_UNREADABLE", `${basename(program)} said: ${brief(stderr) || error.message}`, error),
        );
    });
  });
}

/** That a program of ffmpeg is not there, and how to get it. */
export function missing(program: string, cause: unknown): Error {
  const detail =
    `found no program "${program}", which reads videos; install it ` +
    `(Debian, Ubuntu: apt install ffmpeg; macOS: brew install ffmpeg; Windows: winget install ffmpeg) ` +
    `or set FFMPEG_PATH and FFPROBE_PATH`;
  return fault("PROGRAM_MISSING", detail, cause);
}
