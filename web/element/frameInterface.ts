import type { MissingPolicy } from "../../client/index.ts";
import type { Deck } from "./deck.ts";
import type { DeckState } from "./deckEvents.ts";
import { MediaInterface } from "./mediaInterface.ts";
import type { Range } from "./ranges.ts";
import type { Facts } from "./stats.ts";
import type { Fps } from "./timeline.ts";
import { type RenditionWish, type Wishes, missingPolicy } from "./wishes.ts";

/** What is painted now, for whoever wants to look closer. */
export type PictureSource = {
  readonly frame: number;
  readonly revision: number;
  readonly image: ImageBitmap;
  readonly width: number;
  readonly height: number;
};

/** What a player has beyond media elements: frames, by their numbers. */
export abstract class FrameInterface extends MediaInterface {
  abstract pause(): void;
  protected abstract goTo(frame: number, options: { readonly isPreview: boolean }): void;

  /** The number of the frame that is shown; setting it goes to another. */
  get frame(): number {
    return this.deck.stills.shown?.number ?? Number.NaN;
  }

  set frame(number: number) {
    this.seekToFrame(number);
  }

  /** The frame that it goes to; the one that is shown when it goes nowhere. */
  get wantedFrame(): number {
    return this.deck.wanted ?? Number.NaN;
  }

  get firstFrame(): number {
    return this.deck.timeline?.first ?? Number.NaN;
  }

  get lastFrame(): number {
    return this.deck.timeline?.last ?? Number.NaN;
  }

  /** The highest frame there is: below the last while a movie is still being made. */
  get newestFrame(): number {
    return this.deck.timeline?.newest ?? Number.NaN;
  }

  /** How many numbers the movie has, with a frame or without. */
  get frameCount(): number {
    return this.deck.timeline?.count ?? 0;
  }

  get frameStep(): number {
    return this.deck.timeline?.step ?? 1;
  }

  get holes(): readonly Range[] {
    return this.deck.timeline?.holes ?? [];
  }

  /** Frames that are at hand, as numbers. */
  get bufferedFrames(): readonly number[] {
    return this.deck.stills.numbers();
  }

  get fps(): Fps {
    return this.deck.timeline?.fps ?? { numerator: 24, denominator: 1, value: 24 };
  }

  get movie(): Deck["movie"] {
    return this.deck.movie;
  }

  /** Whether there is a connection, and what is wrong with the movie. */
  get state(): DeckState {
    return this.deck.state;
  }

  get stats(): Facts & { readonly keptBytes: number; readonly rendition: string | undefined } {
    const { stills, stats } = this.deck;
    return { ...stats.facts, keptBytes: stills.bytes, rendition: stills.shown?.key };
  }

  get pictureSource(): PictureSource | null {
    const { shown } = this.deck.stills;
    const image = shown?.picture?.image as ImageBitmap | undefined;
    if (shown?.picture === undefined || image === undefined) return null;
    const { width, height } = shown.picture.facts;
    return { frame: shown.number, revision: shown.revision, image, width, height };
  }

  get bounce(): boolean {
    return this.hasAttribute("bounce");
  }

  set bounce(bounce: boolean) {
    this.toggleAttribute("bounce", bounce);
  }

  get direction(): 1 | -1 {
    return this.wishes.direction;
  }

  set direction(direction: 1 | -1) {
    this.wish({ direction: direction === -1 ? -1 : 1 });
  }

  /** The part that is played, both included; null is all of it. */
  get range(): Range | null {
    const { range } = this.wishes;
    if (range === undefined) return null;
    const { timeline } = this.deck;
    return timeline === undefined ? range : [timeline.clamp(range[0]), timeline.clamp(range[1])];
  }

  set range(range: Range | null) {
    this.wish({ range: range === null ? undefined : [Math.min(...range), Math.max(...range)] });
  }

  get contract(): Wishes["contract"] {
    return this.wishes.contract;
  }

  set contract(contract: Wishes["contract"]) {
    this.setAttribute("contract", contract);
  }

  get missing(): MissingPolicy {
    return missingPolicy(this.wishes, this.deck.movie?.missingPolicy ?? null);
  }

  set missing(missing: MissingPolicy) {
    this.setAttribute("missing", missing);
  }

  get priority(): number {
    return this.wishes.priority;
  }

  set priority(priority: number) {
    this.setAttribute("priority", String(priority));
  }

  get rendition(): RenditionWish {
    return this.wishes.rendition;
  }

  set rendition(rendition: RenditionWish) {
    this.wish({ rendition: { ...rendition } });
  }

  /** So many frames on, or back, from where it is or goes. */
  step(frames: number): void {
    const { wanted, timeline } = this.deck;
    if (wanted === undefined || timeline === undefined) return;
    this.pause();
    this.deck.seek(wanted + frames * timeline.step);
  }

  /** @param options `preview`: a small picture will do, another seek follows soon */
  seekToFrame(number: number, { preview = false }: { readonly preview?: boolean } = {}): void {
    if (!Number.isFinite(number)) return;
    this.goTo(Math.round(number), { isPreview: preview });
  }
}
