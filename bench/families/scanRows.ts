import type { Row } from "../family.ts";
import { pairedRatios } from "../statistics.ts";

/** What one program took. */
export type Took = {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
};

/**
 * One tree of one repetition: `mutoscope ls --json` as a whole process, the library alone inside a process,
 * and `find TREE -type f`.
 */
export type Scan = {
  readonly files: number;
  readonly ls: Took;
  readonly library: Took;
  readonly find: Took;
};

/** The rows of the scan: time and memory for each tree, and how both grow from one tree to the next. */
export function scanRows(scans: readonly Scan[]): Row[] {
  const sizes = Array.from(new Set(scans.map(({ files }) => files))).toSorted((a, b) => a - b);
  const trees = sizes.map((files) => scans.filter((scan) => scan.files === files));
  return [
    ...trees.flatMap(againstFind),
    ...trees.flatMap((tree, index) => (index === 0 ? [] : growth(tree, trees[index - 1] ?? []))),
  ];
}

function againstFind(tree: readonly Scan[]): Row[] {
  const find = (figure: (took: Took) => number): NonNullable<Row["peer"]> => ({
    name: "find -type f",
    figures: tree.map((scan) => figure(scan.find)),
  });
  const ls = tree.map((scan) => scan.ls);
  const library = tree.map((scan) => scan.library);
  const what = `${filesText(tree)}, `;
  return [
    compared(`${what}ls --json`, "s", ls.map(seconds), find(seconds)),
    compared(`${what}library alone`, "s", library.map(seconds), find(seconds)),
    compared(`${what}peak of ls`, "MB", ls.map(megabytes), find(megabytes)),
  ];
}

/** Ten times the files: a ratio of ten is cost that grows with them. Of repetitions that have both. */
function growth(tree: readonly Scan[], smaller: readonly Scan[]): Row[] {
  const both = smaller.slice(0, tree.length);
  const row = (what: string, unit: string, figure: (scan: Scan) => number): Row =>
    compared(`${filesText(tree)}, ${what}`, unit, tree.map(figure), {
      name: `ours, ${filesText(smaller)}`,
      figures: both.map(figure),
    });
  return [
    row("library alone", "s", ({ library }) => library.seconds),
    row("peak of ls", "MB", ({ ls }) => ls.peakBytes / 1e6),
  ];
}

function compared(what: string, unit: string, ours: readonly number[], peer: NonNullable<Row["peer"]>): Row {
  return { target: "scan", what, unit, ours, peer, about: "ratio", judged: pairedRatios(ours, peer.figures) };
}

function filesText(tree: readonly Scan[]): string {
  return `${(tree[0]?.files ?? 0).toLocaleString("en")} files`;
}

function seconds(took: Took): number {
  return took.seconds;
}

function megabytes({ peakBytes }: Took): number {
  return peakBytes / 1e6;
}
