import type { Target } from "./evidence.ts";
import type { LearnedMovie } from "./learn.ts";
import type { Session } from "./session.ts";

/** What a rule is judged with. Sessions that it opens are closed when it is over. */
export type Context = {
  readonly target: Target;
  readonly open: (options?: { readonly reads: boolean }) => Promise<Session>;
  /** The movie as it was received when it was first played. @throws NotJudged when it was not */
  readonly movie: () => LearnedMovie;
  /** What all sessions so far have received that should not have come. */
  readonly strays: readonly string[];
  /** All ERR lines so far. */
  readonly errorLines: readonly string[];
};

/** One statement of the protocol, and how to find out whether it holds. */
export type Rule = {
  /** Of docs/protocols/classic.md. */
  readonly section: string;
  /** A sentence. */
  readonly title: string;
  /** Returns when the rule holds. @throws Broken when it does not, NotJudged when that cannot be told */
  readonly judge: (context: Context) => Promise<void>;
};

export type Topic = { readonly title: string; readonly rules: readonly Rule[] };
