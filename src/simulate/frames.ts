import { createHash } from "node:crypto";
import type { Clock } from "../base/clock.ts";
import { fault } from "../base/errors.ts";
import { after, Bytes } from "../base/units.ts";
import type { FrameWish, ProducedFrame } from "../library/frame.ts";
import type { FrameEntry } from "../library/log.ts";
import type { FrameOutcome, FrameRequest, Frames, Urgency } from "../playback/frames.ts";

/** What the simulated production does with each frame. */
export type FramesOptions = {
  readonly clock: Clock;
  /** Bytes of a frame, its line included; at least the line's length is made. */
  readonly size: (entry: FrameEntry) => number;
  /** Milliseconds a worker takes; 0 is done at the next turn. */
  readonly latency?: (entry: FrameEntry) => number;
  readonly isReadable?: (entry: FrameEntry) => boolean;
  /** Whether what was made is at hand for ever after, or never, or until so many others have been made. */
  readonly cache?: "everything" | "nothing" | { readonly frames: number };
  /** How many frames are made at once; more have to wait, the most urgent first. */
  readonly workers?: number;
};

/** What a simulated frame says of itself in its first line. */
export type FrameLine = {
  readonly movie: string;
  readonly number: number;
  readonly revision: number;
  readonly policy: "-" | "hold" | "black";
  /** The frame that it stands in for, or its own number. */
  readonly for: number;
};

const PATTERN = 251;
const MOST_BYTES = 8 * 1024 * 1024;

/** What follows the line: the byte at position `p` is `p mod 251`, so that a misplaced slice is seen. */
const filler = new Uint8Array(MOST_BYTES).map((_, position) => position % PATTERN);

/** The byte that stands at a position behind a frame's line. */
export const fillerAt = (position: number): number => position % PATTERN;

export function readFrameLine(line: string): FrameLine {
  const [kind, movie = "", number, revision, policy, stoodInFor] = line.split(" ");
  if (kind !== "frame") throw new Error(`found "${line}" where a frame begins`);
  return {
    movie,
    number: Number(number),
    revision: Number(revision),
    policy: policy as FrameLine["policy"],
    for: Number(stoodInFor),
  };
}

/** The digest that a frame has in its library: of a substitute, without what marks it. */
export function digestOf({ movie, number, revision, policy }: FrameLine): Uint8Array {
  return createHash("sha256")
    .update(`${movie} ${number} ${revision} ${policy === "black"}`)
    .digest();
}

/** One who waits for a frame. */
type Waiter = { readonly urgency: Urgency; readonly settle: (outcome: FrameOutcome) => void };

/** A frame that is being made, once for all who wait for it. */
type Job = {
  readonly key: string;
  readonly wish: FrameWish;
  readonly waiters: Set<Waiter>;
  isQueued: boolean;
};

/** Production without files and threads: frames that say which they are, made in a time that is given. */
export class SimulatedFrames implements Frames {
  readonly #options: FramesOptions;
  /** In the order in which they were made. */
  readonly #made = new Map<string, ProducedFrame>();
  readonly #jobs = new Map<string, Job>();
  readonly #queue: Job[] = [];
  #working = 0;
  #requests = 0;
  #begun = 0;

  constructor(options: FramesOptions) {
    this.#options = options;
  }

  /** How many wishes there were. */
  get requests(): number {
    return this.#requests;
  }

  /** How many frames have been begun. */
  get begun(): number {
    return this.#begun;
  }

  /** How many frames are being made. */
  get working(): number {
    return this.#working;
  }

  /** Frames that are queued or being made. */
  get outstanding(): number {
    return this.#queue.length + this.#working;
  }

