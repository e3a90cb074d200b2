import type { PlaybackReceipt } from "../../client/index.ts";
import type { Entry } from "./asking.ts";

/** So much later than due, in milliseconds, a display of 60 Hz has missed a turn. */
const LATE = 25;

/** What became of frames since the movie was opened. */
export type Facts = {
  /** Painted while it played, and of these those that missed their turn of the display. */
  readonly shown: number;
  readonly late: number;
  /** Left out: by the server, or since they came too late. */
  readonly skipped: number;
  readonly substituted: number;
  /** Of pictures that were shown, as they came over the network. */
  readonly bytes: number;
  /** How late the last frame was painted, in milliseconds. */
  readonly lateness: number;
  /** From asking for a single frame to its picture, the last time, in milliseconds. */
  readonly latency: number | undefined;
  /** How often playing has begun anew: by a seek, a change, or playing again. */
  readonly epoch: number;
  /** What the server said of the last epoch: among others `waits`, where the time went. */
  readonly receipt: PlaybackReceipt | undefined;
};

export class Stats {
  #facts: Facts = NOTHING;
  #askedAt: number | undefined;

  get facts(): Facts {
    return this.#facts;
  }

  clear(): void {
    this.#facts = NOTHING;
  }

  asked(now: number): void {
    this.#askedAt = now;
  }

  answered(now: number): void {
    if (this.#askedAt !== undefined) this.#set({ latency: now - this.#askedAt });
    this.#askedAt = undefined;
  }

  began(): void {
    this.#set({ epoch: this.#facts.epoch + 1 });
  }

  played(lateness: number): void {
    const { shown, late } = this.#facts;
    this.#set({ shown: shown + 1, late: late + (lateness > LATE ? 1 : 0), lateness });
  }

  showed({ isSubstitute, bytes }: Pick<Entry, "isSubstitute" | "bytes">): void {
    const { substituted } = this.#facts;
    this.#set({ substituted: substituted + (isSubstitute ? 1 : 0), bytes: this.#facts.bytes + bytes });
  }

  skipped(frames: number): void {
    if (frames > 0) this.#set({ skipped: this.#facts.skipped + frames });
  }

  received(receipt: PlaybackReceipt): void {
    this.#set({ receipt });
  }

  #set(facts: Partial<Facts>): void {
    this.#facts = { ...this.#facts, ...facts };
  }
}

const NOTHING: Facts = {
  shown: 0,
  late: 0,
  skipped: 0,
  substituted: 0,
  bytes: 0,
  lateness: 0,
  latency: undefined,
  epoch: 0,
  receipt: undefined,
};
