import type { Figure } from "./figure.ts";
import type { Line } from "./history.ts";
import type { Selector, Snapshot } from "./snapshot.ts";
import { type Scale, BITS, BYTES, COUNTS, RATIO, TIMES } from "./scale.ts";
import { type Format, bitRate, bytes, count, perSecond, percent, seconds } from "./units.ts";

/** One line of a chart, and of the table below it. */
export type ChartLine = Line & {
  readonly label: string;
  /** Which of the page's tones it has. */
  readonly tone: number;
  /** Where others have another than their chart. */
  readonly format?: Format;
};

/** A number that belongs to a chart and is not drawn. */
export type Fact = { readonly label: string; readonly figure: Figure; readonly format: Format };

export type ChartSpec = {
  readonly id: string;
  readonly title: string;
  readonly format: Format;
  /** Marks of its axis are round numbers of these. */
  readonly scale: Scale;
  readonly lines: readonly ChartLine[];
  readonly facts: readonly Fact[];
  /** Lines are drawn on top of each other. */
  readonly isStacked?: boolean;
  /** What the lines cannot rise above. */
  readonly limit?: Selector;
  /** Drawn across the page, with its table beside it. */
  readonly isWide?: boolean;
  readonly note?: string;
};

/** So many priorities have a tone of their own; those that are worse share the last one. */
export const TONES = 8;

const NO_BUDGET =
  "No budget is set: the server writes as fast as connections take it, so priorities decide the order of " +
  "hand-overs, and not who waits in the network. Started with --egress a little below what the link " +
  "carries, they decide both.";

/** All charts, as far as the server has what they show. */
export function chartSpecs(now: Snapshot): ChartSpec[] {
  return [
    egress(now),
    frames(),
    ring(),
    inFlight(),
    workers(),
    cache(),
    eventLoop(),
    connections(now),
    memory(),
  ];
}

function egress(now: Snapshot): ChartSpec {
  const name = "mutoscope_egress_bytes_total";
  const priorities = now.labelValues(name, "priority");
  const own = priorities.length > TONES ? priorities.slice(0, TONES - 1) : priorities;
  const rest = priorities.slice(own.length);
  const groups = rest.length === 0 ? own : [...own, rest];
  const limit = { name: "mutoscope_egress_budget_bytes_per_second", labels: { scope: "server" } };
  const hasBudget = now.sum(limit) !== undefined;
  const together: Fact = { label: "together", figure: { how: "rate", of: { name } }, format: bitRate };
  const budget: Fact = { label: "budget", figure: { how: "now", of: limit }, format: bitRate };
  return {
    id: "egress",
    title: "Egress by priority",
    scale: BITS,
    isWide: true,
    format: bitRate,
    isStacked: true,
    lines: groups.map((priority, tone) => ({
      key: `egress ${String(priority)}`,
      label: typeof priority === "string" ? `priority ${priority}` : `${priority[0]} and worse`,
      tone,
      figure: { how: "rate", of: { name, labels: { priority } } },
    })),
    facts: hasBudget ? [together, budget] : [together],
    ...(hasBudget ? { limit } : { note: NO_BUDGET }),
  };
}

function frames(): ChartSpec {
  const each = (label: string, name: string, tone: number): ChartLine => ({
    key: label,
    label,
    tone,
    figure: rate(name),
  });
  return {
    id: "frames",
    title: "Frames a second",
    scale: COUNTS,
    format: perSecond,
    lines: [
      each("sent", "mutoscope_messages_sent_total", 0),
      each("skipped", "mutoscope_frames_skipped_total", 2),
      each("late", "mutoscope_messages_late_total", 5),
    ],
    facts: [{ label: "stood in", figure: rate("mutoscope_frames_substituted_total"), format: perSecond }],
  };
}

function ring(): ChartSpec {
  return {
    id: "ring",
    title: "Ring",
    scale: COUNTS,
    format: count,
    lines: [line("messages that wait", "mutoscope_ring_messages", 0)],
    facts: [
      fact("slots", "mutoscope_ring_slots", count),
      fact("bytes that wait", "mutoscope_ring_bytes", bytes),
      fact("of at most", "mutoscope_ring_limit_bytes", bytes),
    ],
    limit: { name: "mutoscope_ring_slots" },
  };
}

