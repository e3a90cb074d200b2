import { MutoscopeError, type Playback } from "../../client/index.ts";
import { type Asking, type Entry, type Kept, entryOf } from "./asking.ts";

export interface ExactListener {
  /** A frame that was asked for: perhaps not the last one. The listener releases its picture. */
  came(entry: Entry, asking: Asking): void;
  failed(error: MutoscopeError, number: number): void;
}

type Request = { readonly number: number; readonly playback: Playback };

/** Requests of one player that are under way at most: a hand that moves fast must not fill a queue. */
const MOST = 2;

/**
 * Gets single frames while somebody looks for one: of all that are asked for meanwhile the last counts. What
 * comes of those before shows that something moves.
 */
export class Exact {
  readonly #listener: ExactListener;
  readonly #kept: Kept;
  readonly #requests: Request[] = [];
  #next: { readonly number: number; readonly asking: Asking } | undefined;
  /** Changes when what was asked for is of no use any more. */
  #generation = 0;

  constructor(listener: ExactListener, kept: Kept) {
    this.#listener = listener;
    this.#kept = kept;
  }

  get isBusy(): boolean {
    return this.#requests.length > 0;
  }

  ask(number: number, asking: Asking): void {
    this.#next = { number, asking };
    this.#goOn();
  }

  /** Nothing of what was asked for is wanted any more. */
  cancel(): void {
    this.#generation += 1;
    this.#next = undefined;
    for (const { playback } of this.#requests.splice(0)) stop(playback);
  }

  #goOn(): void {
    if (this.#next === undefined || this.#requests.length >= MOST) return;
    const { number, asking } = this.#next;
    this.#next = undefined;
    void this.#get(number, asking);
  }

  async #get(number: number, asking: Asking): Promise<void> {
    const { client, movie, rendition, missing, priority } = asking;
    const generation = this.#generation;
    const options = { from: number, to: number, missing, rendition, priority, ahead: 1 };
    let request: Request | undefined;
    try {
      const playback = client.play(movie, options);
      request = { number, playback };
      this.#requests.push(request);
      const { value, done } = await playback.next();
      const entry = done === true ? undefined : await entryOf(value, asking.key, this.#kept);
      if (generation !== this.#generation) entry?.picture?.release();
      else if (entry !== undefined) this.#came(entry, request, asking);
    } catch (error) {
      if (!(error instanceof MutoscopeError)) throw error;
      const isWanted = request === undefined || this.#leave(request);
      if (generation === this.#generation && isWanted) this.#listener.failed(error, number);
    }
    if (request !== undefined) {
      stop(request.playback);
      this.#leave(request);
    }
    this.#goOn();
  }

  /** Those that were asked for before are of no use: a later one has come. */
  #came(entry: Entry, request: Request, asking: Asking): void {
    const before = this.#requests.indexOf(request);
    for (const { playback } of this.#requests.splice(0, before + 1)) stop(playback);
    if (before === -1) entry.picture?.release();
    else this.#listener.came(entry, asking);
  }

  #leave(request: Request): boolean {
    const at = this.#requests.indexOf(request);
    if (at !== -1) this.#requests.splice(at, 1);
    return at !== -1;
  }
}

/** What its end is nobody waits for: it failed, and that has been said, or is not wanted. */
export function stop(playback: Playback): void {
  playback.stop().catch(() => undefined);
}
