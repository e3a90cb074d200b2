import { Fault, fault } from "../base/errors.ts";
import { KiB } from "../base/units.ts";
import { quote } from "../wire/quote.ts";
import { type Described, type MovieDescription, describeMovie, overlay } from "./movieDescription.ts";

/** What may lie beside the frames and says more about their movies than the files do. */
export const MOVIE_FILE = "movie.json";

/** Bytes: a few settings need less; a larger file is something else. */
export const LARGEST_MOVIE_FILE = 64 * KiB;

/**
 * What a folder's movie.json says of all movies that lie directly in the folder, and under its key `movies`
 * of single ones, by their names without the folder's.
 */
export type MovieFile = MovieDescription & { readonly movies?: ReadonlyMap<string, MovieDescription> };

/**
 * Reads the text of a folder's movie.json. What is wrong in it is told and left out: a movie is served also
 * when its description is not what it should be. Faults: SETTING_INVALID also when it is no object;
 * RATE_INVALID and RANGE_INVALID for its numbers.
 */
export function describeText(text: string): Described<MovieFile> {
  try {
    const said = parseObject(text);
    const all = describeMovie(said, ["movies"]);
    const { movies } = said as { movies?: unknown };
    if (movies === undefined || movies === null) return all;
    const single = describeByName(movies);
    const description: MovieFile = { ...all.description, movies: single.description };
    return { description, faults: [...all.faults, ...single.faults] };
  } catch (error) {
    if (error instanceof Fault) return { description: {}, faults: [error] };
    throw error;
  }
}

/** What a folder's movie.json says of one movie; its name is without the folder's. */
export function descriptionOf(folder: MovieFile, name: string): MovieDescription {
  const { movies, ...all } = folder;
  return overlay(all, movies?.get(name.normalize("NFC")));
}

/** What is said of several movies, by their names. */
export function describeByName(said: unknown): Described<ReadonlyMap<string, MovieDescription>> {
  const description = new Map<string, MovieDescription>();
  const faults: Fault[] = [];
  if (!isObject(said)) return { description, faults: [notAnObject(said, "movies by their names")] };
  for (const [name, value] of Object.entries(said)) {
    const found = isObject(value)
      ? describeMovie(value)
      : { description: {}, faults: [notAnObject(value, "what is said of a movie")] };
    description.set(name.normalize("NFC"), found.description);
    faults.push(...found.faults.map(({ code, message }) => fault(code, `${quote(name)}: ${message}`)));
  }
  return { description, faults };
}

function parseObject(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw fault("SETTING_INVALID", "found something that is not JSON, expected an object with fps", cause);
  }
  if (isObject(value)) return value;
  throw notAnObject(value, "an object with fps");
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function notAnObject(value: unknown, expected: string): Fault {
  const found = value === null ? "nothing" : Array.isArray(value) ? "a list" : `a ${typeof value}`;
  return fault("SETTING_INVALID", `found ${found}, expected ${expected}`);
}
