import type { Before } from "./before.ts";
import type { BenchMovie, FrameSize } from "./movie.ts";
import { type Interval, median } from "./statistics.ts";

/** What one run of the bench is to do, and what it was told. */
export type Plan = {
  /** Of the names in the table of targets. */
  readonly targets: readonly string[];
  readonly repetitions: number;
  /** A look and no figure: what is slow to prepare may be left out. */
  readonly isQuick: boolean;
  readonly warmMs: number;
  readonly measureMs: number;
  readonly seeks: number;
  readonly seed: number;
  readonly random: () => number;
  readonly progress: (text: string) => void;
  /** What our server is started with; `{folder}` and `{port}` are replaced. */
  readonly ours: readonly string[];
  /** What our server is compared with besides, where clients only read. */
  readonly before?: Before;
  /** Where the picture of bytes by priority goes. */
  readonly figure?: string;
};

/** What all families share. */
export type Bench = {
  readonly plan: Plan;
  /** The movie with frames of this size, made when it is first asked for. */
  movie(size: FrameSize): Promise<BenchMovie>;
  /** Says something below the table: a comparison that could not be made, and what to install. */
  note(text: string): void;
};

/** Some targets that are measured together. Its row in the table of targets is all that the runner knows. */
export type Family = {
  /** The targets, as `--only` takes them and as they stand in the table. */
  readonly targets: readonly string[];
  /** Prepares what the wanted ones need. Called once, and only when at least one is wanted. */
  open(bench: Bench, wanted: readonly string[]): Promise<Measurement>;
};

/** Something that is measured without a pause; what is compared with each other belongs into one. */
export type Work = () => Promise<void>;

/** A family at work: asked for each repetition, then for what came of it. */
export interface Measurement {
  /**
   * The works of one repetition, counted from 1. Each has the machine for itself, and their order is random.
   * None when the family has had enough repetitions.
   */
  works(repetition: number): readonly Work[];
  /** The rows of the table, from all repetitions. */
  rows(): readonly Row[];
  /** Every figure of every repetition, for `--json`. */
  figures(): unknown;
}

/** What a median has to be. */
export type Goal = { readonly atLeast: number } | { readonly atMost: number };

/**
 * One comparison: figures by repetition, and the value by repetition that the goal, if there is one, is
 * about.
 */
export type Row = {
  readonly target: string;
  readonly what: string;
  /** What stands behind our figure. */
  readonly unit: string;
  readonly ours: readonly number[];
  readonly peer?: { readonly name: string; readonly figures: readonly number[] };
  /** What `judged` has: ours by the peer's of the same repetition, or ours alone. */
  readonly about: "ratio" | "ours";
  /** NaN where the peer has 0. */
  readonly judged: readonly number[];
  /** Where the median of `judged` lies with 95 % of confidence; shown in the place of the spread. */
  readonly interval?: Interval;
  /** Processor seconds of the server per GB. */
  readonly cpu?: { readonly ours: readonly number[]; readonly peer: readonly number[] };
  readonly goal?: Goal;
};

/** Whether the median keeps the goal; undefined where there is none. */
export function passes({ goal, judged }: Row): boolean | undefined {
  if (goal === undefined) return undefined;
  return "atLeast" in goal ? median(judged) >= goal.atLeast : median(judged) <= goal.atMost;
}
