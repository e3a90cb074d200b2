import { Child } from "./child.ts";
import { programPath } from "./compile.ts";
import type { Serving } from "./serving.ts";

/** What the reading clients do. Stalled ones ask and never read, and come on top of `clients`. */
export type Reading = {
  readonly clients: number;
  readonly stalled?: number;
  readonly priority?: number;
  readonly warmMs: number;
};

/** What they received. */
export type Received = {
  /** Bytes per second, of all reading clients. */
  readonly rate: number;
  /** The slowest client's bytes by the fastest client's: 1 is perfectly fair; 0 when nothing came. */
  readonly fairness: number;
  /** Processor seconds of the server per 10^9 bytes; NaN when nothing came. */
  readonly serverCpu: number;
  /** Processor seconds of the reading clients per second. */
  readonly readerLoad: number;
};

/** Milliseconds from a request. */
export type Delays = {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
};

/** What the seeker saw: up to the first byte of the frame, and up to its last. */
export type Seeks = Delays & { readonly seeks: number; readonly lastByte: Delays };

/** What the seeker is to do. The rest between seeks is of `gapUs` on average. */
export type Seeking = {
  readonly seeks: number;
  readonly seed: number;
  readonly movie?: string;
  readonly frames?: number;
  readonly warm?: number;
  readonly gapUs?: number;
};

type ReaderFigures = {
  readonly seconds: number;
  readonly serverCpuSeconds: number;
  readonly readerCpuSeconds: number;
  readonly clients: readonly number[];
};

/**
 * What reading clients receive in the measured time: of a server of the classic protocol the movie, over HTTP
 * one frame after the other.
 */
export async function read(
  serving: Serving,
  reading: Reading & { readonly measureMs: number },
): Promise<Received> {
  const reader = startReader(serving, reading, reading.measureMs);
  await reader.line();
  return summarize(await reader.line());
}

/** Does the work while clients read, and says what they received meanwhile. */
export async function readDuring<T>(
  serving: Serving,
  reading: Reading,
  work: () => Promise<T>,
): Promise<{ readonly received: Received; readonly result: T }> {
  const reader = startReader(serving, reading, LONGEST_WORK_MS);
  try {
    await reader.line();
    const result = await work();
    reader.terminate();
    return { received: summarize(await reader.line()), result };
  } finally {
    await reader.stop();
  }
}

/** Rejects a measurement in which a client got nothing: its ratio would look like a very bad one. */
export function expectDelivery(received: Received, what: string): void {
  if (received.rate === 0) throw new Error(`${what}: nothing was delivered in the measured time`);
  if (received.fairness === 0) throw new Error(`${what}: a reading client got nothing in the measured time`);
}

const LONGEST_WORK_MS = 600_000;

/** Its first line says that the warm-up is over, its second one what was received. */
function startReader(serving: Serving, reading: Reading, measureMs: number): Child {
  const { clients, stalled = 0, priority = 3, warmMs } = reading;
  const program = serving.speaks === "http" ? "fetcher" : "reader";
  const options = {
    port: serving.port,
    "server-pid": serving.pid,
    clients,
    "warm-ms": warmMs,
    "measure-ms": measureMs,
  };
  const wishes = program === "reader" ? { stalled, priority } : {};
  return new Child(program, [programPath(program), ...flags({ ...options, ...wishes })]);
}

function summarize(line: string): Received {
  const figures = JSON.parse(line) as ReaderFigures;
  const bytes = figures.clients.reduce((sum, each) => sum + each, 0);
  const fastest = Math.max(...figures.clients);
  return {
    rate: bytes / figures.seconds,
    fairness: fastest === 0 ? 0 : Math.min(...figures.clients) / fastest,
    serverCpu: bytes === 0 ? Number.NaN : figures.serverCpuSeconds / (bytes / 1e9),
    readerLoad: figures.readerCpuSeconds / figures.seconds,
  };
}

/** One client of priority 0 that seeks again and again. */
export async function seek(serving: Pick<Serving, "port">, seeking: Seeking): Promise<Seeks> {
  const { gapUs, ...rest } = seeking;
  const options = { port: serving.port, ...rest, ...(gapUs === undefined ? {} : { "gap-us": gapUs }) };
  const child = new Child("seeker", [programPath("seeker"), ...flags(options)]);
  return JSON.parse(await child.line()) as Seeks;
}

function flags(values: Readonly<Record<string, number | string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [`--${name}`, String(value)]);
}
