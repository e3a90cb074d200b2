import type { MissingPolicy } from "../../src/base/contract.ts";
import type { Plan } from "../../src/playback/plan.ts";
import type { Movie } from "./scenario.ts";

/** One tick of a playback, by the documents alone. */
export type Tick = {
  readonly number: number;
  /** Whether there is a frame of this number, readable or not. */
  readonly exists: boolean;
  /** Which frame is shown, as what; undefined where nothing is, `error` where the playback ends. */
  readonly shown: { readonly frame: number; readonly policy: "-" | "hold" | "black" } | "error" | undefined;
};

/** How many frames on each side are looked at for a substitute. */
const TRIES = 8;

/** One pass over the range, from the end where it begins, by the documents alone: no cursor, plain lists. */
export function pass(movie: Movie, plan: Plan): readonly Tick[] {
  const first = Math.min(...movie.numbers);
  const last = Math.max(...movie.numbers);
  const begin = Math.max(plan.from ?? first, first);
  const end = Math.min(plan.to ?? last, last);
  const upwards = Array.from({ length: end - begin + 1 }, (_, index) => begin + index);
  const numbers = plan.direction === -1 ? upwards.toReversed() : upwards;
  return numbers.map((number) => tickOf(movie, plan.missing, number)).filter((tick) => tick !== undefined);
}

function tickOf(movie: Movie, policy: MissingPolicy, number: number): Tick | undefined {
  const exists = movie.numbers.includes(number);
  if (isReadable(movie, number)) return { number, exists, shown: { frame: number, policy: "-" } };
  if (policy === "error") return { number, exists, shown: "error" };
  if (policy === "skip") return exists ? { number, exists, shown: undefined } : undefined;
  return { number, exists, shown: standIn(movie, policy, number) };
}

function standIn(movie: Movie, policy: "hold" | "black", number: number): Tick["shown"] {
  const before = movie.numbers.filter((other) => other < number).sort((a, b) => b - a);
  const after = movie.numbers.filter((other) => other > number).sort((a, b) => a - b);
  if (policy === "hold") {
    const held = before.slice(0, TRIES).find((other) => isReadable(movie, other));
    if (held !== undefined) return { frame: held, policy: "hold" };
  }
  const model = [...before.slice(0, TRIES), ...after.slice(0, TRIES)].find((other) =>
    isReadable(movie, other),
  );
  return model === undefined ? "error" : { frame: model, policy: "black" };
}

function isReadable(movie: Movie, number: number): boolean {
  return movie.numbers.includes(number) && !movie.unreadable.includes(number);
}

/** The ticks of a playback from its start: `count` of them, or all there are. */
export function timeline(movie: Movie, plan: Plan, count: number): readonly Tick[] {
  const whole = pass(movie, plan);
  const { start, direction } = plan;
  const ticks = whole.filter(({ number }) => (direction === -1 ? number <= start : number >= start));
  while (plan.repeat && whole.length > 0 && ticks.length < count) ticks.push(...whole);
  return ticks.slice(0, count);
}