  /** Wishes that somebody waits for. */
  get wanted(): number {
    return [...this.#jobs.values()].reduce((sum, { waiters }) => sum + waiters.size, 0);
  }

  peek(wish: FrameWish): ProducedFrame | undefined {
    return this.#made.get(keyOf(wish));
  }

  request(wish: FrameWish, urgency: Urgency, settle: (outcome: FrameOutcome) => void): FrameRequest {
    this.#requests += 1;
    const key = keyOf(wish);
    const job = this.#jobs.get(key) ?? this.#enqueue({ key, wish, waiters: new Set(), isQueued: true });
    const waiter = { urgency, settle };
    job.waiters.add(waiter);
    this.#pump();
    return { cancel: () => this.#cancel(job, waiter) };
  }

  #enqueue(job: Job): Job {
    this.#jobs.set(job.key, job);
    this.#queue.push(job);
    return job;
  }

  // A worker that has begun goes on to the frame's end, for nobody.
  #cancel(job: Job, waiter: Waiter): void {
    job.waiters.delete(waiter);
    if (!job.isQueued || job.waiters.size > 0) return;
    this.#queue.splice(this.#queue.indexOf(job), 1);
    this.#jobs.delete(job.key);
    job.isQueued = false;
  }

  #pump(): void {
    while (this.#working < (this.#options.workers ?? Number.POSITIVE_INFINITY) && this.#queue.length > 0) {
      const job = this.#queue.reduce((a, b) => (isMoreUrgent(urgencyOf(b), urgencyOf(a)) ? b : a));
      this.#queue.splice(this.#queue.indexOf(job), 1);
      this.#begin(job);
    }
  }

  #begin(job: Job): void {
    this.#working += 1;
    this.#begun += 1;
    job.isQueued = false;
    const { clock, latency } = this.#options;
    const ms = latency?.(job.wish.entry) ?? 0;
    if (ms > 0) clock.at(after(clock.now(), ms), () => this.#finish(job));
    else clock.defer(() => this.#finish(job));
  }

  #finish(job: Job): void {
    this.#working -= 1;
    this.#jobs.delete(job.key);
    const { entry } = job.wish;
    const isReadable = this.#options.isReadable?.(entry) ?? true;
    if (isReadable) this.#tell(job, { frame: this.#keep(job, this.#make(job.wish)) });
    else this.#tell(job, { error: fault("FRAME_CORRUPT", `frame ${entry.number} of ${entry.movie}`) });
    this.#pump();
  }

  // The frame that was made first goes first.
  #keep({ key }: Job, frame: ProducedFrame): ProducedFrame {
    const { cache = "everything" } = this.#options;
    if (cache === "nothing") return frame;
    this.#made.set(key, frame);
    const [oldest] = this.#made.keys();
    if (cache !== "everything" && this.#made.size > cache.frames && oldest !== undefined) {
      this.#made.delete(oldest);
    }
    return frame;
  }

  // One who leaves while others are told is not told.
  #tell({ waiters }: Job, outcome: FrameOutcome): void {
    for (const waiter of waiters) {
      waiters.delete(waiter);
      waiter.settle(outcome);
    }
  }

  #make({ entry, substitution }: FrameWish): ProducedFrame {
    const { movie, number, revision } = entry;
    const policy = substitution?.policy ?? "-";
    const stoodInFor = substitution?.for ?? number;
    const line = Buffer.from(`frame ${movie} ${number} ${revision} ${policy} ${stoodInFor}\n`);
    const rest = Math.min(Math.max(this.#options.size(entry) - line.byteLength, 0), MOST_BYTES);
    const digest = digestOf({ movie, number, revision, policy, for: stoodInFor });
    return {
      parts: [line, filler.subarray(0, rest)],
      bytes: Bytes(line.byteLength + rest),
      digest,
      worker: 1,
    };
  }
}

function keyOf({ entry, substitution }: FrameWish): string {
  const { movie, number, revision } = entry;
  return `${movie} ${number} ${revision} ${substitution?.policy ?? "-"} ${substitution?.for ?? number}`;
}

/** Of the most urgent of those who wait; nobody waits for what is not queued. */
function urgencyOf({ waiters }: Job): Urgency {
  const urgencies = [...waiters].map(({ urgency }) => urgency);
  return urgencies.reduce((a, b) => (isMoreUrgent(b, a) ? b : a));
}

function isMoreUrgent(a: Urgency, b: Urgency): boolean {
  return a.priority === b.priority ? a.deadline < b.deadline : a.priority < b.priority;
}
