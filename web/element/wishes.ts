import type { Client, Contract, FrameFormat, MissingPolicy } from "../../client/index.ts";
import type { Asking } from "./asking.ts";
import type { Range } from "./ranges.ts";
import { type Direction, type Route, advance, beginning } from "./route.ts";
import type { Timeline } from "./timeline.ts";
import { widthFor } from "./widths.ts";

/** How pictures are to be made; what is left out is left to the player or the server. */
export type RenditionWish = {
  readonly format?: Exclude<FrameFormat, "ppm"> | undefined;
  readonly quality?: number | undefined;
  readonly levels?: "auto" | { readonly low: number; readonly high: number } | undefined;
  readonly exposure?: number | undefined;
  /** In pixels; `auto`, the default, is what is shown; `own` the movie's. */
  readonly width?: number | "auto" | "own" | undefined;
};

/** What people want of a player. */
export type Wishes = {
  readonly loop: boolean;
  readonly bounce: boolean;
  /** Times the movie's own rate; below 0 backwards. Not 0. */
  readonly rate: number;
  readonly direction: Direction;
  readonly contract: Contract;
  /** Undefined leaves it to the movie. */
  readonly missing: MissingPolicy | undefined;
  readonly priority: number;
  /** The part that is played. */
  readonly range: Range | undefined;
  readonly rendition: RenditionWish;
  /** What it is shown on, in the display's pixels. */
  readonly shownWidth: number;
};

export const DEFAULT_WISHES: Wishes = {
  loop: false,
  bounce: false,
  rate: 1,
  direction: 1,
  contract: "paced",
  missing: undefined,
  priority: 3,
  range: undefined,
  rendition: {},
  shownWidth: 0,
};

/** While somebody scrubs, small pictures that come quickly are better than large ones that do not. */
const PREVIEW_WIDTH = 320;

/** Of what has no place on the display yet, or none at all. */
const UNSEEN_WIDTH = 640;

/** The part and order that are played. */
export function routeOf({ loop, bounce, range }: Wishes, timeline: Timeline): Route {
  const { step } = timeline;
  const atEnd = bounce ? "bounce" : loop ? "loop" : "stop";
  // Who goes round a movie that is being made does not wait for what is not there.
  const end = timeline.isLive && atEnd !== "stop" ? timeline.newest : timeline.last;
  const last = Math.min(Math.max(range?.[1] ?? end, timeline.first), end);
  const first = Math.min(Math.max(range?.[0] ?? timeline.first, timeline.first), last);
  return { first, last, step, atEnd };
}

export function directionOf({ rate, direction }: Wishes): Direction {
  return rate * direction < 0 ? -1 : 1;
}

/** Where it begins when nothing is said. */
export function startOf(wishes: Wishes, timeline: Timeline): number {
  return beginning(routeOf(wishes, timeline), directionOf(wishes));
}

/** What a playback that runs has to be begun anew for, when it changes. */
const PLAYED = ["loop", "bounce", "rate", "direction", "contract", "missing", "range"] as const;

export function isPlayedAlike(one: Wishes, other: Wishes): boolean {
  return PLAYED.every((name) => one[name] === other[name]);
}

/** Between what a server plays at: a frame a day, and a thousand in a second. */
const SLOWEST = 1 / 86_400;
const FASTEST = 1000;

/** Frames per second, as a number. */
export function framesPerSecond({ rate }: Wishes, { fps }: Timeline): number {
  return Math.min(Math.max(Math.abs(rate) * fps.value, SLOWEST), FASTEST);
}

/** Which frame is shown so many milliseconds later; behind the end, the last one. */
export function frameAfter(ms: number, frame: number, wishes: Wishes, timeline: Timeline): number {
  const route = routeOf(wishes, timeline);
  const direction = directionOf(wishes);
  const frames = Math.floor((ms * framesPerSecond(wishes, timeline)) / 1000);
  const place = advance(route, { frame, direction }, frames);
  return place?.frame ?? beginning(route, direction === 1 ? -1 : 1);
}

/** The same as a server reads it: exact where it is the movie's own. */
export function fpsText(wishes: Wishes, timeline: Timeline): string {
  const { numerator, denominator } = timeline.fps;
  if (Math.abs(wishes.rate) === 1) return `${numerator}/${denominator}`;
  return framesPerSecond(wishes, timeline).toFixed(6);
}

export const MISSING = ["hold", "black", "skip", "error"] as const satisfies readonly MissingPolicy[];

export type Looked = {
  readonly client: Client;
  readonly movie: string;
  /** In pixels; undefined while nobody knows. */
  readonly own: number | undefined;
  /** What is shown for a missing frame when nobody says anything: the movie's own policy, if it has one. */
  readonly policy: string | null;
  readonly isPreview: boolean;
};

/** What every request for pictures says. */
export function askingOf(wishes: Wishes, { client, movie, own, policy, isPreview }: Looked): Asking {
  const { format = "jpeg", quality, levels, exposure } = wishes.rendition;
  const full = widthOf(wishes, own);
  const width = isPreview ? Math.min(full ?? Infinity, widthFor(PREVIEW_WIDTH, own) ?? Infinity) : full;
  const rendition = {
    format,
    ...(width === undefined || width === Infinity ? {} : { width }),
    ...(quality === undefined ? {} : { quality }),
    ...(levels === undefined ? {} : { levels }),
    ...(exposure === undefined ? {} : { exposure }),
  };
  const missing = missingPolicy(wishes, policy);
  return { client, movie, rendition, key: JSON.stringify(rendition), missing, priority: wishes.priority };
}

/** Whoever watches sees the frame before a missing one, unless somebody wants it otherwise. */
export function missingPolicy({ missing }: Wishes, ofMovie: string | null): MissingPolicy {
  return missing ?? MISSING.find((policy) => policy === ofMovie) ?? "hold";
}

function widthOf({ rendition, shownWidth }: Wishes, own: number | undefined): number | undefined {
  const { width = "auto" } = rendition;
  if (width === "own") return undefined;
  if (width === "auto") return widthFor(shownWidth === 0 ? UNSEEN_WIDTH : shownWidth, own);
  return own !== undefined && width >= own ? undefined : width;
}
