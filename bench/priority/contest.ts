import { Child } from "../child.ts";
import { programPath } from "../compile.ts";

/** Clients of one kind: untimed readers, clients that ask and never read, viewers at a rate. */
export type Clients = {
  readonly kind: "readers" | "stalled" | "viewers";
  readonly priority: number;
  readonly count: number;
  readonly movie: string;
  /** Of viewers. */
  readonly framesPerSecond?: number;
};

/** What is to be measured: `load/contend.c` says who comes when. */
export type Contest = {
  readonly host?: string;
  readonly port: number;
  readonly warmMs: number;
  readonly measureMs: number;
  readonly tailMs: number;
  /** How long a sample is; 100 ms unless told. */
  readonly sampleMs?: number;
  readonly clients: readonly Clients[];
  /** What the program's command begins with, to run it in another namespace. */
  readonly within?: readonly string[];
};

/** What one viewer received. Times are of the contest's clock. */
export type Viewed = {
  readonly askedMs: number;
  /** What the server says at the end; null when that did not come in time. */
  readonly receipt: { readonly sent: number; readonly skipped: number; readonly missing: number } | null;
  readonly frames: readonly number[];
  /** When the last byte of each of these frames was there. */
  readonly cameMs: readonly number[];
};

/** What one group of clients received. */
export type GroupFigures = {
  readonly kind: Clients["kind"];
  readonly priority: number;
  readonly movie: string;
  /** Bytes of all of them in each sample, from the beginning on. */
  readonly samples: readonly number[];
  /** Bytes of each in the measured time. */
  readonly clients: readonly number[];
  readonly viewers: readonly Viewed[];
};

export type ContestFigures = {
  readonly sampleMs: number;
  /** The measured time. Viewers ask at its beginning, and stop at its end. */
  readonly beganMs: number;
  readonly endedMs: number;
  readonly groups: readonly GroupFigures[];
};

/** Runs the clients of a contest to its end. Rejects when a server closes, or answers with an error. */
export async function contend(contest: Contest): Promise<ContestFigures> {
  const child = startContest(contest);
  try {
    await child.line();
    return JSON.parse(await child.line()) as ContestFigures;
  } finally {
    await child.stop();
  }
}

/** Does the work beside the contest's clients, when their warm-up is over, and ends them. */
export async function contendDuring<T>(contest: Contest, work: () => Promise<T>): Promise<T> {
  const child = startContest(contest);
  try {
    await child.line();
    const result = await work();
    if (child.hasEnded) throw new Error(`the clients beside the work ended: ${child.complaint}`);
    return result;
  } finally {
    await child.stop();
  }
}

function startContest({ host = "127.0.0.1", within = [], clients, ...contest }: Contest): Child {
  const numbers = {
    port: contest.port,
    "warm-ms": contest.warmMs,
    "measure-ms": contest.measureMs,
    "tail-ms": contest.tailMs,
    "sample-ms": contest.sampleMs ?? 100,
  };
  const flags = Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const groups = clients.flatMap((group) => [`--${group.kind}`, wordOf(group)]);
  return new Child("contend", [...within, programPath("contend"), "--host", host, ...flags, ...groups]);
}

function wordOf({ priority, count, movie, framesPerSecond }: Clients): string {
  return [priority, count, movie, ...(framesPerSecond === undefined ? [] : [framesPerSecond])].join(":");
}
