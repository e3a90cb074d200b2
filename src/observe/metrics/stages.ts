import type { ByPriority } from "../../base/egressKind.ts";
import type { Transport } from "../../base/events.ts";
import type { BitRate, Bytes } from "../../base/units.ts";
import { counter, type Family, gauge, type Row } from "./family.ts";
import { LabelCounts } from "./labelCounts.ts";

/** What the stages hold at the moment when they are asked, and what they count themselves. */
export type Stages = {
  /** Messages and bytes that wait in the ring, bytes under way. */
  readonly held: { readonly messages: number; readonly bytes: number; readonly inFlight: number };
  /** What each priority has been handed over. */
  readonly usage: Iterable<{ readonly priority: number; readonly bytes: number; readonly handOvers: number }>;
  /** Bytes that may leave at once; undefined without a budget. */
  readonly tokens: {
    readonly server: number | undefined;
    readonly priorities: Iterable<{ readonly priority: number; readonly bytes: number }>;
  };
  readonly production: {
    readonly workers: number;
    readonly busy: number;
    readonly queued: number;
    readonly cachedBytes: number;
    readonly evicted: number;
    readonly disk: DiskStage;
  };
  readonly playbacks: Iterable<{
    readonly transport: Transport;
    readonly priority: number;
    readonly contract: string;
  }>;
  /** Open, by what they speak. */
  readonly connections: { readonly [Of in Transport]: number };
  readonly library: {
    readonly isComplete: boolean;
    readonly folders: number;
    readonly movies: number;
    readonly frames: number;
  };
};

/** The folder of converted frames. */
export type DiskStage = {
  /** Undefined until it was looked through. */
  readonly used: number | undefined;
  readonly found: number;
  readonly stored: number;
  readonly refused: number;
  readonly failed: number;
};

/** The settings that bound what is measured, as the table of settings names them. */
export type StageLimits = {
  readonly slots: number;
  readonly ringBytes: Bytes;
  readonly inFlight: Bytes;
  readonly maxConnections: number;
  readonly workers: number;
  readonly maxWorkers: number;
  readonly cache: Bytes;
  readonly diskCache: Bytes;
  readonly egress: BitRate | "none";
  readonly clientEgress: BitRate | "none";
  readonly priorityEgress: ByPriority<BitRate>;
  readonly floors: ByPriority<number>;
};

/** What is found out by asking. */
export function stageFamilies(look: () => Stages, limits: StageLimits): Family[] {
  return [
    ...ringFamilies(look, limits),
    ...egressFamilies(look, limits),
    ...tokenFamilies(look),
    ...productionFamilies(look, limits),
    ...diskFamilies(look, limits),
    ...libraryFamilies(look),
    playbackFamily(look),
    gauge(
      {
        name: "mutoscope_connections",
        help: "Connections that are open, by what they speak.",
        labels: ["transport"],
      },
      () => Object.entries(look().connections).map(([transport, open]): Row => [open, transport]),
    ),
    alone("mutoscope_connections_limit", "Connections that may be open.", () => limits.maxConnections),
  ];
}

function ringFamilies(look: () => Stages, limits: StageLimits): Family[] {
  return [
    alone("mutoscope_ring_messages", "Messages that wait in the ring.", () => look().held.messages),
    alone("mutoscope_ring_slots", "Messages that may wait in the ring.", () => limits.slots),
    alone("mutoscope_ring_bytes", "Bytes that wait in the ring.", () => look().held.bytes),
    alone("mutoscope_ring_limit_bytes", "Bytes that may wait in the ring.", () => limits.ringBytes),
    alone(
      "mutoscope_in_flight_bytes",
      "Bytes of messages that have begun to leave, until their last write completes.",
      () => look().held.inFlight,
    ),
    alone("mutoscope_in_flight_limit_bytes", "Bytes that may be in flight.", () => limits.inFlight),
  ];
}

function egressFamilies(look: () => Stages, limits: StageLimits): Family[] {
  const labels = ["priority"];
  return [
    counter(
      {
        name: "mutoscope_egress_bytes_total",
        help: "Bytes handed over to clients, with what protocols put around frames.",
        labels,
      },
      () => Array.from(look().usage, ({ priority, bytes }): Row => [bytes, priority]),
    ),
    counter({ name: "mutoscope_hand_overs_total", help: "Hand-overs to clients' connections.", labels }, () =>
      Array.from(look().usage, ({ priority, handOvers }): Row => [handOvers, priority]),
    ),
    gauge(
      {
        name: "mutoscope_egress_budget_bytes_per_second",
        help: "Configured budget of the whole server, and of each client alone; absent where there is none.",
        labels: ["scope"],
      },
      () => [...rateRow(limits.egress, "server"), ...rateRow(limits.clientEgress, "client")],
    ),
    gauge(
      {
        name: "mutoscope_priority_budget_bytes_per_second",
        help: "Configured budget of a priority; absent where there is none.",
        labels,
      },
      () => Array.from(limits.priorityEgress).flatMap(([priority, rate]) => rateRow(rate, priority)),
    ),
    gauge(
      {
        name: "mutoscope_priority_floor_ratio",
        help: "Configured share of what is handed over that a priority keeps; absent where there is none.",
        labels,
      },
      () => Array.from(limits.floors, ([priority, share]): Row => [share, priority]),
    ),
  ];
}

