import type { Bench, Family, Measurement, Plan, Row } from "./family.ts";
import { type BenchMovie, type FrameSize, makeMovie } from "./movie.ts";
import { shuffled } from "./statistics.ts";

/** What came of a run. */
export type Results = {
  readonly rows: readonly Row[];
  /** Every figure of every repetition, by the first target of each family. */
  readonly figures: Readonly<Record<string, unknown>>;
  readonly notes: readonly string[];
};

/** Measures all that the plan's targets need. Rejects when the measurement itself fails. */
export async function runSession(plan: Plan, families: readonly Family[]): Promise<Results> {
  const notes: string[] = [];
  const bench: Bench = { plan, movie: movieStore(), note: (text) => void notes.push(text) };
  const opened: { readonly name: string; readonly measurement: Measurement }[] = [];
  for (const family of families) {
    const wanted = family.targets.filter((target) => plan.targets.includes(target));
    const [name] = wanted;
    if (name !== undefined) opened.push({ name, measurement: await family.open(bench, wanted) });
  }
  for (let repetition = 1; repetition <= plan.repetitions; repetition += 1) {
    plan.progress(`repetition ${repetition} of ${plan.repetitions}`);
    const works = opened.flatMap(({ measurement }) => measurement.works(repetition));
    for (const work of shuffled(works, plan.random)) await work();
  }
  return {
    rows: opened.flatMap(({ measurement }) => measurement.rows()),
    figures: Object.fromEntries(opened.map(({ name, measurement }) => [name, measurement.figures()])),
    notes,
  };
}

/** Makes each movie once. */
function movieStore(): Bench["movie"] {
  const movies = new Map<FrameSize, Promise<BenchMovie>>();
  return (size) => {
    const movie = movies.get(size) ?? makeMovie(size);
    movies.set(size, movie);
    return movie;
  };
}
