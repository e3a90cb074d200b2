import type { BestPriorities } from "../../base/addressBlocks.ts";
import type { Bytes, Ms } from "../../base/units.ts";

/** The bounds of the classic protocol's connections. All are positive. */
export type ClassicLimits = {
  /** Bytes of one request, without its end. */
  readonly request: Bytes;
  /** From the connection to its first request. */
  readonly firstRequest: Ms;
  /** Without a request and without a playback. */
  readonly idle: Ms;
  /** How long a client may take nothing of what it was given. */
  readonly stall: Ms;
  /** Without input, before a request that has no end is taken as it stands. */
  readonly unterminated: Ms;
  /** The best priority that a client gets, by its address; a better wish is lowered to it. */
  readonly bestPriority: BestPriorities;
};

/** Requests of one connection that are answered before other events get their turn. */
export const REQUESTS_PER_TURN = 16;

/**
 * Lines (errors and receipts) that a client may leave unread before its requests are no longer read.
 * Some four hundred lines of 160 bytes: more than anyone waits for, little enough for ten thousand
 * connections.
 */
export const UNREAD_LINES = 64 * 1024;

/** Bytes of requests that are taken in while one before them is decided on; then the client is not read. */
export const HELD_INPUT = 64 * 1024;

/** How long a connection whose last byte has been sent waits for the client to close its half as well. */
export const LINGER_MS = 5000;