function tokenFamilies(look: () => Stages): Family[] {
  return [
    gauge(
      {
        name: "mutoscope_egress_tokens_bytes",
        help: "Bytes that the budget lets leave at once; below 0 after lines that did not wait for it.",
        labels: ["scope"],
      },
      () => numberRow(look().tokens.server, "server"),
    ),
    gauge(
      {
        name: "mutoscope_priority_tokens_bytes",
        help: "Bytes that a priority's own budget lets leave at once.",
        labels: ["priority"],
      },
      () => Array.from(look().tokens.priorities, ({ priority, bytes }): Row => [bytes, priority]),
    ),
  ];
}

function productionFamilies(look: () => Stages, limits: StageLimits): Family[] {
  return [
    gauge(
      { name: "mutoscope_workers", help: "Threads that make frames, by what they do.", labels: ["state"] },
      () => {
        const { workers, busy } = look().production;
        return [
          [busy, "busy"],
          [Math.max(workers - busy, 0), "idle"],
        ];
      },
    ),
    gauge(
      {
        name: "mutoscope_worker_threads",
        help: "The same threads, by whether they stay when there is nothing to do.",
        labels: ["kind"],
      },
      () => {
        const { workers } = look().production;
        return [
          [Math.min(workers, limits.workers), "permanent"],
          [Math.max(workers - limits.workers, 0), "temporary"],
        ];
      },
    ),
    alone("mutoscope_workers_limit", "Threads that may make frames.", () => limits.maxWorkers),
    alone(
      "mutoscope_production_queued_frames",
      "Frames that somebody waits for and no worker has begun.",
      () => look().production.queued,
    ),
    alone("mutoscope_cache_bytes", "Bytes of made frames in memory.", () => look().production.cachedBytes),
    alone("mutoscope_cache_limit_bytes", "Bytes of made frames that memory may keep.", () => limits.cache),
    grown(
      "mutoscope_cache_evictions_total",
      "Made frames that gave way to others in memory.",
      () => look().production.evicted,
    ),
  ];
}

function diskFamilies(look: () => Stages, limits: StageLimits): Family[] {
  const disk = (): DiskStage => look().production.disk;
  return [
    gauge(
      {
        name: "mutoscope_disk_cache_bytes",
        help: "Bytes in the folder of converted frames; absent until it was looked through.",
      },
      () => numberRow(disk().used),
    ),
    alone(
      "mutoscope_disk_cache_limit_bytes",
      "Bytes that the folder of converted frames may take.",
      () => limits.diskCache,
    ),
    grown(
      "mutoscope_disk_cache_hits_total",
      "Frames that were found in the folder of converted frames.",
      () => disk().found,
    ),
    counter(
      {
        name: "mutoscope_disk_cache_stores_total",
        help: "Frames worth keeping in the folder of converted frames, by what became of it.",
        labels: ["result"],
      },
      () => {
        const { stored, refused, failed } = disk();
        return [
          [stored, "stored"],
          [refused, "refused"],
          [failed, "failed"],
        ];
      },
    ),
  ];
}

function libraryFamilies(look: () => Stages): Family[] {
  return [
    alone("mutoscope_library_movies", "Movies in the library.", () => look().library.movies),
    alone("mutoscope_library_frames", "Frames in the library.", () => look().library.frames),
    alone("mutoscope_library_folders", "Folders in the library.", () => look().library.folders),
    alone("mutoscope_library_scanned", "Whether the library was looked through once: 1, before that 0.", () =>
      Number(look().library.isComplete),
    ),
  ];
}

function playbackFamily(look: () => Stages): Family {
  return gauge(
    {
      name: "mutoscope_playbacks",
      help: "Playbacks that run.",
      labels: ["transport", "priority", "contract"],
    },
    () => {
      const counts = new LabelCounts();
      for (const { transport, priority, contract } of look().playbacks)
        counts.add(1, transport, priority, contract);
      return counts.rows();
    },
  );
}

function alone(name: string, help: string, value: () => number): Family {
  return gauge({ name, help }, () => [[value()]]);
}

function grown(name: string, help: string, value: () => number): Family {
  return counter({ name, help }, () => [[value()]]);
}

/** Networks count in bits, Prometheus in bytes. */
function rateRow(rate: BitRate | "none", label: string | number): Row[] {
  return rate === "none" ? [] : [[rate / 8, label]];
}

function numberRow(value: number | undefined, ...labels: string[]): Row[] {
  return value === undefined ? [] : [[value, ...labels]];
}
