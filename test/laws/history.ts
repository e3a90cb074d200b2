import type { Plan } from "../../src/playback/plan.ts";

/** What a renderer does to a movie. */
export type Deed =
  | { readonly kind: "write" | "remove"; readonly number: number }
  | { readonly kind: "end" | "leave" };

export type TimedDeed = { readonly at: number; readonly deed: Deed };

/** What is declared of a movie before its frames are there. */
export type Declared = {
  readonly first: number | undefined;
  readonly last: number | undefined;
  readonly step: number;
};

/** A movie from one deed to the next, by the deeds alone. */
export type State = {
  /** Until the next one. */
  readonly since: number;
  /** The revision of each frame there is. */
  readonly frames: ReadonlyMap<number, number>;
  readonly first: number;
  readonly last: number;
  readonly newest: number;
  readonly isLive: boolean;
  readonly step: number;
};

/** Which frame is shown for a number, as what. */
export type Showing = {
  readonly number: number;
  readonly frame: number;
  readonly revision: number;
  readonly policy: "-" | "hold" | "black";
};

/** What comes next for a playback that has shown everything before a number. */
export type Next =
  | { readonly kind: "step"; readonly showing: Showing }
  | { readonly kind: "wait" | "end" | "error" };

/** The states of a movie, in order; a movie that has left stays as it was. */
export function historyOf(declared: Declared, deeds: readonly TimedDeed[]): readonly State[] {
  const revisions = new Map<number, number>();
  const frames = new Map<number, number>();
  let isOver = declared.last === undefined;
  const states: State[] = [stateOf(declared, { since: Number.NEGATIVE_INFINITY, frames, isOver })];
  for (const { at, deed } of deeds) {
    if (deed.kind === "write") {
      revisions.set(deed.number, (revisions.get(deed.number) ?? 0) + 1);
      frames.set(deed.number, revisions.get(deed.number) ?? 0);
    } else if (deed.kind === "remove") frames.delete(deed.number);
    else if (deed.kind === "end") isOver = true;
    states.push(stateOf(declared, { since: at, frames, isOver }));
  }
  return states;
}

function stateOf(
  { first, last, step }: Declared,
  now: { readonly since: number; readonly frames: ReadonlyMap<number, number>; readonly isOver: boolean },
): State {
  const frames = new Map(now.frames);
  const newest = Math.max(...frames.keys());
  return {
    since: now.since,
    frames,
    first: first ?? Math.min(...frames.keys()),
    last: last ?? newest,
    newest,
    isLive: !now.isOver && newest < (last ?? newest),
    step,
  };
}

/** The states that a movie had between two times, both included: at one moment it may have several. */
export function statesBetween(states: readonly State[], from: number, to: number): readonly State[] {
  return states.filter(({ since }, index) => {
    const until = states[index + 1]?.since ?? Number.POSITIVE_INFINITY;
    return since <= to && until >= from;
  });
}

/**
 * The numbers from `at` on that a pass would go over now, upwards or downwards. Those beyond the movie's end
 * where it begins have been removed.
 */
export function numbersFrom(state: State, plan: Plan, at: number): readonly number[] {
  const { first, step } = state;
  if (plan.direction === -1) return numbersDown(state, plan, at);
  const begin = Math.max(at, plan.from ?? at);
  const numbers: number[] = [];
  const onGrid = step === 1 ? begin : first + Math.ceil((begin - first) / step) * step;
  for (let number = onGrid; number <= reachOf(state, plan); number += step) numbers.push(number);
  return numbers;
}

function numbersDown({ first, step }: State, { from, to }: Plan, at: number): readonly number[] {
  const begin = Math.min(at, to ?? at);
  const numbers: number[] = [];
  if (!Number.isFinite(first)) return numbers;
  const onGrid = first + Math.floor((begin - first) / step) * step;
  for (let number = onGrid; number >= Math.max(from ?? first, first); number -= step) numbers.push(number);
  return numbers;
}

function reachOf({ isLive, newest, last }: State, { to }: Plan): number {
  const reach = isLive ? newest : last;
  return Math.min(reach, to ?? reach);
}

/** What is next from the number `at` on, by the documents alone: no cursor, plain lists. */
export function nextFrom(state: State, plan: Plan, at: number): Next {
  const { frames, isLive, last, first, newest, step } = state;
  const isDown = plan.direction === -1;
  for (const number of numbersFrom(state, plan, at)) {
    if (plan.missing === "skip" && !frames.has(number)) continue;
    const showing = show(state, plan, number);
    if (showing !== undefined) return { kind: "step", showing };
    return { kind: plan.missing === "error" && isLive && !isDown ? "wait" : "error" };
  }
  const begin = isDown ? reachOf(state, plan) : first;
  const again = Number.isFinite(begin) ? numbersFrom(state, plan, begin) : [];
  const goesAgain = plan.missing === "skip" ? again.some((one) => frames.has(one)) : again.length > 0;
  if (plan.repeat && goesAgain) return nextFrom(state, { ...plan, repeat: false }, begin);
  // What may come lies above, and nobody goes there.
  if (isDown) return { kind: "end" };
  // Behind the newest frame, and not behind the range.
  const mayCome = numbersFrom({ ...state, isLive: false, last }, plan, Math.max(at, newest + step));
  return { kind: isLive && mayCome.length > 0 ? "wait" : "end" };
}

/** What stands for a number that is not left out. */
export function show({ frames }: State, { missing }: Plan, number: number): Showing | undefined {
  const revision = frames.get(number);
  if (revision !== undefined) return { number, frame: number, revision, policy: "-" };
  if (missing === "error" || missing === "skip") return undefined;
  const before = Math.max(...[...frames.keys()].filter((other) => other < number));
  const after = Math.min(...[...frames.keys()].filter((other) => other > number));
  const frame = Number.isFinite(before) ? before : after;
  if (!Number.isFinite(frame)) return undefined;
  const policy = missing === "hold" && frame === before ? "hold" : "black";
  return { number, frame, revision: frames.get(frame) ?? 0, policy };
}
