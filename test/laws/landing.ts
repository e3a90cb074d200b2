import * as fc from "fast-check";
import { CONTRACTS, type Contract, MISSING_POLICIES, type MissingPolicy } from "../../src/base/contract.ts";
import { Fault } from "../../src/base/errors.ts";
import type { Rate } from "../../src/base/rate.ts";
import { Bytes, FrameNumber, MonotonicMs, Priority } from "../../src/base/units.ts";
import type { Direction } from "../../src/playback/cursor.ts";
import { makePlan, type Plan } from "../../src/playback/plan.ts";
import { VirtualClock } from "../../src/simulate/clock.ts";
import { SimulatedFrames } from "../../src/simulate/frames.ts";
import { SimulatedLog } from "../../src/simulate/log.ts";
import { SimulatedServer, type SimulatedViewer } from "../../src/simulate/server.ts";
import type { Link } from "../../src/simulate/sink.ts";
import { type Declared, historyOf, type State, type TimedDeed } from "./history.ts";
import { type Arrived, enveloped, readAll } from "./reader.ts";

export type Wish = {
  readonly at: number;
  readonly start: number | undefined;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly repeat: boolean;
  readonly direction: Direction;
  readonly rate: Rate | undefined;
  readonly contract: Contract;
  readonly missing: MissingPolicy;
  readonly link: Link;
};

/** A movie that is being made while it is watched. */
export type Landing = {
  readonly declared: Declared;
  readonly deeds: readonly TimedDeed[];
  readonly wishes: readonly Wish[];
  readonly size: number;
  readonly latency: number;
  readonly workers: number;
  readonly slots: number;
  readonly cache: "everything" | "nothing";
};

/** Bytes of one playback that may wait, as long as they are more than two messages. */
export const WINDOW = { messages: 2, bytes: 2000 } as const;

/** When the renderer is done, at the latest. */
const SPAN = 1500;
const MOST_EVENTS = 200_000;
const FIRST = 1001;

const declared: fc.Arbitrary<Declared> = fc.constantFrom(
  { first: FIRST, last: FIRST + 11, step: 1 },
  { first: FIRST, last: FIRST + 11, step: 1 },
  { first: undefined, last: FIRST + 11, step: 1 },
  { first: FIRST, last: FIRST + 33, step: 3 },
  { first: undefined, last: undefined, step: 1 },
);

type Raw = { readonly at: number; readonly kind: "write" | "remove"; readonly place: number };

const raw: fc.Arbitrary<Raw> = fc.record({
  at: fc.nat(SPAN),
  kind: fc.constantFrom("write", "write", "write", "remove"),
  place: fc.nat(11),
});

const number = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.nat(11) },
);

const FAST: Link = { rate: Number.POSITIVE_INFINITY, buffer: Bytes(0) };

export const wish: fc.Arbitrary<Wish> = fc.record({
  at: fc.nat(SPAN - 100).map((at) => at + 0.5),
  start: number,
  from: number,
  to: number,
  repeat: fc.boolean(),
  direction: fc.constantFrom(1, 1, -1),
  rate: fc.constantFrom<(Rate | undefined)[]>(
    undefined,
    { numerator: 24, denominator: 1 },
    { numerator: 7, denominator: 1 },
  ),
  contract: fc.constantFrom(...CONTRACTS),
  missing: fc.constantFrom(...MISSING_POLICIES),
  link: fc.constantFrom<Link[]>(FAST, FAST, { rate: 3, buffer: Bytes(500) }, { rate: 300, buffer: Bytes(0) }),
});

/** Frames in any order, over and over; then the end, the rest of the frames, or a movie that leaves. */
export const landing: fc.Arbitrary<Landing> = fc
  .record({
    declared,
    raw: fc.uniqueArray(raw, { selector: ({ at }) => at, maxLength: 40 }),
    finale: fc.constantFrom("end", "complete", "leave"),
    wishes: fc.array(wish, { minLength: 1, maxLength: 4 }),
    size: fc.constantFrom(80, 1100),
    latency: fc.constantFrom(0, 0, 20, 110),
    workers: fc.constantFrom(1, 1000),
    slots: fc.constantFrom(1, 100),
    cache: fc.constantFrom("everything" as const, "nothing" as const),
  })
  .map(({ raw, finale, ...rest }) => Object.assign(rest, { deeds: deedsOf(rest.declared, raw, finale) }));

