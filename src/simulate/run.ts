import { present } from "../base/assert.ts";
import { MonotonicMs, type Priority } from "../base/units.ts";
import { lookAheadOf } from "../dispatch/configured.ts";
import type { FrameEntry } from "../library/log.ts";
import { Admission } from "../playback/admission.ts";
import { Account } from "./account.ts";
import { chance, chooseOne } from "./chance.ts";
import { VirtualClock } from "./clock.ts";
import { Disks } from "./disks.ts";
import { SimulatedFrames } from "./frames.ts";
import { SimulatedLog } from "./log.ts";
import type { Report } from "./report.ts";
import { ARRIVALS, CHOICES, frameBytes, type Scenario } from "./scenario.ts";
import { SimulatedServer } from "./server.ts";
import { Spectator } from "./spectator.ts";
import { makeReport } from "./summary.ts";
import type { WriteLine } from "./trace.ts";
import { Uplink } from "./uplink.ts";

/** How far a simulation is. */
export type Progress = { readonly ms: number; readonly of: number; readonly messages: number };

export type RunOptions = {
  /** Gets the trace, line by line. Default: none is made. */
  readonly trace?: WriteLine | undefined;
  /** Told some two hundred times how far it is. */
  readonly progress?: ((progress: Progress) => void) | undefined;
};

/** Into how many parts the time is cut, to tell how far it is. */
const PARTS = 200;

/** More events in one part than any simulation needs: who gets there goes round in circles. */
const MOST_EVENTS = 1_000_000_000;

/**
 * Simulates: the real playbacks, ring, dispatcher and budgets on a virtual clock. The same scenario gives the
 * same report and the same trace, byte for byte.
 */
export function runScenario(scenario: Scenario, { trace, progress }: RunOptions = {}): Report {
  const { seed, duration, server: model } = scenario;
  const clock = new VirtualClock();
  const uplink = new Uplink(clock, scenario.uplink);
  const production = new SimulatedProduction(scenario, clock);
  const server = new SimulatedServer({
    ...model.dispatcher,
    clock,
    uplink,
    frames: production.frames,
    lookAhead: lookAheadOf(scenario.server.dispatcher, scenario.server.workers),
  });
  const end = MonotonicMs(duration);
  const accounts = new Map<Priority, Account>();
  const { frames } = production;
  const gate = model.admission && { admission: new Admission(model.admission), frames, clock };
  const spectators = invite(scenario, accounts, { clock, server, gate, seed, end, trace });
  const messages = (): number => [...accounts.values()].reduce((sum, { sent }) => sum + sent, 0);
  let events = 0;
  for (let part = 1; part <= PARTS; part += 1) {
    const until = part === PARTS ? end : MonotonicMs((duration * part) / PARTS);
    events += clock.run(until, MOST_EVENTS);
    progress?.({ ms: until, of: duration, messages: messages() });
  }
  for (const spectator of spectators) spectator.leave();
  return makeReport(scenario, {
    accounts: [...accounts.values()].sort((a, b) => a.priority - b.priority),
    uplinkBusyMs: uplink.busyMs,
    workersBusyMs: production.busyMs,
    disksBusyMs: production.disks?.busyMs,
    events,
  });
}

/** Frames made by workers, from disks. */
class SimulatedProduction {
  readonly frames: SimulatedFrames;
  readonly disks: Disks | undefined;
  readonly #scenario: Scenario;
  readonly #clock: VirtualClock;
  readonly #indices: ReadonlyMap<string, number>;
  /** For how long workers worked or waited for a disk, all together. */
  busyMs = 0;

  constructor(scenario: Scenario, clock: VirtualClock) {
    this.#scenario = scenario;
    this.#clock = clock;
    this.#indices = new Map(scenario.movies.map(({ name }, index) => [name, index]));
    const { disks } = scenario.production;
    this.disks = disks && new Disks(disks);
    const { workers, cache } = scenario.server;
    this.frames = new SimulatedFrames({
      clock,
      workers,
      cache: { bytes: cache },
      size: (entry) => this.#sizeOf(entry),
      latency: (entry) => this.#begin(entry),
    });
  }

  #begin(entry: FrameEntry): number {
    const { fixed, perByte } = this.#scenario.production;
    const bytes = this.#sizeOf(entry);
    const index = this.#indexOf(entry);
    const read = this.disks?.read(entry, bytes, index, this.#clock.now()) ?? 0;
    const ms = read + fixed + perByte * bytes;
    this.busyMs += ms;
    return ms;
  }

  #sizeOf(entry: FrameEntry): number {
    const index = this.#indexOf(entry);
    const { size } = present(this.#scenario.movies[index], "a frame of no movie");
    return frameBytes(size, this.#scenario.seed, index, entry.number);
  }

  #indexOf({ movie }: FrameEntry): number {
    return present(this.#indices.get(movie), "a frame of no movie");
  }
}

type Theatre = ConstructorParameters<typeof Spectator>[0];

/** Has everyone come at their time. */
function invite(scenario: Scenario, accounts: Map<Priority, Account>, theatre: Theatre): Spectator[] {
  const { seed, movies, audiences } = scenario;
  const logs = new Map(
    movies.map((movie) => {
      const numbers = Array.from({ length: movie.frames }, (_, index) => index + 1);
      return [movie, new SimulatedLog(movie.name, numbers, { rate: movie.rate })];
    }),
  );
  const spectators: Spectator[] = [];
  for (const audience of audiences) {
    const account = accounts.get(audience.priority) ?? new Account(audience.priority);
    accounts.set(audience.priority, account);
    const { from, to } = audience.arrive;
    for (let count = 0; count < audience.count; count += 1) {
      const number = spectators.length + 1;
      const movie = audience.movies[chooseOne(audience.movies.length, seed, CHOICES, number)];
      const log = present(movie && logs.get(movie), "a viewer without a movie");
      const spectator = new Spectator(theatre, { number, audience, log, account });
      spectators.push(spectator);
      const comes = MonotonicMs(from + (to - from) * chance(seed, ARRIVALS, number));
      if (comes < scenario.duration) theatre.clock.at(comes, () => spectator.come());
    }
  }
  return spectators;
}
