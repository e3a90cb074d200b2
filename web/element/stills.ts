import type { LibraryChange, MutoscopeError } from "../../client/index.ts";
import { nextRun } from "./around.ts";
import type { Asking, Entry, Kept } from "./asking.ts";
import { Exact } from "./exact.ts";
import { LookAhead } from "./lookAhead.ts";
import { hasNumber, parseRanges } from "./ranges.ts";
import { roomFor } from "./room.ts";
import { type Direction, type Route, lengthOf } from "./route.ts";
import { Shelf } from "./shelf.ts";
import type { Timeline } from "./timeline.ts";
import { isOfFrame } from "./words.ts";

/** What is to be seen. Its number is the one that was wanted, also where another picture stands in. */
export type Shown = Entry & {
  /** Which rendition it is of. */
  readonly key: string;
  /** Why there is no picture: a code of the catalogue. */
  readonly error: string | undefined;
};

/** What is played, and how it is asked for. */
export type Sight = {
  readonly asking: Asking;
  readonly timeline: Timeline;
  readonly route: Route;
  readonly direction: Direction;
};

export interface StillsOwner {
  /** Undefined as long as there is nothing to ask. */
  sight(options: { readonly isPreview: boolean }): Sight | undefined;
  /** Whether what comes on the way to the wanted frame is to be seen. */
  isSeeking(): boolean;
  /** Whether frames are to be got that nobody has asked for yet. */
  isIdle(): boolean;
  /** Paints it, in this task. */
  show(shown: Shown): void;
  /** The wanted frame is shown, or what is to be seen in its place. */
  arrived(): void;
  /** It cannot be had, for a reason that is not the frame's. */
  failed(error: MutoscopeError): void;
  /** There is more at hand. */
  progressed(): void;
}

/** Until a frame that may be had a little later is asked for again, in milliseconds. */
const AGAIN = 500;
/** Frames to have at hand around the one that is looked at, where there is room. */
const LOOKED_AHEAD = 48;
const LOOKED_BEHIND = 24;
/** Of the room: the rest is what was looked at before. */
const SHARE_AHEAD = 0.6;

