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
import { type Arrived, enveloped, readAll } from "./reader.ts";

export type Movie = {
  readonly numbers: readonly number[];
  readonly unreadable: readonly number[];
  readonly size: number;
  readonly latency: number;
};

export type Wish = {
  readonly movie: number;
  readonly start: number | undefined;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly repeat: boolean;
  readonly direction: Direction;
  readonly rate: Rate | undefined;
  readonly contract: Contract;
  readonly missing: MissingPolicy;
  readonly priority: number;
};

export type Command =
  | { readonly kind: "play"; readonly at: number; readonly wish: Wish }
  | { readonly kind: "stop" | "close"; readonly at: number };

export type Watcher = { readonly link: Link; readonly commands: readonly Command[] };

export type Scenario = {
  readonly movies: readonly Movie[];
  readonly watchers: readonly Watcher[];
  readonly slots: number;
  readonly ringBytes: number;
  readonly batch: number;
  readonly cache: "everything" | "nothing";
  readonly workers: number;
  readonly atOnce: number;
};

/** Far more than any scenario needs: whoever reaches it works for nothing. */
const MOST_EVENTS = 200_000;

/** When commands come, at the latest. */
const SPAN = 1500;

const movie: fc.Arbitrary<Movie> = fc.record({
  numbers: fc.oneof(
    fc.nat(19).map((last) => Array.from({ length: last + 1 }, (_, index) => 995 + index)),
    fc.uniqueArray(fc.integer({ min: 995, max: 1012 }), { minLength: 1, maxLength: 18 }),
  ),
  unreadable: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.integer({ min: 995, max: 1012 }), { maxLength: 18 }) },
  ),
  size: fc.constantFrom(60, 300, 5000),
  latency: fc.constantFrom(0, 3, 30, 130),
});

const number = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.integer({ min: 994, max: 1014 }) },
);

const wish: fc.Arbitrary<Wish> = fc.record({
  movie: fc.nat(2),
  start: number,
  from: number,
  to: number,
  repeat: fc.boolean(),
  direction: fc.constantFrom(1, 1, -1),
  rate: fc.constantFrom<(Rate | undefined)[]>(
    undefined,
    { numerator: 24, denominator: 1 },
    { numerator: 24_000, denominator: 1001 },
    { numerator: 3, denominator: 1 },
  ),
  contract: fc.constantFrom(...CONTRACTS),
  missing: fc.constantFrom(...MISSING_POLICIES),
  priority: fc.constantFrom(0, 1, 3, 255),
});

const at = fc.nat(SPAN);

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("play"), at, wish }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("stop"), at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("close"), at }) },
);

const link: fc.Arbitrary<Link> = fc.record({
  rate: fc.constantFrom(0, 1, 20, 300, Number.POSITIVE_INFINITY),
  buffer: fc.constantFrom(0, 500, 5000).map(Bytes),
  stalls: fc.oneof(fc.constant([]), fc.constant([{ from: 100, to: 700 }])),
});

export const watcher: fc.Arbitrary<Watcher> = fc.record({
  link,
  commands: fc
    .array(command, { minLength: 1, maxLength: 4 })
    .map((commands) => commands.sort((a, b) => a.at - b.at)),
});

export const scenario: fc.Arbitrary<Scenario> = fc.record({
  movies: fc.array(movie, { minLength: 3, maxLength: 3 }),
  watchers: fc.array(watcher, { minLength: 1, maxLength: 6 }),
  slots: fc.constantFrom(1, 3, 100),
  ringBytes: fc.constantFrom(700, 1_000_000),
  batch: fc.constantFrom(1, 8),
  cache: fc.constantFrom("everything", "nothing"),
  workers: fc.constantFrom(1, 3, 1000),
  atOnce: fc.constantFrom(1, 4),
});

/** An epoch as the test knows it: what was asked for, and where in the trace. */
export type Asked = { readonly plan: Plan | undefined; readonly handOvers: number; readonly at: number };

/** What became of one watcher. */
export type Story = {
  readonly watcher: Watcher;
  readonly viewer: SimulatedViewer;
  /** By epoch, from 1. */
  readonly epochs: (Asked | undefined)[];
  readonly arrived: Arrived[];
  closed: boolean;
};