function inFlight(): ChartSpec {
  return {
    id: "flight",
    title: "In flight",
    scale: BYTES,
    format: bytes,
    lines: [line("begun, and not taken yet", "mutoscope_in_flight_bytes", 0)],
    facts: [fact("of at most", "mutoscope_in_flight_limit_bytes", bytes)],
    limit: { name: "mutoscope_in_flight_limit_bytes" },
  };
}

function workers(): ChartSpec {
  return {
    id: "workers",
    title: "Workers",
    scale: COUNTS,
    format: count,
    lines: [
      line("busy", "mutoscope_workers", 0, { state: "busy" }),
      line("frames in the queue", "mutoscope_production_queued_frames", 4),
    ],
    facts: [
      fact("permanent", "mutoscope_worker_threads", count, { kind: "permanent" }),
      fact("temporary", "mutoscope_worker_threads", count, { kind: "temporary" }),
      fact("of at most", "mutoscope_workers_limit", count),
    ],
  };
}

function cache(): ChartSpec {
  const hits = { name: "mutoscope_cache_hits_total" };
  const beside = { name: "mutoscope_cache_misses_total" };
  return {
    id: "cache",
    title: "Frames found in the cache",
    scale: RATIO,
    format: percent,
    lines: [{ key: "cache", label: "of those sent", tone: 0, figure: { how: "share", of: hits, beside } }],
    facts: [
      fact("bytes", "mutoscope_cache_bytes", bytes),
      fact("of at most", "mutoscope_cache_limit_bytes", bytes),
      { label: "given way in a second", figure: rate("mutoscope_cache_evictions_total"), format: perSecond },
    ],
  };
}

function eventLoop(): ChartSpec {
  const of = { name: "mutoscope_event_loop_delay_seconds" };
  return {
    id: "loop",
    title: "Event loop's delay",
    scale: TIMES,
    format: seconds,
    lines: [
      { key: "loop p99", label: "99 % below", tone: 0, figure: { how: "p99", of } },
      { key: "loop mean", label: "on average", tone: 4, figure: { how: "mean", of } },
    ],
    facts: [],
  };
}

function connections(now: Snapshot): ChartSpec {
  const name = "mutoscope_connections";
  return {
    id: "connections",
    title: "Connections",
    scale: COUNTS,
    format: count,
    isStacked: true,
    lines: now
      .labelValues(name, "transport")
      .map((transport, index) => line(transport, name, 2 * index, { transport })),
    facts: [fact("of at most", "mutoscope_connections_limit", count)],
  };
}

function memory(): ChartSpec {
  return {
    id: "memory",
    title: "Memory and processor",
    scale: BYTES,
    format: bytes,
    lines: [line("resident", "process_resident_memory_bytes", 0)],
    facts: [
      fact("JavaScript's own", "nodejs_heap_size_used_bytes", bytes),
      { label: "of one processor", figure: rate("process_cpu_seconds_total"), format: percent },
    ],
  };
}

function line(label: string, name: string, tone: number, labels: Record<string, string> = {}): ChartLine {
  return { key: `${name} ${label}`, label, tone, figure: { how: "now", of: { name, labels } } };
}

function fact(label: string, name: string, format: Format, labels: Record<string, string> = {}): Fact {
  return { label, figure: { how: "now", of: { name, labels } }, format };
}

function rate(name: string): Figure {
  return { how: "rate", of: { name } };
}

/** The numbers that say at once how it goes. */
export const HEADLINES: readonly Fact[] = [
  { label: "playbacks", figure: { how: "all", of: { name: "mutoscope_playbacks" } }, format: count },
  { label: "frames a second", figure: rate("mutoscope_messages_sent_total"), format: perSecond },
  { label: "egress", figure: rate("mutoscope_egress_bytes_total"), format: bitRate },
  { label: "late a second", figure: rate("mutoscope_messages_late_total"), format: perSecond },
  { label: "skipped a second", figure: rate("mutoscope_frames_skipped_total"), format: perSecond },
  {
    label: "event-loop delay, 99 % below",
    figure: { how: "p99", of: { name: "mutoscope_event_loop_delay_seconds" } },
    format: seconds,
  },
];