/** The frame that is shown, those that are at hand around it, and how exactly the wanted one is got. */
export class Stills {
  readonly #owner: StillsOwner;
  readonly #shelf = new Shelf(roomFor);
  readonly #exact: Exact;
  readonly #lookAhead: LookAhead;
  readonly kept: Kept = (number, key) => this.#shelf.get(number, key);
  #shown: Shown | undefined;
  #wanted: number | undefined;
  #isPreview = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(owner: StillsOwner) {
    this.#owner = owner;
    this.#exact = new Exact(
      {
        came: (entry, asking) => this.#came(entry, asking),
        failed: (error, number) => this.#failed(error, number),
      },
      this.kept,
    );
    this.#lookAhead = new LookAhead(
      { came: (entry) => this.#cameAhead(entry), ended: () => this.look() },
      this.kept,
    );
  }

  /** Its picture is held here. */
  get shown(): Shown | undefined {
    return this.#shown;
  }

  get bytes(): number {
    return this.#shelf.bytes;
  }

  /** Frames that are at hand in full. */
  numbers(): readonly number[] {
    const sight = this.#owner.sight({ isPreview: false });
    return sight === undefined ? [] : this.#shelf.numbers(sight.asking.key);
  }

  /** Shows the frame, at once or when it has come. */
  aim(number: number, { isPreview }: { readonly isPreview: boolean }): void {
    this.#wanted = number;
    this.#isPreview = isPreview;
    clearTimeout(this.#timer);
    const full = this.#owner.sight({ isPreview: false });
    const sight = this.#owner.sight({ isPreview });
    if (full === undefined || sight === undefined) return;
    const asked = askedFor(number, sight.timeline);
    const picture = this.kept(asked, full.asking.key) ?? this.kept(asked, sight.asking.key);
    if (picture === undefined) {
      this.#lookAhead.stop();
      this.#exact.ask(asked, sight.asking);
      return;
    }
    this.#exact.cancel();
    const { revision, isSubstitute, rendition } = picture.facts;
    this.#present({ number: asked, revision, isSubstitute, bytes: 0, picture }, number, rendition);
    this.#owner.arrived();
  }

  /** Nothing is looked for any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#exact.cancel();
    this.#lookAhead.stop();
    this.#wanted = undefined;
  }

  /** A frame of the movie that plays. */
  play(entry: Entry, key: string): void {
    this.#keep(entry);
    this.#present(entry, entry.number, key);
  }

  /** Nothing of the frame can be seen. */
  playFailed(number: number, code: string, key: string): void {
    this.#show({ number, revision: 0, isSubstitute: false, bytes: 0, picture: undefined, key, error: code });
  }

  /** Gets what will probably be looked at next. */
  look(): void {
    const sight =
      this.#owner.isIdle() && !this.#isPreview ? this.#owner.sight({ isPreview: false }) : undefined;
    if (sight === undefined || this.#shown === undefined) return this.#lookAhead.stop();
    const { asking, route, direction, timeline } = sight;
    const bytes = this.#shown.picture?.facts.bytes ?? 1;
    const most = Math.floor((roomFor() * SHARE_AHEAD) / bytes);
    const forward = Math.min(LOOKED_AHEAD, most, lengthOf(route));
    const run = nextRun({
      route: { ...route, last: Math.max(Math.min(route.last, timeline.newest), route.first) },
      frame: this.#shown.number,
      direction,
      has: (number) => this.kept(number, asking.key) !== undefined,
      forward,
      backward: Math.min(LOOKED_BEHIND, Math.floor(most / 2), lengthOf(route)),
    });
    this.#lookAhead.aim(run, asking);
  }

  rest(): void {
    this.#lookAhead.stop();
  }

  /**
   * Forgets what is not as it was.
   * @returns whether that is so of what is shown
   */
  revise({ kind, partial, landed, revised, removed }: LibraryChange): boolean {
    if (kind === "missed" || partial) {
      this.forget();
      return true;
    }
    const ranges = [landed, revised, removed].map(parseRanges);
    const isOther = (number: number): boolean => ranges.some((each) => hasNumber(each, number));
    this.#shelf.forget(({ facts }) => facts.isSubstitute || isOther(facts.number));
    this.#lookAhead.forget();
    const shown = this.#shown;
    return (
      shown !== undefined && (shown.isSubstitute || shown.picture === undefined || isOther(shown.number))
    );
  }

  /** Nothing of what is at hand counts any more. What is shown stays until there is something else. */
  forget(): void {
    this.#exact.cancel();
    this.#lookAhead.forget();
    this.#shelf.clear();
  }

  close(): void {
    this.stop();
    this.#shelf.clear();
    this.#shown?.picture?.release();
    this.#shown = undefined;
  }

  #came(entry: Entry, { key }: Asking): void {
    this.#keep(entry);
    const wanted = this.#wanted ?? entry.number;
    const sight = this.#owner.sight({ isPreview: false });
    const isIt = sight === undefined || askedFor(wanted, sight.timeline) === entry.number;
    if (isIt || this.#owner.isSeeking()) this.#present(entry, isIt ? wanted : entry.number, key);
    entry.picture?.release();
    if (isIt) this.#owner.arrived();
  }

  #cameAhead(entry: Entry): void {
    this.#keep(entry);
    entry.picture?.release();
    this.#owner.progressed();
  }

  #failed(error: MutoscopeError, number: number): void {
    const sight = this.#owner.sight({ isPreview: false });
    // A page of many players has as many requests as it may: they end soon.
    const isForNow = error.retry || error.code === "PLAYBACK_LIMIT";
    if (!isOfFrame(error.code) && !isForNow) return this.#owner.failed(error);
    const wanted = this.#wanted;
    if (sight === undefined || wanted === undefined || askedFor(wanted, sight.timeline) !== number) return;
    if (isForNow) {
      this.#timer = setTimeout(() => this.aim(wanted, { isPreview: this.#isPreview }), AGAIN);
      return;
    }
    this.playFailed(wanted, error.code, sight.asking.key);
    this.#owner.arrived();
  }

  #keep({ picture }: Entry): void {
    const sight = this.#owner.sight({ isPreview: false });
    if (picture === undefined || sight === undefined) return;
    const { route, direction } = sight;
    const middle = this.#wanted ?? this.#shown?.number ?? picture.facts.number;
    this.#shelf.put(picture, (number) => distanceFrom(middle, number, { route, direction }));
  }

  /** @param number the one that was wanted */
  #present(entry: Entry, number: number, key: string): void {
    const isSubstitute = entry.isSubstitute || number !== entry.number;
    const error = entry.picture === undefined ? "FRAME_CORRUPT" : undefined;
    this.#show({ ...entry, number, isSubstitute, key, error });
  }

  #show(shown: Shown): void {
    shown.picture?.hold();
    const before = this.#shown;
    this.#shown = shown;
    this.#owner.show(shown);
    before?.picture?.release();
  }
}

/** Of a movie that is still being made, the newest frame is shown in the place of those that are to come. */
function askedFor(number: number, { isLive, newest }: Timeline): number {
  return isLive ? Math.min(number, newest) : number;
}

/** How soon a frame will be shown: what lies behind will be, too, but later. */
function distanceFrom(
  middle: number,
  number: number,
  { route, direction }: Pick<Sight, "route" | "direction">,
): number {
  const ahead = (number - middle) * direction;
  if (ahead >= 0) return ahead;
  const behind = -2 * ahead;
  return route.atEnd === "loop" ? Math.min(behind, ahead + lengthOf(route) * route.step) : behind;
}
