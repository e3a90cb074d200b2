import { styleText } from "node:util";
import { median } from "./statistics.ts";
import { passes } from "./family.ts";
import type { Goal, Row } from "./family.ts";

const HEADINGS = ["", "measured", "ours", "peer", "", "ratio", "spread", "CPU s/GB", "goal", ""];

/** The rows as a table; colours only where the output is a terminal that has them. */
export function table(rows: readonly Row[]): string {
  const cells = [HEADINGS, ...rows.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? "").length)));
  const lines = cells.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return lines.map(coloured).join("\n");
}

function cellsOf(row: Row): string[] {
  const verdict = passes(row);
  return [
    row.target.toUpperCase(),
    row.what,
    `${middle(row.ours)} ${row.unit}`.trimEnd(),
    row.peer?.name ?? "",
    row.peer === undefined ? "" : middle(row.peer.figures),
    row.about === "ours" ? "" : middle(row.judged),
    row.interval === undefined ? spread(row.judged) : `95 %: ${fromTo(row.interval.low, row.interval.high)}`,
    row.cpu === undefined ? "" : `${middle(row.cpu.ours, 3)} / ${middle(row.cpu.peer, 3)}`,
    row.goal === undefined ? "" : goalText(row.goal),
    verdict === undefined ? "" : verdict ? "PASS" : "FAIL",
  ];
}

function middle(values: readonly number[], decimals = 2): string {
  const value = median(values);
  return Number.isNaN(value) ? "–" : value.toFixed(decimals);
}

function spread(values: readonly number[]): string {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return "–";
  return fromTo(Math.min(...known), Math.max(...known));
}

function fromTo(low: number, high: number): string {
  return `${low.toFixed(2)}–${high.toFixed(2)}`;
}

function goalText(goal: Goal): string {
  return "atLeast" in goal ? `≥ ${short(goal.atLeast)}` : `≤ ${short(goal.atMost)}`;
}

/** At most two decimals. */
function short(value: number): string {
  return String(Number(value.toFixed(2)));
}

function coloured(line: string): string {
  if (line.endsWith("PASS")) return line.slice(0, -4) + styleText("green", "PASS");
  if (line.endsWith("FAIL")) return line.slice(0, -4) + styleText("red", "FAIL");
  return line;
}
