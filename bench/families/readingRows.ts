import { present } from "../../src/base/assert.ts";
import type { Row } from "../family.ts";
import type { Received } from "../load.ts";
import { medianInterval, pairedRatios } from "../statistics.ts";
import { type Cell, cell, cellKey, small } from "./cells.ts";

/** What was received, by the name of the cell: one entry for each repetition. */
export type ReceivedByCell = ReadonlyMap<string, readonly Received[]>;

/** What T1 asks of a server that sends as fast as it is read, and of the clients between themselves. */
const EPOLL_RATIO = { atLeast: 0.95 };
const FAIRNESS = { atLeast: 0.9 };

/** T3: small frames, where gathering is everything. */
const WRITEV_RATIO = { atLeast: 0.9 };

/**
 * T4, and what "unaffected" by a stalled client means here: the spread of equal runs is about ten per cent.
 */
const SEED_RATIO = { atLeast: 2 };
const UNAFFECTED = { atLeast: 0.9 };

/** The rows of the table, for the targets that were measured. */
export function judgeReading(results: ReceivedByCell, targets: readonly string[]): Row[] {
  const rows: Row[] = [];
  if (targets.includes("t1"))
    rows.push(...[1, 8, 64].flatMap((clients) => largeFrames(results, clients)), ...besideNginx(results));
  if (targets.includes("t3")) rows.push(...[8, 64].flatMap((clients) => smallFrames(results, clients)));
  if (targets.includes("t4")) rows.push(...againstSeed(results), ...stalling(results));
  return [...rows, ...besideBefore(results)];
}

/** What became of our own speed since an earlier commit, wherever both were measured. */
function besideBefore(results: ReceivedByCell): Row[] {
  return BEFORE_CELLS.flatMap(({ target, what, measured }) => {
    const before = results.get(cellKey({ ...measured, candidate: "before" }));
    if (before === undefined) return [];
    const peer = { name: "ours, before", received: before };
    const row = throughput(target, what, received(results, measured), peer);
    return [{ ...row, interval: medianInterval(row.judged) }];
  });
}

const BEFORE_CELLS: readonly { readonly target: string; readonly what: string; readonly measured: Cell }[] = [
  ...[1, 8, 64].map((clients) => ({
    target: "t1",
    what: `${clients} reading`,
    measured: cell("ours", clients),
  })),
  ...[8, 64].map((clients) => ({
    target: "t3",
    what: `${clients} reading, 5,000 B`,
    measured: small("ours", clients),
  })),
  { target: "t4", what: "8 reading, 1 stalled", measured: cell("ours", 8, { stalled: 1 }) },
];

function largeFrames(results: ReceivedByCell, clients: number): Row[] {
  const ours = received(results, cell("ours", clients));
  const epoll = received(results, cell("epoll", clients));
  const row = throughput("t1", `${clients} reading`, ours, { name: "C epoll", received: epoll });
  if (clients === 1) return [row];
  const fairness = ours.map((each) => each.fairness);
  return [
    { ...row, goal: EPOLL_RATIO },
    throughput("t1", `${clients} reading`, ours, bare(results, cell("bare", clients))),
    {
      target: "t1",
      what: `${clients} reading, fairness`,
      unit: "",
      ours: fairness,
      peer: { name: "C epoll", figures: epoll.map((each) => each.fairness) },
      about: "ours",
      judged: fairness,
      goal: FAIRNESS,
    },
  ];
}

/** Another way to bring frames to people, for comparison alone. None where it was not to be had. */
function besideNginx(results: ReceivedByCell): Row[] {
  const fetched = results.get(cellKey(cell("nginx", 64)));
  if (fetched === undefined) return [];
  const ours = received(results, cell("ours", 64));
  return [throughput("t1", "64 reading", ours, { name: "nginx, separate requests", received: fetched })];
}

function smallFrames(results: ReceivedByCell, clients: number): Row[] {
  const what = `${clients} reading, 5,000 B`;
  const ours = received(results, small("ours", clients));
  const writev = { name: "C writev of 8", received: received(results, small("writev", clients)) };
  return [
    { ...throughput("t3", what, ours, writev), goal: WRITEV_RATIO },
    throughput("t3", what, ours, bare(results, small("bare", clients))),
  ];
}

/** What the runtime itself takes: the rest of the difference to C is ours. */
function bare(results: ReceivedByCell, measured: Cell): Peer {
  return { name: "bare Node", received: received(results, measured) };
}

function againstSeed(results: ReceivedByCell): Row[] {
  const ours = received(results, cell("ours", 8));
  const seed = { name: "C seed", received: received(results, cell("seed", 8)) };
  const pointing = { name: "C seed, no reads", received: received(results, cell("seedPointing", 8)) };
  return [
    { ...throughput("t4", "8 reading", ours, seed), goal: SEED_RATIO },
    throughput("t4", "8 reading", ours, pointing),
  ];
}

function stalling(results: ReceivedByCell): Row[] {
  const stalled = received(results, cell("ours", 8, { stalled: 1 }));
  const alone = { name: "ours, none stalled", received: received(results, cell("ours", 8)) };
  const seed = { name: "C seed", received: received(results, cell("seed", 8, { stalled: 1 })) };
  return [
    { ...throughput("t4", "8 reading, 1 stalled", stalled, alone), goal: UNAFFECTED },
    throughput("t4", "8 reading, 1 stalled", stalled, seed),
  ];
}

type Peer = { readonly name: string; readonly received: readonly Received[] };

function throughput(target: string, what: string, ours: readonly Received[], peer: Peer): Row {
  const figures = { ours: ours.map(gigabytes), peer: peer.received.map(gigabytes) };
  return {
    target,
    what,
    unit: "GB/s",
    ours: figures.ours,
    peer: { name: peer.name, figures: figures.peer },
    about: "ratio",
    judged: pairedRatios(figures.ours, figures.peer).map((ratio) =>
      Number.isFinite(ratio) ? ratio : Number.NaN,
    ),
    cpu: { ours: ours.map((each) => each.serverCpu), peer: peer.received.map((each) => each.serverCpu) },
  };
}

function gigabytes({ rate }: Received): number {
  return rate / 1e9;
}

function received(results: ReceivedByCell, measured: Cell): readonly Received[] {
  const key = cellKey(measured);
  return present(results.get(key), `a target needs what was not measured: ${key}`);
}
