import { open } from "node:fs/promises";
import { fault } from "../base/errors.ts";
import { parseRate } from "../base/rate.ts";
import type { Rate } from "../base/rate.ts";
import { KiB } from "../base/units.ts";
import { OPEN_WITHOUT_WAITING, systemCode } from "./place.ts";

/** What may lie beside the frames and says more about their movies than the files do. */
export const MOVIE_FILE = "movie.json";

/** A few settings need less; a larger file is something else. */
const LARGEST_MOVIE_FILE = 64 * KiB;

/**
 * `fps` of a folder's movie.json, a text (`"24000/1001"`) or a number; the other settings are not read yet.
 */
export type MovieFile = { readonly rate: Rate | undefined };

/**
 * @throws SETTING_INVALID when it is unreadable, larger than 64 KiB or no object; RATE_INVALID for its fps
 */
export async function readMovieFile(path: string): Promise<MovieFile> {
  const settings = parseObject(await readSmall(path));
  const { fps } = settings as { fps?: unknown };
  if (fps === undefined) return { rate: undefined };
  if (typeof fps === "string" || typeof fps === "number") return { rate: parseRate(String(fps)) };
  throw fault(
    "SETTING_INVALID",
    'found fps that is neither a text nor a number, expected "24000/1001" or 24',
  );
}

async function readSmall(path: string): Promise<string> {
  try {
    await using file = await open(path, OPEN_WITHOUT_WAITING);
    const buffer = new Uint8Array(LARGEST_MOVIE_FILE + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    if (bytesRead <= LARGEST_MOVIE_FILE) return new TextDecoder().decode(buffer.subarray(0, bytesRead));
  } catch (error) {
    throw fault("SETTING_INVALID", `the file could not be read: ${systemCode(error)}`, error);
  }
  throw fault("SETTING_INVALID", `found more than ${LARGEST_MOVIE_FILE} bytes, expected a few settings`);
}

function parseObject(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw fault("SETTING_INVALID", "found something that is not JSON, expected an object with fps", cause);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw fault("SETTING_INVALID", "found JSON that is no object, expected one with fps");
}
