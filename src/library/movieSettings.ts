import { LineCounter, parseDocument } from "yaml";
import { fault } from "../base/errors.ts";
import { MiB } from "../base/units.ts";
import type { Described, MovieDescription } from "./movieDescription.ts";
import { describeByName } from "./movieFile.ts";
import { readSmallFile } from "./smallFile.ts";

/** Titles and rates of some ten thousand movies: what is read in seconds. */
const LARGEST_MOVIE_SETTINGS = 4 * MiB;

/**
 * Reads the file of the setting `movies`, YAML or JSON: of each movie by its full name what movie.json says
 * beside the frames, which it goes before. What is wrong of one movie is told and left out.
 * @throws SETTING_INVALID when the file cannot be read, or is no map in YAML or JSON
 */
export async function readMovieSettings(
  path: string,
): Promise<Described<ReadonlyMap<string, MovieDescription>>> {
  const text = await readSmallFile(path, LARGEST_MOVIE_SETTINGS);
  const said = parseJson(text) ?? parseYaml(text);
  const found = describeByName(said);
  const [first] = found.faults;
  if (first !== undefined && (typeof said !== "object" || Array.isArray(said))) throw first;
  return found;
}

/** JSON is YAML too, but is read a hundred times faster as what it is. */
function parseJson(text: string): unknown {
  if (!text.trimStart().startsWith("{")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a map of YAML, or a mistake whose line YAML tells
  }
}

function parseYaml(text: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line } = lines.linePos(error.pos[0]);
    throw fault("SETTING_INVALID", `line ${Math.max(line, 1)}: ${error.message}, expected YAML or JSON`);
  }
  try {
    // An empty file says nothing of any movie.
    return document.toJS() ?? {};
  } catch (cause) {
    // Aliases that unfold to more than a file can mean.
    throw fault("SETTING_INVALID", `${String(cause)}, expected a map of movies`, cause);
  }
}
