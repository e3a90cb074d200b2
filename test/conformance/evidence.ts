import type { FrameFile } from "./frameFiles.ts";

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
