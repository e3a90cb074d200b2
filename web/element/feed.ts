import { type Contract, type Frame, MutoscopeError, type PlaybackReceipt } from "../../client/index.ts";
import { type Asking, type Entry, type Kept, entryOf } from "./asking.ts";
import { stop } from "./exact.ts";
import { type Due, Pacer, type Policy } from "./pacer.ts";
import { type Place, type Route, framesBetween, placeOfFailure } from "./route.ts";

export type FeedOptions = {
  readonly asking: Asking;
  readonly contract: Contract;
  readonly route: Route;
  /** Which frames the server is asked for; undefined is as far as the movie goes, also when it grows. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** Where it begins: at the frame, or behind it when that is shown already. */
  readonly place: Place;
  readonly isShown: boolean;
  /** Frames per second, as the server is told and as a number. */
  readonly fps: string;
  readonly rate: number;
};

export interface FeedListener {
  failed(error: MutoscopeError, next: number): void;
  received(receipt: PlaybackReceipt): void;
}

export type Arrival = Entry & { readonly place: Place };

/** Frames that were taken and are not shown yet: decoding, and waiting for their time. */
const MOST_WAITING = 12;
/** More frames in a second than any display shows are not taken. */
const FASTEST = 75;
/** Frames that may be on their way: what leaves a server within this time, in seconds, and a few. */
const ON_THE_WAY = 0.5;
const FEWEST_ON_THE_WAY = 4;
/** In milliseconds: what most frames vary in by how long they take. */
const DELAY = 120;

const POLICIES = { all: "every", paced: "skip", latest: "newest" } as const satisfies Record<
  Contract,
  Policy
>;

/** Frames of a movie that plays, from the server to the moment when each is due. */
export class Feed {
  readonly #options: FeedOptions;
  readonly #listener: FeedListener;
  readonly #kept: Kept;
  readonly #pacer: Pacer<Arrival>;
  #place: Place;
  #step = 0;
  /** Whether the frame of that place has come, or was shown before. */
  #isThere = false;
  /** Frames that were passed over in the playback that runs. */
  #passed = 0;
  #decoding = 0;
  #skipped = 0;
  #takenAt = 0;
  #isStopped = false;
  #isFinished = false;
  #playback: ReturnType<Asking["client"]["play"]> | undefined;
  #goOn: () => void = () => undefined;

  constructor(options: FeedOptions, listener: FeedListener, kept: Kept) {
    this.#options = options;
    this.#listener = listener;
    this.#kept = kept;
    this.#place = options.place;
    this.#pacer = new Pacer({
      policy: POLICIES[options.contract],
      period: 1000 / options.rate,
      delay: options.contract === "latest" ? 0 : Math.min(DELAY, 3000 / options.rate),
    });
  }

  /** Everything has come, and has been taken. */
  get isOver(): boolean {
    return this.#isFinished && this.#decoding === 0 && this.#pacer.size === 0;
  }

  /** Frames that neither came nor were shown since this was read last. */
  takeSkipped(): number {
    const skipped = this.#skipped;
    this.#skipped = 0;
    return skipped;
  }

  start(): void {
    void this.#run();
  }

  /** What is to be shown now. The caller releases its picture. */
  take(now: number): Due<Arrival> | undefined {
    const due = this.#pacer.take(now);
    if (due === undefined) return undefined;
    this.#skipped += due.passed.length;
    for (const { picture } of due.passed) picture?.release();
    this.#goOn();
    return due;
  }

  /** Another priority, without a gap. */
  prioritize(priority: number): void {
    this.#playback?.change({ priority }).catch(() => undefined);
  }

  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    if (this.#playback !== undefined) stop(this.#playback);
    for (const { picture } of this.#pacer.clear()) picture?.release();
    this.#goOn();
  }

  async #run(): Promise<void> {
    try {
      await this.#play(this.#options.isShown);
      while (this.#options.route.atEnd === "bounce" && !this.#isStopped) {
        const { frame, direction } = this.#place;
        this.#place = { frame, direction: direction === 1 ? -1 : 1 };
        await this.#play(true);
      }
      this.#isFinished = true;
    } catch (error) {
      if (!(error instanceof MutoscopeError)) throw error;
      const [isThere, passed] = [this.#isThere, this.#passed];
      const failed = placeOfFailure(this.#options.route, this.#place, { isThere, passed }, error.receipt);
      if (!this.#isStopped) this.#listener.failed(error, failed);
    }
  }

  /** As far as it goes in one direction. */
  async #play(isShown: boolean): Promise<void> {
    const { asking, contract, route, from, to, fps, rate } = this.#options;
    const { movie, rendition, missing, priority } = asking;
    const { frame, direction } = this.#place;
    const playback = asking.client.play(movie, {
      ...(isShown ? { after: frame } : { start: frame }),
      from,
      to,
      direction,
      contract,
      fps,
      missing,
      rendition,
      priority,
      loop: route.atEnd === "loop",
      ahead: rate > FASTEST ? FEWEST_ON_THE_WAY : FEWEST_ON_THE_WAY + Math.ceil(rate * ON_THE_WAY),
    });
    this.#playback = playback;
    this.#isThere = isShown;
    this.#passed = 0;
    for await (const each of playback) {
      if (this.#isStopped) return;
      this.#advance(each);
      void this.#decode(each, this.#step, this.#place);
      await this.#room();
    }
    this.#listener.received(await playback.receipt);
  }

  #advance({ number }: Frame): void {
    const frames = this.#isThere ? framesBetween(this.#options.route, this.#place, number) : 0;
    const passed = Math.max(frames - 1, 0);
    this.#skipped += passed;
    this.#passed += passed;
    this.#isThere = true;
    this.#step += frames;
    this.#place = { frame: number, direction: this.#place.direction };
  }

  async #decode(frame: Frame, step: number, place: Place): Promise<void> {
    this.#decoding += 1;
    const entry = await entryOf(frame, this.#options.asking.key, this.#kept);
    this.#decoding -= 1;
    if (this.#isStopped) entry.picture?.release();
    else this.#pacer.put(step, { ...entry, place }, performance.now());
    this.#goOn();
  }

  /** Waits until another frame may come: what is not asked for stays on the server. */
  async #room(): Promise<void> {
    while (!this.#isStopped && this.#decoding + this.#pacer.size >= MOST_WAITING)
      await new Promise<void>((resolve) => (this.#goOn = resolve));
    if (this.#options.rate <= FASTEST) return;
    const wait = this.#takenAt + 1000 / FASTEST - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    this.#takenAt = performance.now();
  }
}
