import type { BestPriorities } from "../../base/addressBlocks.ts";
import { type Bytes, KiB, Ms } from "../../base/units.ts";

/** The bounds of HTTP connections. All are positive. */
export type HttpLimits = {
  /** Bytes of a request's line and headers together. */
  readonly request: Bytes;
  /** From the connection, or from the request before, to the whole of a request's headers. */
  readonly firstRequest: Ms;
  /** Between two requests. */
  readonly idle: Ms;
  /** How long a client may take nothing of what it was given. */
  readonly stall: Ms;
  /** The best priority that a client gets, by its address; a better wish is lowered to it. */
  readonly bestPriority: BestPriorities;
};

/** Browsers send up to some 2 KiB of headers by themselves: less than this would shut them out. */
export const LEAST_HEADERS = 16 * KiB;

/** After so many requests a connection is closed in order: nothing that it holds is held for ever. */
export const MOST_REQUESTS = 100_000;

/** Nothing that is asked for takes more than a line of JSON. */
export const BODY_LIMIT = KiB;

/** A movie's name: folders joined by `/`, each percent-encoded threefold. */
export const NAME_LIMIT = 4 * KiB;

/** Requests of one connection that are not answered yet; whoever pipelines more is closed. */
export const PIPELINED = 64;

/** The head of an answer, about: what browsers are told of their safety is most of it. */
export const HEAD_BYTES = KiB;

/** The body of a problem, about. */
export const PROBLEM_BYTES = KiB / 2;

/** Bytes of events that a client may leave unread; then it is told to look at everything anew instead. */
export const UNREAD_EVENTS = 64 * KiB;

/** So that proxies and clients see that a connection without events is alive. */
export const HEARTBEAT = Ms(15_000);

/** A list of movies as large as this is a page's mistake rather than its need. */
export const LONGEST_PAGE = 1000;
export const DEFAULT_PAGE = 100;

/** How long a list of movies waits for what pictures look like: a mount may hang. */
export const LOOKING = Ms(1000);

/** What caches keep for ever: a year, as RFC 9111 has no larger word for it. */
export const FOR_EVER = 31_536_000;

/** Pixels in a row, and rows, of the values that are told at once: what a person reads, or a loupe shows. */
export const WINDOW_SIDE = 64;

/** Bins of a histogram: more than a screen has columns. */
export const MOST_BINS = 4096;
export const DEFAULT_BINS = 256;
