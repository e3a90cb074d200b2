import type { Clock } from "../base/clock.ts";
import { fault } from "../base/errors.ts";
import { Heap } from "../base/heap.ts";
import { renditionKey } from "../base/rendition.ts";
import { after } from "../base/units.ts";
import type { FrameWish, ProducedFrame } from "../library/frame.ts";
import type { FrameEntry } from "../library/log.ts";
import type { FrameOutcome, FrameRequest, Frames, Urgency } from "../playback/frames.ts";
import { type FrameKey, Job } from "./job.ts";
import { makePicture } from "./picture.ts";

export { type FrameLine, digestOf, fillerAt, readFrameLine } from "./picture.ts";

/** What the simulated production does with each frame. */
export type FramesOptions = {
  readonly clock: Clock;
  /** Bytes of a frame, its line included; at least the line's length is made. */
  readonly size: (entry: FrameEntry) => number;
  /** Milliseconds a worker takes, asked when it begins; 0 is done at the next turn. */
  readonly latency?: (entry: FrameEntry) => number;
  readonly isReadable?: (entry: FrameEntry) => boolean;
  /**
   * Whether what was made is at hand for ever after, or never, or until so many others have been made; or the
   * last used up to so many bytes.
   */
  readonly cache?: "everything" | "nothing" | { readonly frames: number } | { readonly bytes: number };
  /** How many frames are made at once; more have to wait, the most urgent first. */
  readonly workers?: number;
};

/** Production without files and threads: frames that say which they are, made in a time that is given. */
export class SimulatedFrames implements Frames {
  readonly #options: FramesOptions;
  /** In the order in which they were made; with a bound in bytes, in which they were used. */
  readonly #made = new Map<FrameKey, ProducedFrame>();
  #madeBytes = 0;
  readonly #jobs = new Map<FrameKey, Job>();
  readonly #queue = new Heap<"queueSlot", Job>("queueSlot", (a, b) => a.isBefore(b));
  readonly #ordersByUse: boolean;
  #working = 0;
  #requests = 0;
  #begun = 0;

  constructor(options: FramesOptions) {
    this.#options = options;
    this.#ordersByUse = typeof options.cache === "object" && "bytes" in options.cache;
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
    return this.#queue.size + this.#working;
  }

  /** Wishes that somebody waits for. */
  get wanted(): number {
    return [...this.#jobs.values()].reduce((sum, { waiters }) => sum + waiters, 0);
  }

  peek(wish: FrameWish): ProducedFrame | undefined {
    const key = keyOf(wish);
    const frame = this.#made.get(key);
    if (frame === undefined || !this.#ordersByUse) return frame;
    this.#made.delete(key);
    this.#made.set(key, frame);
    return frame;
  }

  request(wish: FrameWish, urgency: Urgency, settle: (outcome: FrameOutcome) => void): FrameRequest {
    this.#requests += 1;
    const key = keyOf(wish);
    const job = this.#jobs.get(key) ?? this.#newJob(key, wish);
    const waiter = { urgency, settle, slot: -1 };
    job.add(waiter);
    if (this.#queue.has(job)) this.#queue.place(job);
    this.#pump();
    return {
      cancel: () => {
        job.remove(waiter);
        this.#left(job);
      },
    };
  }

  #newJob(key: FrameKey, wish: FrameWish): Job {
    const job = new Job(key, wish, this.#requests);
    this.#jobs.set(key, job);
    this.#queue.place(job);
    return job;
  }

  // A worker that has begun goes on to the frame's end, for nobody.
  #left(job: Job): void {
    if (!this.#queue.has(job)) return;
    if (job.waiters > 0) {
      this.#queue.place(job);
      return;
    }
    this.#queue.remove(job);
    this.#jobs.delete(job.key);
  }

  #pump(): void {
    while (this.#working < (this.#options.workers ?? Number.POSITIVE_INFINITY)) {
      const job = this.#queue.pop();
      if (job === undefined) return;
      this.#begin(job);
    }
  }

  #begin(job: Job): void {
    this.#working += 1;
    this.#begun += 1;
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
    if (isReadable) job.tell({ frame: this.#keep(job) });
    else job.tell({ error: fault("FRAME_CORRUPT", `frame ${entry.number} of ${entry.movie}`) });
    this.#pump();
  }

  #keep({ key, wish }: Job): ProducedFrame {
    const frame = makePicture(wish, this.#options.size(wish.entry));
    const { cache = "everything" } = this.#options;
    if (cache === "nothing") return frame;
    // One that is larger than the cache would push out all the others.
    if (typeof cache === "object" && "bytes" in cache && frame.bytes > cache.bytes) return frame;
    this.#madeBytes += frame.bytes - (this.#made.get(key)?.bytes ?? 0);
    this.#made.set(key, frame);
    if (cache === "everything") return frame;
    for (const [oldest, { bytes }] of this.#made) {
      if ("frames" in cache ? this.#made.size <= cache.frames : this.#madeBytes <= cache.bytes) break;
      this.#made.delete(oldest);
      this.#madeBytes -= bytes;
    }
    return frame;
  }
}

function keyOf({ entry, substitution, rendition = "original" }: FrameWish): FrameKey {
  if (substitution === undefined && rendition === "original") return entry;
  const { movie, number, revision } = entry;
  const shown = substitution === undefined ? "-" : `${substitution.policy} ${substitution.for}`;
  return `${movie} ${number} ${revision} ${shown} ${renditionKey(rendition)}`;
}
