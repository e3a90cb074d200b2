import { Channel } from "./diagnostics.ts";
import type { ErrorCode } from "./errors.ts";

/** Why an epoch ended. */
export type EpochEnd = "finished" | "stopped" | "replaced" | "failed" | "closed";

/** What was sent in one epoch. All counts are messages, but for `skipped` and `missing`, which are frames. */
export type Receipt = {
  readonly movie: string;
  readonly epoch: number;
  readonly end: EpochEnd;
  /** The frame numbers of the first and the last message. */
  readonly first: number | undefined;
  readonly last: number | undefined;
  readonly sent: number;
  readonly skipped: number;
  readonly missing: number;
  readonly substituted: number;
  /** Timed messages that started after their deadline: one period after they were due. */
  readonly late: number;
  /** Bytes of frames, without what a protocol puts between them. */
  readonly bytes: number;
  /** SHA-256, in hexadecimal, over each message's frame number and frame digest. */
  readonly digest: string;
};

/**
 * What the stages tell logs and metrics. The only link from the stages to whoever observes them:
 * a stage publishes, and does not know who listens.
 */
export const events = {
  connectionOpened: new Channel<{ connection: number; peer: string }>(),
  connectionClosed: new Channel<{ connection: number; peer: string; reason: ErrorCode | undefined }>(),
  connectionRefused: new Channel<{ peer: string; code: ErrorCode }>(),
  requestRefused: new Channel<{ connection: number; code: ErrorCode; detail: string }>(),
  playbackStarted: new Channel<{ connection: number; epoch: number; movie: string; priority: number }>(),
  /** With what ended it, when that was neither a command nor its own end. */
  playbackEnded: new Channel<{ connection: number; receipt: Receipt; code: ErrorCode | undefined }>(),
  frameFailed: new Channel<{ movie: string; frame: number; code: ErrorCode; detail: string }>(),
  frameProduced: new Channel<{ movie: string; frame: number; worker: number; ms: number; bytes: number }>(),
  /** Frames of a movie landed, were rewritten or removed; counted together over a short time. */
  movieChanged: new Channel<{ movie: string; landed: number; revised: number; removed: number }>(),
  movieAdded: new Channel<{ movie: string }>(),
  movieGone: new Channel<{ movie: string }>(),
  /** The library has been looked through once. */
  libraryScanned: new Channel<{ folders: number; movies: number; frames: number; ms: number }>(),
  /** Why converted frames are not kept on disk for a while. */
  diskCacheFailed: new Channel<{ code: ErrorCode; detail: string }>(),
  workerDied: new Channel<{ detail: string }>(),
  /** From this folder on the system cannot tell of changes: they are polled. Told once. */
  folderUnwatched: new Channel<{ path: string; code: ErrorCode; detail: string }>(),
  /** A name in the library that is left out, and why. */
  entryLeftOut: new Channel<{ path: string; code: ErrorCode; detail: string }>(),
} as const;
