import { type LearnedMovie, learn } from "./learn.ts";
import { Broken, type Evidence, NotJudged, type Target } from "./evidence.ts";
import { type Context, type Rule, type Topic } from "./rule.ts";
import { Session } from "./session.ts";

export type Verdict =
  | { readonly verdict: "holds" }
  | ({ readonly verdict: "broken" } & Evidence)
  | { readonly verdict: "not judged"; readonly reason: string };

export type Result = Pick<Rule, "section" | "title"> & { readonly topic: string } & Verdict;

/** Beyond this a rule is over, whatever it waits for. */
const PATIENCES_PER_RULE = 60;

/** What the rules share, and what all sessions have seen. */
class Run {
  readonly #target: Target;
  #movie: LearnedMovie | undefined;
  readonly #strays: string[] = [];
  readonly #errorLines: string[] = [];

  constructor(target: Target) {
    this.#target = target;
  }

  /** Everything else depends on this one: without it hardly anything can be judged. */
  readonly learning: Rule = {
    section: "1.1",
    title: "A movie that is asked for is sent, and ends",
    judge: async ({ open }) => {
      this.#movie = await learn(this.#target, open);
    },
  };

  async judge(rule: Rule): Promise<Verdict> {
    const opened: Session[] = [];
    const context: Context = {
      target: this.#target,
      open: (options) => this.#open(opened, options),
      movie: () => this.#learned(),
      strays: this.#strays,
      errorLines: this.#errorLines,
    };
    try {
      await inTime(rule.judge(context), PATIENCES_PER_RULE * this.#target.patience);
      return { verdict: "holds" };
    } catch (error) {
      if (error instanceof NotJudged) return { verdict: "not judged", reason: error.message };
      if (error instanceof Broken) return { verdict: "broken", ...error.evidence };
      throw error;
    } finally {
      for (const session of opened) session.close();
    }
  }

  async #open(opened: Session[], options?: { readonly reads: boolean }): Promise<Session> {
    const observer = {
      stray: (found: string) => void this.#strays.push(found),
      errorLine: (line: string) => void this.#errorLines.push(line),
    };
    const session = await Session.open(this.#target, observer, options);
    opened.push(session);
    return session;
  }

  #learned(): LearnedMovie {
    if (this.#movie !== undefined) return this.#movie;
    throw new NotJudged(`needs the movie ${this.#target.movie}, which did not come`);
  }
}

async function inTime(judging: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    const evidence = { sent: "", expected: `an end within ${ms / 1000} s`, came: "no end" };
    timer = setTimeout(() => reject(new Broken(evidence)), ms);
  });
  try {
    await Promise.race([judging, over]);
  } finally {
    clearTimeout(timer);
    // What is left of a rule that was given up fails when its connections are closed, and nobody listens.
    judging.catch(() => undefined);
  }
}

/** Judges every rule, one after another, and tells of each as soon as it is judged. */
export async function run(
  target: Target,
  topics: readonly Topic[],
  judged: (result: Result) => void = () => undefined,
): Promise<Result[]> {
  const running = new Run(target);
  const first: Topic = { title: "A first look", rules: [running.learning] };
  const results: Result[] = [];
  for (const { title: topic, rules } of [first, ...topics]) {
    for (const rule of rules) {
      const { section, title } = rule;
      const result = { topic, section, title, ...(await running.judge(rule)) };
      results.push(result);
      judged(result);
    }
  }
  return results;
}
