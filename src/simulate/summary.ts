import type { Quantiles } from "../base/quantiles.ts";
import { bytesPerMs } from "../base/units.ts";
import { type Account, TIME_REASONS, type Times } from "./account.ts";
import type { PriorityReport, Report, Spread, Use } from "./report.ts";
import type { Scenario } from "./scenario.ts";
import { verdictOf } from "./verdict.ts";

/** What was counted. */
export type Counts = {
  readonly accounts: readonly Account[];
  readonly uplinkBusyMs: number;
  readonly workersBusyMs: number;
  readonly disksBusyMs: number | undefined;
  readonly events: number;
};

export function makeReport(scenario: Scenario, counts: Counts): Report {
  const { duration, server, production } = scenario;
  const bytes = sum(counts.accounts, ({ handedOverBytes }) => handedOverBytes);
  const rate = server.dispatcher.egress?.server?.rate;
  const budget = rate && { of: rate, share: bytes / (bytesPerMs(rate) * duration) };
  const uplink = Number.isFinite(scenario.uplink)
    ? { of: scenario.uplink * 8000, share: counts.uplinkBusyMs / duration }
    : undefined;
  const report = {
    seed: scenario.seed,
    duration,
    messages: sum(counts.accounts, ({ sent }) => sent),
    bytes,
    events: counts.events,
    budget,
    admission: server.admission?.share,
    uplink,
    workers: useOf(server.workers, counts.workersBusyMs, duration),
    disks: production.disks && useOf(production.disks.count, counts.disksBusyMs ?? 0, duration),
    priorities: counts.accounts.map((account) => priorityReport(account, { budget, uplink, duration })),
  };
  return { ...report, verdict: verdictOf(report) };
}

type Capacity = Pick<Report, "budget" | "uplink" | "duration">;

function priorityReport(account: Account, { budget, uplink, duration }: Capacity): PriorityReport {
  const { viewingMs, sent, skipped, handedOverBytes, arrivedBytes } = account;
  // A budget is used when bytes are handed over; an uplink when they leave the kernel.
  const [used, capacity] = budget === undefined ? [arrivedBytes, uplink?.of] : [handedOverBytes, budget.of];
  return {
    priority: account.priority,
    viewers: account.viewers,
    refused: account.refusedViewers,
    refusedSeeks: account.refusedSeeks,
    fittingFps: account.refusedViewers > 0 ? account.fittingFps : undefined,
    lost: account.lost,
    wantedFps: wantedFps(account),
    fps: viewingMs > 0 ? (account.arrived * 1000) / viewingMs : 0,
    worstFps: Number.isFinite(account.worstFps) ? account.worstFps : 0,
    sent,
    arrived: account.arrived,
    skipped,
    skippedShare: sent + skipped > 0 ? skipped / (sent + skipped) : 0,
    bytes: handedOverBytes,
    rate: (arrivedBytes * 8000) / duration,
    share: capacity && (used * 8000) / (capacity * duration),
    atHandOver: spreadOf(account.atHandOver),
    atArrival: spreadOf(account.atArrival),
    startUp: spreadOf(account.startUp),
    why: sharesOf(account.times),
  };
}

/** Who is timed is so from the first moment, and may be lost in it: then there is no time to weigh by. */
function wantedFps({ timed, timedMs, wantedFrames, wantedFps: all }: Account): number | undefined {
  if (timed === 0) return undefined;
  return exact(timedMs > 0 ? (wantedFrames * 1000) / timedMs : all / timed);
}

function useOf(count: number, busyMs: number, duration: number): Use {
  return { of: count, share: busyMs / (count * duration) };
}

/** Of numbers that are all the same, the average is a hair off. */
function exact(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

function spreadOf(quantiles: Quantiles): Spread {
  const { count, worst } = quantiles;
  const [p50, p99, p999] = [0.5, 0.99, 0.999].map((share) => quantiles.at(share));
  if (p50 === undefined || p99 === undefined || p999 === undefined) return undefined;
  return { count, p50, p99, p999, worst };
}

function sharesOf(times: Times): Times {
  const all = sum(TIME_REASONS, (reason) => times[reason]);
  const shares = TIME_REASONS.map((reason) => [reason, all > 0 ? times[reason] / all : 0]);
  return Object.fromEntries(shares) as Times;
}

function sum<T>(items: readonly T[], valueOf: (item: T) => number): number {
  return items.reduce((total, item) => total + valueOf(item), 0);
}
