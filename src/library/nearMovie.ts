import { nearest } from "../base/spelling.ts";

/** Names are compared letter by letter, for anybody who sends one: together a few milliseconds' work. */
const LONGEST_NAME = 64;
const MOST_NAMES = 256;

/** In the order of their names, by code units. */
type Movies = readonly { readonly name: string }[];

/**
 * The movie that was probably meant by a name that is none's: one whose last part it is (`beauty` for
 * `sh010/beauty`), or one that is spelled nearly so, of those that lie around it in the order of names.
 */
export function nearMovie(name: string, { movies }: { readonly movies: Movies }): string | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  const inside = movies.find((movie) => movie.name.endsWith(`/${name}`));
  if (inside !== undefined) return inside.name;
  const start = Math.max(placeOf(name, movies) - MOST_NAMES / 2, 0);
  const around = movies.slice(start, start + MOST_NAMES).map((movie) => movie.name);
  // One that is much longer or shorter would have to change in as many letters.
  return nearest(
    name,
    around.filter((each) => Math.abs(each.length - name.length) <= name.length / 3),
  );
}

/** How many movies come before a name. */
function placeOf(name: string, movies: Movies): number {
  let [low, high] = [0, movies.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((movies[middle]?.name ?? "") < name) low = middle + 1;
    else high = middle;
  }
  return low;
}
