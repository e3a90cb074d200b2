import { fault } from "../base/errors.ts";
import type { Priority } from "../base/units.ts";
import type { Catalogue, FrameLog } from "../library/log.ts";
import { nearMovie } from "../library/nearMovie.ts";
import type { Plan } from "../playback/plan.ts";

/**
 * The movie of this name.
 * @throws MOVIE_NOT_FOUND, with the name that may have been meant; LIBRARY_SCANNING as long as it may yet be
 * found
 */
export function findMovie(catalogue: Catalogue, name: string): FrameLog {
  const log = catalogue.find(name);
  if (log !== undefined) return log;
  const near = nearMovie(name, catalogue);
  const advice = near === undefined ? "" : `, did you mean "${near}"?`;
  const { isComplete, frames } = catalogue.progress;
  if (isComplete) throw fault("MOVIE_NOT_FOUND", `found "${name}"${advice}`);
  throw fault("LIBRARY_SCANNING", `found "${name}" not yet, and ${frames} frames so far${advice}`);
}

/** The movies whose name or title has this text in it, whatever its case. */
export function searchMovies(movies: readonly FrameLog[], search: string | undefined): readonly FrameLog[] {
  if (search === undefined || search === "") return movies;
  const wanted = search.toLowerCase();
  const fits = (text: string | undefined): boolean => text?.toLowerCase().includes(wanted) ?? false;
  return movies.filter(({ name, title }) => fits(name) || fits(title));
}

/** The priority that is had, and the better one that was wished for: the receipt says both. */
export function granted(wished: Priority, best: Priority): Pick<Plan, "priority" | "wished"> {
  return wished < best ? { priority: best, wished } : { priority: wished, wished: undefined };
}
