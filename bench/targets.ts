import { present } from "../src/base/assert.ts";
import type { Candidate } from "./candidates.ts";
import type { Received } from "./load.ts";
import { cellKey } from "./session.ts";
import type { Results, Target } from "./session.ts";
import { median, pairedRatios } from "./statistics.ts";

/** What a median has to be. */
export type Goal = { readonly atLeast: number } | { readonly atMost: number };

/**
 * One comparison: figures by repetition, and the value by repetition that the goal, if there is one, is
 * about.
 */
export type Row = {
  readonly target: Target;
  readonly what: string;
  readonly unit: "GB/s" | "ms" | "slowest/fastest";
  readonly ours: readonly number[];
  readonly peer: { readonly name: string; readonly figures: readonly number[] };
  /** Ours by the peer's of the same repetition, or what the row says; NaN where the peer has 0. */
  readonly judged: readonly number[];
  /** Processor seconds of the server per GB. */
  readonly cpu?: { readonly ours: readonly number[]; readonly peer: readonly number[] };
  readonly goal?: Goal;
};

/** What T1 asks of a stream that is sent as fast as it is read, and of the clients between themselves. */
const EPOLL_RATIO = { atLeast: 0.95 };
const FAIRNESS = { atLeast: 0.9 };

/**
 * T4, and what "unaffected" by a stalled client means here: the spread of equal runs is about ten per cent.
 */
const SEED_RATIO = { atLeast: 2 };
const UNAFFECTED = { atLeast: 0.9 };

/** T6. */
const SEEK_RATIO = { atMost: 5 };

/** The rows of the table, for the targets that were measured. */
export function judge(results: Results, targets: readonly Target[]): Row[] {
  const rows: Row[] = [];
  if (targets.includes("t1")) rows.push(...[1, 8, 64].flatMap((clients) => streaming(results, clients)));
  if (targets.includes("t4")) rows.push(...againstSeed(results), ...stalling(results));
  if (targets.includes("t6")) rows.push(...seeking(results));
  return rows;
}

/** Whether the median keeps the goal; undefined where there is none. */
export function passes({ goal, judged }: Row): boolean | undefined {
  if (goal === undefined) return undefined;
  return "atLeast" in goal ? median(judged) >= goal.atLeast : median(judged) <= goal.atMost;
}

function streaming(results: Results, clients: number): Row[] {
  const ours = received(results, "ours", clients);
  const epoll = received(results, "epoll", clients);
  const row = throughput("t1", `${clients} reading`, ours, { name: "C epoll", received: epoll });
  if (clients === 1) return [row];
  const fairness = ours.map((each) => each.fairness);
  return [
    { ...row, goal: EPOLL_RATIO },
    {
      target: "t1",
      what: `${clients} reading, fairness`,
      unit: "slowest/fastest",
      ours: fairness,
      peer: { name: "C epoll", figures: epoll.map((each) => each.fairness) },
      judged: fairness,
      goal: FAIRNESS,
    },
  ];
}

function againstSeed(results: Results): Row[] {
  const ours = received(results, "ours", 8);
  const seed = { name: "C seed", received: received(results, "seed", 8) };
  const pointing = { name: "C seed, no reads", received: received(results, "seedPointing", 8) };
  return [
    { ...throughput("t4", "8 reading", ours, seed), goal: SEED_RATIO },
    throughput("t4", "8 reading", ours, pointing),
  ];
}

function stalling(results: Results): Row[] {
  const stalled = received(results, "ours", 8, 1);
  const alone = { name: "ours, none stalled", received: received(results, "ours", 8) };
  const seed = { name: "C seed", received: received(results, "seed", 8, 1) };
  return [
    { ...throughput("t4", "8 reading, 1 stalled", stalled, alone), goal: UNAFFECTED },
    throughput("t4", "8 reading, 1 stalled", stalled, seed),
  ];
}

function seeking({ seeks }: Results): Row[] {
  const row = (quantile: "p50" | "p99"): Row => {
    const loaded = seeks.map((pair) => pair.loaded[quantile]);
    const idle = seeks.map((pair) => pair.idle[quantile]);
    return {
      target: "t6",
      what: `seek ${quantile} beside 64 reading`,
      unit: "ms",
      ours: loaded,
      peer: { name: "ours, idle", figures: idle },
      judged: pairedRatios(loaded, idle),
    };
  };
  return [row("p50"), { ...row("p99"), goal: SEEK_RATIO }];
}

type Peer = { readonly name: string; readonly received: readonly Received[] };

function throughput(target: Target, what: string, ours: readonly Received[], peer: Peer): Row {
  const figures = { ours: ours.map(gigabytes), peer: peer.received.map(gigabytes) };
  return {
    target,
    what,
    unit: "GB/s",
    ours: figures.ours,
    peer: { name: peer.name, figures: figures.peer },
    judged: pairedRatios(figures.ours, figures.peer).map((ratio) =>
      Number.isFinite(ratio) ? ratio : Number.NaN,
    ),
    cpu: { ours: ours.map((each) => each.serverCpu), peer: peer.received.map((each) => each.serverCpu) },
  };
}

function gigabytes({ rate }: Received): number {
  return rate / 1e9;
}

function received(results: Results, candidate: Candidate, clients: number, stalled = 0): readonly Received[] {
  const key = cellKey({ candidate, clients, stalled });
  return present(results.received.get(key), `a target needs what was not measured: ${key}`);
}
