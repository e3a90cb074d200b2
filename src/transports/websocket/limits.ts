import { type Bytes, Bytes as bytes, KiB, Ms } from "../../base/units.ts";

/** The bounds of WebSocket connections that settings have. */
export type WebSocketLimits = {
  /** How long a client may take nothing of what it was given. */
  readonly stall: Ms;
  /** Without a command, a playback and a watch. */
  readonly idle: Ms;
};

/** Playbacks of one connection: a wall of small pictures, and each has its place in the dispatcher. */
export const MOST_PLAYBACKS = 64;

/** Watches of one connection: each event is told once for each. */
export const MOST_WATCHES = 16;

/**
 * Commands of one connection in a second, on average, and at once: a hand on a slider asks sixty times, and a
 * program that is done with it before it has been answered asks for more than anybody sees.
 */
export const COMMANDS_PER_SECOND = 250;
export const COMMAND_BURST = 500;

/** Credit is granted with each frame that is consumed, and costs next to nothing: it counts as so much. */
export const CREDIT_COST = 1 / 32;

/** Bytes of text that a client may leave unread before its commands are no longer read. */
export const UNREAD_TEXT: Bytes = bytes(64 * KiB);

/** Answers of one connection that wait for what pictures look like; then its commands wait with them. */
export const MOST_LOOKUPS = 4;

/** A client that is there answers each of them; one that has missed two is gone. */
export const PING_EVERY = Ms(20_000);
export const SILENCE = Ms(2.5 * PING_EVERY);

/** How long a client may take to answer the end of its connection. */
export const CLOSING = Ms(5000);

/** How long a list of movies waits for what pictures look like: a mount may hang. */
export const LOOKING = Ms(1000);

/** How long a client whose handshake was refused may take its answer. */
export const REFUSED_FOR = Ms(250);
