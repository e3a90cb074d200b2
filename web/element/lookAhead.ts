import { MutoscopeError, type Playback } from "../../client/index.ts";
import { type Asking, type Entry, type Kept, entryOf } from "./asking.ts";
import { stop } from "./exact.ts";
import type { Run } from "./around.ts";

export interface LookAheadListener {
  /** The listener releases its picture. */
  came(entry: Entry, asking: Asking): void;
  /** All of a run has come, or nothing more will. */
  ended(): void;
}

/** How much worse the priority of what nobody waits for is. */
const WORSE = 64;
const WORST = 255;
/** Few, so that whoever waits for a frame does not wait for these. */
const ON_THE_WAY = 2;

/** Gets the frames around the one that is shown, while nothing plays. */
export class LookAhead {
  readonly #listener: LookAheadListener;
  readonly #kept: Kept;
  #playback: Playback | undefined;
  /** The run that was asked for last. */
  #done = "";
  /** What is still to come. */
  #run: Run | undefined;

  constructor(listener: LookAheadListener, kept: Kept) {
    this.#listener = listener;
    this.#kept = kept;
  }

  /** Gets these frames; what was being got goes on when it is the same. */
  aim(run: Run | undefined, asking: Asking): void {
    if (run !== undefined && this.#run !== undefined && isWithin(run.from, this.#run)) return;
    this.stop();
    const name = run === undefined ? "" : `${run.from} ${run.to} ${asking.key}`;
    // What did not come the last time will not come now either: a hole that is left out, a frame that fails.
    if (run === undefined || name === this.#done) return;
    this.#done = name;
    void this.#get(run, asking);
  }

  stop(): void {
    if (this.#playback !== undefined) stop(this.#playback);
    this.#playback = undefined;
    this.#run = undefined;
  }

  async #get(run: Run, asking: Asking): Promise<void> {
    let playback: Playback | undefined;
    try {
      playback = playbackOf(run, asking);
      this.#playback = playback;
      this.#run = run;
      for await (const frame of playback) {
        const entry = await entryOf(frame, asking.key, this.#kept);
        if (this.#playback !== playback) return entry.picture?.release();
        this.#run = { from: frame.number, to: run.to };
        this.#listener.came(entry, asking);
      }
    } catch (error) {
      // Whoever goes to such a frame is told: here nobody asked.
      if (!(error instanceof MutoscopeError)) throw error;
    }
    if (this.#playback !== playback) return;
    this.stop();
    this.#listener.ended();
  }

  /** What did not come may do so now. */
  forget(): void {
    this.stop();
    this.#done = "";
  }
}

function playbackOf({ from, to }: Run, { client, movie, rendition, missing, priority }: Asking): Playback {
  return client.play(movie, {
    from: Math.min(from, to),
    to: Math.max(from, to),
    direction: from <= to ? 1 : -1,
    rendition,
    missing,
    priority: Math.min(priority + WORSE, WORST),
    ahead: ON_THE_WAY,
  });
}

function isWithin(number: number, { from, to }: Run): boolean {
  return number >= Math.min(from, to) && number <= Math.max(from, to);
}
