import type { Outcome } from "./commands.ts";
import { Course } from "./course.ts";
import { Deferred } from "./deferred.ts";
import type { MutoscopeError } from "./error.ts";
import type { Host } from "./host.ts";
import { type ChangeOptions, readChange, readSeek } from "./options.ts";
import type { PlaybackReceipt } from "./receipt.ts";
import type { Script } from "./script.ts";
import type { Frame } from "./shelf.ts";

/**
 * What a program watches: frames one after another, then a receipt. For one reader; leaving its loop
 * stops it.
 *
 *     for await (const frame of playback) …
 */
export class Playback implements AsyncIterableIterator<Frame, PlaybackReceipt, void> {
  readonly movie: string;
  /** When the program has taken all frames, or stopped; rejected with why the playback failed. */
  readonly receipt: Promise<PlaybackReceipt>;
  readonly #course: Course;

  /** Made by `Client.play`. */
  constructor(host: Host, script: Script, ahead: number) {
    const end = new Deferred<PlaybackReceipt>();
    this.receipt = end.promise;
    // Whoever reads frames is told by the loop: nobody has to look here as well.
    this.receipt.catch(() => undefined);
    this.movie = script.movie;
    this.#course = new Course(host, script, ahead, { ended: end.resolve, failed: end.reject });
    this.#course.opened();
  }

  /** Whether it was paused, and not resumed. */
  get isPaused(): boolean {
    return this.#course.isPaused;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next frame, or the receipt as the iterator's return value. @throws MutoscopeError */
  next(): Promise<IteratorResult<Frame, PlaybackReceipt>> {
    return this.#course.shelf.next();
  }

  /** Called when a loop is left: stops the playback. */
  async return(): Promise<IteratorResult<Frame, PlaybackReceipt>> {
    this.#course.stop();
    return { done: true, value: await this.#receiptOfAny() };
  }

  /**
   * Goes on with another frame: the next one that the program gets is this, and none of before. Of
   * several seeks
   * that wait for each other the last counts.
   * @returns when it has been accepted, the receipt of what it replaced
   * @throws FRAME_NOT_FOUND, RANGE_INVALID …: then it goes on as before
   */
  seek(frame: number | "last"): Promise<Outcome> {
    return this.#course.ask({ kind: "seek", frame: readSeek(frame) });
  }

  /**
   * Changes what is wished, at the next frame: nothing is lost, nothing comes twice. A change of priority
   * alone
   * opens no epoch. `null` leaves to the movie again what had been said.
   * @returns when it has been accepted, the receipt of the epoch that it ended, if it ended one
   */
  change(options: ChangeOptions): Promise<Outcome> {
    return this.#course.ask({ kind: "change", changes: readChange(options) });
  }

  /**
   * Changes the rate: frames per second, or `null` for the movie's, or for as fast as it goes under
   * `all`.
   */
  rate(fps: number | string | null): Promise<Outcome> {
    return this.change({ fps });
  }

  /** Has no more frames sent. Those on their way still come; `resume` goes on behind them. */
  async pause(): Promise<void> {
    await this.#course.ask({ kind: "pause" });
  }

  async resume(): Promise<void> {
    await this.#course.ask({ kind: "resume" });
  }

  /** Ends it: what the program has not taken is thrown away. May be called twice. */
  stop(): Promise<PlaybackReceipt> {
    this.#course.stop();
    return this.#receiptOfAny();
  }

  /** A playback that had failed before it was left has a receipt as well. */
  async #receiptOfAny(): Promise<PlaybackReceipt> {
    return this.receipt.catch((error: MutoscopeError) => {
      if (error.receipt === undefined) throw error;
      return error.receipt;
    });
  }
}
