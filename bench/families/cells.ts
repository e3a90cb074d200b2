import type { Candidate } from "../serving.ts";
import type { FrameSize } from "../movie.ts";

/**
 * One thing to measure in each repetition: so many readers of one candidate, beside so many that never
 * read.
 */
export type Cell = {
  readonly candidate: Candidate;
  readonly clients: number;
  readonly stalled: number;
  readonly frames: FrameSize;
};

/** Cells of one group are compared with each other, and so run one right after the other. */
const GROUPS: readonly { readonly target: string; readonly cells: readonly Cell[] }[][] = [
  [{ target: "t1", cells: [...ownCells(1), cell("epoll", 1)] }],
  [
    { target: "t1", cells: [...ownCells(8), cell("epoll", 8), cell("bare", 8)] },
    { target: "t4", cells: [...ownCells(8), cell("seed", 8), cell("seedPointing", 8)] },
    { target: "t4", cells: [...ownCells(8, { stalled: 1 }), cell("seed", 8, { stalled: 1 })] },
  ],
  [{ target: "t1", cells: [...ownCells(64), cell("epoll", 64), cell("bare", 64), cell("nginx", 64)] }],
  [{ target: "t3", cells: smallCells(8) }],
  [{ target: "t3", cells: smallCells(64) }],
];

/** Our server as it is, and as it was. */
function ownCells(clients: number, { stalled = 0 } = {}): Cell[] {
  return [cell("ours", clients, { stalled }), cell("before", clients, { stalled })];
}

function smallCells(clients: number): Cell[] {
  return (["ours", "before", "writev", "bare"] as const).map((candidate) => small(candidate, clients));
}

export function cell(candidate: Candidate, clients: number, { stalled = 0 } = {}): Cell {
  return { candidate, clients, stalled, frames: "large" };
}

export function small(candidate: Candidate, clients: number): Cell {
  return { ...cell(candidate, clients), frames: "small" };
}

/** The name of a cell in the results. */
export function cellKey({ candidate, clients, stalled, frames }: Cell): string {
  return `${candidate}, ${frames} frames, ${clients} reading, ${stalled} stalled`;
}

/** One client that does not read holds the seed's dispatcher, and with it everybody. */
export function mayGetNothing({ candidate, stalled }: Cell): boolean {
  return candidate === "seed" && stalled > 0;
}

/** The cells that the targets need, each once; without those of candidates that are not to be had. */
export function neededGroups(targets: readonly string[], lacking: readonly Candidate[] = []): Cell[][] {
  const needed = GROUPS.map((parts) => parts.filter(({ target }) => targets.includes(target)));
  const cells = needed.map((parts) => Array.from(new Map(parts.flatMap(keyed)).values()));
  return cells
    .map((each) => each.filter(({ candidate }) => !lacking.includes(candidate)))
    .filter(({ length }) => length > 0);
}

function keyed({ cells }: { readonly cells: readonly Cell[] }): [string, Cell][] {
  return cells.map((each) => [cellKey(each), each]);
}
