import { Child } from "../child.ts";
import { programPath } from "../compile.ts";
import type { WebServer } from "./server.ts";

/** How a movie is watched: as parts of a response, or by a message of a WebSocket. */
export type Asking = { readonly get: string } | { readonly play: string };

/** What the viewers are to do (`load/watch.c`). */
export type Watching = {
  readonly asking: Asking;
  readonly clients: number;
  readonly warmMs: number;
  readonly measureMs: number;
  /** What each picture has at least, so that less of it has to be looked at. */
  readonly least?: number;
  /** Frames of the movie. */
  readonly frames?: number;
};

/** What they saw in the measured time. */
export type Watched = {
  /** Frames that were due, and of them those that came at most a period late. */
  readonly due: number;
  readonly inTime: number;
  readonly came: number;
  readonly late: number;
  readonly skipped: number;
  /** Clients that have had no picture at all. */
  readonly waiting: number;
  /** Lateness of those that came. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
  /** From the request to each client's first picture. */
  readonly firstMs: readonly (number | null)[];
  readonly seconds: number;
  readonly serverCpuSeconds: number;
  readonly readerCpuSeconds: number;
};

/** Frames per second of all that is watched here. */
export const FPS = 24;

/** A WebSocket's viewer grants so many, as the client library does. */
export const CREDIT = 8;

/** Watches, and says what came. */
export async function watch(server: WebServer, watching: Watching): Promise<Watched> {
  const child = startWatching(server, watching);
  try {
    await child.line();
    const measured = JSON.parse(await child.line()) as Watched;
    return { ...measured, ...(JSON.parse(await child.line()) as Watched) };
  } finally {
    await child.stop();
  }
}

/** Does the work while clients watch, once they have been warmed up. */
export async function whileWatching<T>(
  server: WebServer,
  watching: Omit<Watching, "measureMs">,
  work: () => Promise<T>,
): Promise<T> {
  const child = startWatching(server, { ...watching, measureMs: LONGEST_MS });
  try {
    await child.line();
    const result = await work();
    if (child.hasEnded) throw new Error(`the viewers ended: ${child.complaint}`);
    return result;
  } finally {
    await child.stop();
  }
}

/** A WebSocket on which nothing is asked for. */
export const IDLE: Asking = { play: "" };

const LONGEST_MS = 600_000;

function startWatching(server: WebServer, watching: Watching): Child {
  const { asking, clients, warmMs, measureMs, least = 1, frames = 100 } = watching;
  const numbers = {
    port: server.port,
    "server-pid": server.pid,
    clients,
    "warm-ms": warmMs,
    "measure-ms": measureMs,
    least,
    frames,
    fps: FPS,
    credit: CREDIT,
    pictures: asking === IDLE || ("get" in asking && asking.get === IDLE_PATH) ? 0 : 1,
  };
  const flags = Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const wish = "get" in asking ? ["--get", asking.get] : ["--play", asking.play];
  return new Child("watch", [programPath("watch"), ...flags, ...wish]);
}

/** What an idle client of HTTP has asked for, and then keeps its connection. */
export const IDLE_PATH = "/livez";

/** Playing a movie for ever at its rate, as pages and programs do. */
export function playing(movie: string, rendition: object): Asking {
  return { play: playText(movie, rendition) };
}

/** What is said for that. */
export function playText(movie: string, rendition: object): string {
  const wish = { playback: 1, movie, loop: true, fps: FPS, contract: "paced", credit: CREDIT };
  return JSON.stringify({ type: "play", ...wish, rendition });
}

/** The share of frames that came more than a period late, or never. */
export function missedShare({ due, inTime }: Pick<Watched, "due" | "inTime">): number {
  return due === 0 ? Number.NaN : (due - inTime) / due;
}
