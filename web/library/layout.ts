/** How many there are beside each other, and how high a row is; in CSS pixels. */
export type Layout = { readonly columns: number; readonly rowHeight: number };

/** One card beside the other, or one row of a list below the other. */
export const DENSITIES = ["grid", "list"] as const;
export type Density = (typeof DENSITIES)[number];

/** Between cards. */
export const GAP = 16;

/** The narrowest card whose words are still read. */
const NARROWEST = 240;
/** Name, numbers and the strip of holes below a card's picture. */
const WORDS_HEIGHT = 104;
const LIST_ROW = 72;

/** Pictures are shown in this shape, whatever theirs is: rows of one height can be counted. */
const PICTURE_SHAPE = 16 / 9;

/** For a list that is so wide, without what is to its left and right. */
export function layOut(width: number, density: Density): Layout {
  if (density === "list") return { columns: 1, rowHeight: LIST_ROW };
  const columns = Math.max(1, Math.floor((width + GAP) / (NARROWEST + GAP)));
  const card = Math.max(0, (width - GAP * (columns - 1)) / columns);
  return { columns, rowHeight: Math.round(card / PICTURE_SHAPE) + WORDS_HEIGHT + GAP };
}

/** Where a key leads from a card; undefined when it is no key of the grid, or leads nowhere. */
export function moved(key: string, index: number, { columns }: Layout, total: number): number | undefined {
  const targets: Readonly<Record<string, number>> = {
    ArrowLeft: index - 1,
    ArrowRight: index + 1,
    ArrowUp: index - columns,
    ArrowDown: index + columns,
    PageUp: Math.max(0, index - PAGE_ROWS * columns),
    PageDown: Math.min(total - 1, index + PAGE_ROWS * columns),
    Home: 0,
    End: total - 1,
  };
  const target = targets[key];
  return target === undefined || target < 0 || target >= total ? undefined : target;
}

/** Rows that a page of keys is. */
const PAGE_ROWS = 3;
