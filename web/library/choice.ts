import { DENSITIES, type Density } from "./layout.ts";
import type { Choice } from "./listing.ts";

/** Orders of the list, and how a person calls them. */
export const SORTS = [
  ["name", "Name"],
  ["-changed", "Newest first"],
  ["-frames", "Most frames"],
  ["live", "Live first"],
] as const;

/** What somebody has chosen to see. */
export type View = Choice & { readonly density: Density };

const DEFAULT: View = { search: "", sort: "name", density: "grid" };

/** Reads the query of a link; what it does not understand is as it usually is. */
export function readView(query: string): View {
  const values = new URLSearchParams(query);
  const sort = SORTS.find(([value]) => value === values.get("sort"))?.[0];
  const density = DENSITIES.find((value) => value === values.get("view"));
  return {
    search: values.get("search") ?? DEFAULT.search,
    sort: sort ?? DEFAULT.sort,
    density: density ?? DEFAULT.density,
  };
}

/** The query of a link that shows the same; empty for what is usual. */
export function viewQuery({ search, sort, density }: View): string {
  const values = new URLSearchParams();
  if (search !== DEFAULT.search) values.set("search", search);
  if (sort !== DEFAULT.sort) values.set("sort", sort);
  if (density !== DEFAULT.density) values.set("view", density);
  return values.size === 0 ? "" : `?${values}`;
}
