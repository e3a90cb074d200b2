import type { Contract } from "./contract.ts";
import { Channel } from "./diagnostics.ts";
import type { ErrorCode } from "./errors.ts";
import type { PictureShape } from "./rendition.ts";

export const EPOCH_ENDS = ["finished", "stopped", "replaced", "failed", "closed"] as const;

/** Why an epoch ended. */
export type EpochEnd = (typeof EPOCH_ENDS)[number];

/** Where the time of messages goes that wait for their turn to leave. */
export const WAIT_REASONS = ["production", "ring", "client", "budget", "better", "turn"] as const;

/**
 * Milliseconds by reason: the frame was being made (or had not come); it had no slot in the ring; its client
 * took nothing; a budget had no bytes left for it; a better priority went; an equal went, or the server
 * itself was busy. Together they are all the time from when a message was wanted (its due; for an untimed
 * one, when the one before it left) to when it left or was given up.
 */
export type Waits = { readonly [Reason in (typeof WAIT_REASONS)[number]]: number };

/**
 * How late timed messages left: from due to the hand-over of their last byte, in milliseconds. A punctual one
 * counts with 0.
 */
export type Lateness = { readonly median: number; readonly worst: number };

/** What was sent in one epoch. All counts are messages, but for `skipped` and `missing`, which are frames. */
export type Receipt = {
  readonly movie: string;
  readonly epoch: number;
  readonly end: EpochEnd;
  readonly contract: Contract;
  /** The frame numbers of the first and the last message. */
  readonly first: number | undefined;
  readonly last: number | undefined;
  readonly sent: number;
  /**
   * The priority it had when it ended, and the better one that was wished for where that was not to be had,
   * or was taken away by an operator.
   */
  readonly priority: number;
  readonly wished: number | undefined;
  /**
   * Frames that did not go although they were there. The contract says of which kind all of them are: late
   * ones under `paced`, those that a newer one replaced under `latest`; none under `all`.
   */
  readonly skipped: number;
  /** Frames passed that were not there or could not be read: holes. */
  readonly missing: number;
  readonly substituted: number;
  /**
   * Timed messages whose last byte was handed over after their deadline: one period after they were due. The
   * first one, and the first after a wait, has as much longer as its own frame was being made.
   */
  readonly late: number;
  /**
   * Of the timed messages that started, the first one counted from the epoch's opening; of one that was still
   * under way when a command ended its epoch, until then. Undefined for an untimed epoch, and for one that
   * sent nothing.
   */
  readonly lateness: Lateness | undefined;
  /** Of all messages that started, and of those that gave way to a newer one when it was their turn. */
  readonly waits: Waits;
  /** Bytes of frames, without what a protocol puts between them. */
  readonly bytes: number;
  /** SHA-256, in hexadecimal, over each message's frame number and frame digest. */
  readonly digest: string;
};

/** What an epoch has sent until now: its receipt, if it ended with this. */
export type ReceiptSoFar = Omit<Receipt, "end">;

/** How an epoch comes along: what its receipt would say, but for the digest, which takes long to work out. */
export type Progress = Omit<ReceiptSoFar, "digest"> & {
  /** Messages that began to leave, for each of about the last two seconds. */
  readonly delivered: number;
};

/** What a connection speaks. */
export const TRANSPORTS = ["classic", "http", "websocket"] as const;
export type Transport = (typeof TRANSPORTS)[number];

/**
 * What the stages tell logs and metrics. The only link from the stages to whoever observes them:
 * a stage publishes, and does not know who listens.
 */
export const events = {
  connectionOpened: new Channel<{ connection: number; transport: Transport; peer: string }>(),
  /** A connection of HTTP speaks WebSocket from now on. */
  connectionUpgraded: new Channel<{ connection: number; peer: string }>(),
  connectionClosed: new Channel<{
    connection: number;
    transport: Transport;
    peer: string;
    reason: ErrorCode | undefined;
  }>(),
  /** The server had to leave before these clients had what was under way. `peers` are the first few. */
  connectionsReset: new Channel<{ connections: number; peers: readonly string[] }>(),
  connectionRefused: new Channel<{ transport: Transport; peer: string; code: ErrorCode }>(),
  /**
   * `request` is the client's own number where its protocol has one, else its place on its connection, from
   * 1, as far as it is known; `playback` is the id of what was to play.
   */
  requestRefused: new Channel<{
    connection: number;
    transport: Transport;
    request?: number | undefined;
    playback?: string | undefined;
    code: ErrorCode;
    detail: string;
  }>(),
  /** `playback` is the id under which it is listed. */
  playbackStarted: new Channel<{
    connection: number;
    playback: string | undefined;
    epoch: number;
    movie: string;
    priority: number;
  }>(),
  /** With what ended it, when that was neither a command nor its own end. */
  playbackEnded: new Channel<{
    connection: number;
    playback: string | undefined;
    receipt: Receipt;
    code: ErrorCode | undefined;
  }>(),
  /** An operator has given what plays another priority. */
  playbackReprioritized: new Channel<{
    connection: number;
    playback: string | undefined;
    epoch: number;
    movie: string;
    from: number;
    to: number;
  }>(),
  /**
   * A message begins to leave. Far too many for a log: built only while somebody listens. `waits` is used
   * again after the call, `bytes` are the frame's, and one that was not cached was asked of production.
   */
  messageStarted: new Channel<{
    priority: number;
    contract: Contract;
    bytes: number;
    isSubstitute: boolean;
    isCached: boolean;
    waits: Waits;
  }>(),
  /**
   * A message gave way to a newer one when it was its turn, or its epoch was ended: what it had waited for,
   * as above.
   */
  messageGivenUp: new Channel<{ priority: number; contract: Contract; waits: Waits }>(),
  /** The last byte of a timed message left, or its epoch was ended before: in milliseconds. As many. */
  messageTimed: new Channel<{ priority: number; contract: Contract; lateness: number; isLate: boolean }>(),
  /** Frame numbers that a playback leaves behind unsent: as `skipped` and `missing` of receipts. */
  framesPassed: new Channel<{ priority: number; contract: Contract; skipped: number; missing: number }>(),
  frameFailed: new Channel<{ movie: string; frame: number; code: ErrorCode; detail: string }>(),
  frameProduced: new Channel<{
    movie: string;
    frame: number;
    worker: number;
    ms: number;
    bytes: number;
    format: PictureShape["format"];
  }>(),
  /** Frames of a movie landed, were rewritten or removed; counted together over a short time. */
  movieChanged: new Channel<{ movie: string; landed: number; revised: number; removed: number }>(),
  movieAdded: new Channel<{ movie: string }>(),
  movieGone: new Channel<{ movie: string }>(),
  /** The library has been looked through once. */
  libraryScanned: new Channel<{ folders: number; movies: number; frames: number; ms: number }>(),
  /** Why converted frames are not kept on disk for a while. */
  diskCacheFailed: new Channel<{ code: ErrorCode; detail: string }>(),
  /** A bug of ours kept a request from being answered. */
  serverFailed: new Channel<{
    connection: number;
    request?: number | undefined;
    code: ErrorCode;
    detail: string;
  }>(),
  workerDied: new Channel<{ detail: string }>(),
  /** From this folder on the system cannot tell of changes: they are polled. Told once. */
  folderUnwatched: new Channel<{ path: string; code: ErrorCode; detail: string }>(),
  /** A name in the library that is left out, and why. */
  entryLeftOut: new Channel<{ path: string; code: ErrorCode; detail: string }>(),
} as const;