/** A scenario that has been run. */
export class Show {
  readonly clock = new VirtualClock();
  readonly frames: SimulatedFrames;
  readonly server: SimulatedServer;
  readonly logs: readonly SimulatedLog[];
  readonly scenario: Scenario;
  readonly stories: Story[] = [];

  constructor(scenario: Scenario) {
    this.scenario = scenario;
    this.logs = scenario.movies.map((movie, index) => new SimulatedLog(`m${index}`, movie.numbers));
    this.frames = new SimulatedFrames({
      clock: this.clock,
      size: (entry) => this.movieNamed(entry.movie).size,
      latency: (entry) => this.movieNamed(entry.movie).latency,
      isReadable: (entry) => !this.movieNamed(entry.movie).unreadable.includes(entry.number),
      cache: scenario.cache,
      workers: scenario.workers,
    });
    this.server = new SimulatedServer({
      clock: this.clock,
      frames: this.frames,
      lookAhead: { messages: 2, bytes: Bytes(2000), atHand: Bytes(512), atOnce: scenario.atOnce },
      ring: {
        slots: scenario.slots,
        bytes: Bytes(scenario.ringBytes),
        windowMessages: 2,
        windowBytes: Bytes(2000),
      },
      batch: scenario.batch,
      handOver: Bytes(512),
      slice: Bytes(1024),
      inFlight: Bytes(1e9),
    });
  }

  movieNamed(name: string): Movie {
    const movie = this.scenario.movies[Number(name.slice(1))];
    if (movie === undefined) throw new Error(`no movie ${name}`);
    return movie;
  }

  /** Runs all commands and then, when nothing repeats any more, to the end. */
  run(): this {
    for (const watcher of this.scenario.watchers) this.#connect(watcher);
    this.clock.run(MonotonicMs(SPAN + 500), MOST_EVENTS);
    for (const story of this.stories) {
      const last = story.epochs.at(-1);
      if (last?.plan?.repeat === true && !story.closed) this.#carryOut(story, { kind: "stop", at: 0 });
    }
    this.clock.run(MonotonicMs(10_000_000), MOST_EVENTS);
    for (const story of this.stories) story.arrived.push(...readAll(story.viewer.sink.received));
    return this;
  }

  closeAll(): this {
    for (const { viewer } of this.stories) viewer.close();
    return this;
  }

  #connect(watcher: Watcher): void {
    const viewer = this.server.connect(watcher.link);
    const story: Story = { watcher, viewer, epochs: [undefined], arrived: [], closed: false };
    this.stories.push(story);
    for (const command of watcher.commands) {
      this.clock.at(MonotonicMs(command.at), () => this.#carryOut(story, command));
    }
  }

  #carryOut(story: Story, command: Command): void {
    if (story.closed) return;
    const { playback, sink } = story.viewer;
    const asked = { handOvers: sink.received.length, at: this.clock.now() };
    if (command.kind === "play") {
      const plan = this.#planOf(command.wish, story.watcher.link);
      if (plan === undefined) return;
      story.epochs.push({ plan, ...asked });
      playback.play(plan);
    } else if (command.kind === "stop") {
      story.epochs.push({ plan: undefined, ...asked });
      playback.stop();
    } else {
      story.closed = true;
      story.viewer.close();
    }
  }

  // What never ends and takes no time would never end.
  #planOf(wish: Wish, link: Link): Plan | undefined {
    const log = this.logs[wish.movie];
    if (log === undefined) return undefined;
    const isEndless = wish.contract === "all" && wish.rate === undefined && link.rate > 20;
    const branded = {
      ...wish,
      repeat: wish.repeat && !isEndless,
      start: asFrame(wish.start),
      from: asFrame(wish.from),
      to: asFrame(wish.to),
      priority: Priority(wish.priority),
    };
    try {
      return makePlan(log, branded, enveloped);
    } catch (error) {
      if (error instanceof Fault) return undefined;
      throw error;
    }
  }
}

function asFrame(number: number | undefined): FrameNumber | undefined {
  return number === undefined ? undefined : FrameNumber(number);
}