function deedsOf(of: Declared, raw: readonly Raw[], finale: string): TimedDeed[] {
  const numberAt = (place: number): number => FIRST + place * of.step;
  const deeds = raw
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, kind, place }) => ({ at, deed: { kind, number: numberAt(place) } }) as const);
  // An undeclared movie is there when its first frame is.
  const begin: TimedDeed[] =
    of.last === undefined || of.first === undefined
      ? [{ at: 0, deed: { kind: "write", number: numberAt(4) } }]
      : [];
  const rest: TimedDeed[] = Array.from({ length: 12 }, (_, place) => ({
    at: SPAN + 1 + place * 7,
    deed: { kind: "write", number: numberAt((place * 5) % 12) },
  }));
  const after: TimedDeed = { at: SPAN + 200, deed: { kind: finale === "leave" ? "leave" : "end" } };
  return [...begin, ...deeds, ...(finale === "complete" ? rest : []), after];
}

/** What became of one wish. */
export type Viewing = {
  readonly wish: Wish;
  readonly viewer: SimulatedViewer;
  /** Undefined when it was refused. */
  plan: Plan | undefined;
  arrived: readonly Arrived[];
};

/** A landing that has been played. */
export class LandingShow {
  readonly landing: Landing;
  readonly states: readonly State[];
  readonly clock = new VirtualClock();
  readonly log: SimulatedLog;
  readonly frames: SimulatedFrames;
  readonly server: SimulatedServer;
  readonly viewings: Viewing[] = [];

  constructor(landing: Landing) {
    this.landing = landing;
    this.states = historyOf(landing.declared, landing.deeds);
    this.log = new SimulatedLog("m", [], withoutUndefined(landing.declared));
    const { size, latency, workers, cache, slots } = landing;
    this.frames = new SimulatedFrames({
      clock: this.clock,
      size: () => size,
      latency: () => latency,
      workers,
      cache,
    });
    const bytes = Bytes(WINDOW.bytes);
    this.server = new SimulatedServer({
      clock: this.clock,
      frames: this.frames,
      lookAhead: { messages: WINDOW.messages, bytes, atHand: Bytes(512), atOnce: 3 },
      ring: { slots, bytes: Bytes(1e6), windowMessages: WINDOW.messages, windowBytes: bytes },
      batch: 8,
      handOver: Bytes(512),
      slice: Bytes(1024),
      inFlight: Bytes(1e9),
    });
  }

  /** When the movie leaves; never, as Infinity. */
  get leavesAt(): number {
    return this.landing.deeds.find(({ deed }) => deed.kind === "leave")?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Plays to the end of the movie, and then stops those who repeat it. */
  run(): this {
    for (const wish of this.landing.wishes) this.#connect(wish);
    for (const { at, deed } of this.landing.deeds) this.clock.at(MonotonicMs(at), () => this.#do(deed));
    this.clock.run(MonotonicMs(SPAN + 10_000), MOST_EVENTS);
    for (const { plan, viewer } of this.viewings) if (plan?.repeat === true) viewer.playback.stop();
    this.clock.run(MonotonicMs(10_000_000), MOST_EVENTS);
    for (const viewing of this.viewings) viewing.arrived = readAll(viewing.viewer.sink.received);
    return this;
  }

  #do(deed: TimedDeed["deed"]): void {
    if (deed.kind === "write") this.log.write(deed.number);
    else if (deed.kind === "remove") this.log.remove(deed.number);
    else if (deed.kind === "end") this.log.end();
    else this.log.leave();
  }

  #connect(wish: Wish): void {
    const viewer = this.server.connect(wish.link);
    const viewing: Viewing = { wish, viewer, plan: undefined, arrived: [] };
    this.viewings.push(viewing);
    this.clock.at(MonotonicMs(wish.at), () => {
      viewing.plan = this.#planOf(wish);
      if (viewing.plan !== undefined) viewer.playback.play(viewing.plan);
    });
  }

  // What never ends and takes no time would never end.
  #planOf(wish: Wish): Plan | undefined {
    const isEndless = wish.contract === "all" && wish.rate === undefined && wish.link.rate > 20;
    const { step } = this.landing.declared;
    const asFrame = (place: number | undefined): FrameNumber | undefined =>
      place === undefined ? undefined : FrameNumber(FIRST + place * step);
    const branded = {
      ...wish,
      repeat: wish.repeat && !isEndless,
      start: asFrame(wish.start),
      from: asFrame(wish.from),
      to: asFrame(wish.to),
      priority: Priority(3),
    };
    try {
      return makePlan(this.log, branded, enveloped);
    } catch (error) {
      if (error instanceof Fault) return undefined;
      throw error;
    }
  }
}

function withoutUndefined({ first, last, step }: Declared): { first?: number; last?: number; step: number } {
  return { step, ...(first === undefined ? {} : { first }), ...(last === undefined ? {} : { last }) };
}
