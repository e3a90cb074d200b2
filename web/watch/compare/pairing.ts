/** What is to be done next, so that two movies are seen in lock step. */
export type Step =
  /** Both pictures of this frame are there: they are painted together. */
  | { readonly do: "paint"; readonly frame: number }
  /** The other movie is to show this frame of its own. */
  | { readonly do: "seek"; readonly frame: number };

/** Frames of the leading movie that are kept for a partner that comes late. */
export const KEPT = 8;

/**
 * Decides which two pictures are seen together: never that of one frame beside that of another. The leader
 * goes on while its partner is fetched; a partner that comes late is painted beside the picture it belongs
 * to, as long as this is kept, and then the newest frame is asked for. So a slow partner makes pairs fewer,
 * and never none.
 */
export class Pairing {
  /** Of the other movie's numbers to those of the leader. */
  readonly offset: number;
  readonly #kept: number[] = [];
  #asked: number | undefined;
  #painted: number | undefined;
  #leftOut = 0;

  constructor(offset: number) {
    this.offset = offset;
  }

  /** Frames of the leader that were shown by nobody because their partner did not come in time. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Frames of the leader whose pictures are still needed. */
  get kept(): readonly number[] {
    return this.#kept;
  }

  /** The leader shows a frame. */
  leads(frame: number): Step[] {
    const isAgain = this.#kept.at(-1) === frame;
    if (!isAgain) this.#kept.push(frame);
    while (this.#kept.length > KEPT) {
      if (this.#kept.shift() !== this.#painted) this.#leftOut += 1;
    }
    // One question at a time: each new one would take the answer of the one before.
    if (this.#asked !== undefined && this.#kept.includes(this.#asked)) return [];
    this.#asked = frame;
    return [{ do: "seek", frame: frame + this.offset }];
  }

  /** The other movie shows a frame of its own. */
  follows(frame: number): Step[] {
    const pair = frame - this.offset;
    const index = this.#kept.lastIndexOf(pair);
    if (index === -1) return [];
    this.#asked = undefined;
    this.#leftOut += this.#kept.slice(0, index).filter((each) => each !== this.#painted).length;
    this.#painted = pair;
    this.#kept.splice(0, index);
    const newest = this.#kept.at(-1);
    const steps: Step[] = [{ do: "paint", frame: pair }];
    if (newest === undefined || newest === pair) return steps;
    this.#asked = newest;
    return [...steps, { do: "seek", frame: newest + this.offset }];
  }
}
