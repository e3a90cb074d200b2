import type { FrameFile } from "./frameFiles.ts";
import type { LearnedMovie } from "./learn.ts";
import type { Session } from "./session.ts";

/** Whom to judge, and how patiently. */
export type Target = {
  readonly host: string;
  readonly port: number;
  /** As it is named, not percent-encoded. */
  readonly movie: string;
  /** The movie's own files, if they are at hand. */
  readonly files: readonly FrameFile[] | undefined;
  /** Milliseconds without a byte after which nothing is expected to come any more. */
  readonly patience: number;
};

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

/** What was seen where a rule does not hold. */
export type Evidence = { readonly sent: string; readonly expected: string; readonly came: string };

/** The rule does not hold. */
export class Broken extends Error {
  override readonly name = "Broken";
  readonly evidence: Evidence;

  constructor(evidence: Evidence) {
    super(`expected ${evidence.expected}, came ${evidence.came}`);
    this.evidence = evidence;
  }
}

/** The rule cannot be judged here, and why. */
export class NotJudged extends Error {
  override readonly name = "NotJudged";
}
