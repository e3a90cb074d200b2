import { fault } from "../base/errors.ts";
import type { Priority } from "../base/units.ts";
import type { Catalogue, FrameLog } from "../library/log.ts";
import { nearMovie } from "../library/nearMovie.ts";
import type { Plan } from "../playback/plan.ts";

/** The movie of this name. @throws MOVIE_NOT_FOUND, with the name that may have been meant */
export function findMovie(catalogue: Catalogue, name: string): FrameLog {
  const log = catalogue.find(name);
  if (log === undefined) throw fault("MOVIE_NOT_FOUND", `found "${name}"${advice(name, catalogue)}`);
  return log;
}

/** Whether more movies are still being found, and which one may have been meant. */
function advice(name: string, catalogue: Catalogue): string {
  const { isComplete, frames } = catalogue.progress;
  const soFar = isComplete ? "" : ` while the library is still being looked through, ${frames} frames so far`;
  const near = nearMovie(name, catalogue);
  return near === undefined ? soFar : `${soFar}, did you mean "${near}"?`;
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
