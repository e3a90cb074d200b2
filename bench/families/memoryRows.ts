import type { Candidate } from "../serving.ts";
import type { Goal, Row } from "../family.ts";

/** Connections that are held open and ask for nothing, or ask for a movie and never read. */
export type Kept = "idle" | "stalled";

/** The memory of one server, in bytes, without and with so many connections. */
export type KeptMemory = {
  readonly candidate: Candidate;
  readonly kept: Kept;
  readonly connections: number;
  readonly before: number;
  readonly after: number;
};

const NAMES = { epoll: "C epoll", nginx: "nginx" } as const;

/** Megabytes of 1,000 connections. */
const CONNECTION_SHARE = 8;

/**
 * Megabytes of 1,000 windows of 512 KiB: what a server may hold for clients that do not read (ours points
 * into frames of its cache and holds far less).
 */
const WINDOWS = (1000 * 512 * 1024) / 1e6;

const GOALS: Readonly<Record<Kept, Goal>> = {
  idle: { atMost: CONNECTION_SHARE },
  stalled: { atMost: Math.round(CONNECTION_SHARE + WINDOWS) },
};

/** The rows of T10: ours beside each peer that was measured. */
export function memoryRows(measured: readonly KeptMemory[]): Row[] {
  return (["idle", "stalled"] as const).flatMap((kept) => rowsOf(kept, measured));
}

function rowsOf(kept: Kept, measured: readonly KeptMemory[]): Row[] {
  const of = (candidate: Candidate): number[] =>
    measured.filter((each) => each.candidate === candidate && each.kept === kept).map(perThousand);
  const ours = of("ours");
  if (ours.length === 0) return [];
  const row = (candidate: keyof typeof NAMES): Row => ({
    target: "t10",
    what: `1,000 ${kept} connections`,
    unit: "MB",
    ours,
    peer: { name: NAMES[candidate], figures: of(candidate) },
    about: "ours",
    judged: ours,
  });
  // Ours is judged once: another peer changes nothing about it.
  const judged = { ...row("epoll"), goal: GOALS[kept] };
  return of("nginx").length > 0 ? [judged, row("nginx")] : [judged];
}

/** Megabytes that 1,000 connections have added. */
function perThousand({ before, after, connections }: KeptMemory): number {
  return ((after - before) / connections) * (1000 / 1e6);
}
