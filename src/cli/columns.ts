/** A column of a table: its heading, and the side its cells keep to. */
export type Column = { readonly heading: string; readonly side: "left" | "right" };

/** The lines of a table, headings first, two spaces between the columns. Cells are plain text. */
export function alignColumns(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const table = [columns.map(({ heading }) => heading), ...rows];
  const widths = columns.map((_, index) => Math.max(...table.map((row) => widthOf(row[index]))));
  return table.map((row) =>
    columns
      .map(({ side }, index) => pad(row[index] ?? "", widths[index] ?? 0, side))
      .join("  ")
      .trimEnd(),
  );
}

function pad(cell: string, width: number, side: Column["side"]): string {
  const space = " ".repeat(width - widthOf(cell));
  return side === "left" ? cell + space : space + cell;
}

function widthOf(cell = ""): number {
  return Array.from(cell).length;
}
