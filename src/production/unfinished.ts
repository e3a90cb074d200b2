import type { Clock, Timer } from "../base/clock.ts";
import { Fault } from "../base/errors.ts";
import type { ErrorCode } from "../base/errors.ts";
import { after, Ms } from "../base/units.ts";
import type { MonotonicMs } from "../base/units.ts";
import { UNFINISHED_FOR } from "../library/unfinished.ts";
import type { Again } from "./file/again.ts";
import type { FrameJob } from "./task.ts";

/**
 * How long a frame of a sample is waited for: others wait for what is measured of it, and there are other
 * frames to measure.
 */
const SAMPLE_PATIENCE = Ms(1000);

/** Why there is no frame, of a file that may be being written: soon there may be one. */
export class UnfinishedFault extends Fault {
  readonly again: Again;

  constructor(code: ErrorCode, message: string, again: Again) {
    super(code, message);
    this.again = again;
  }
}

/**
 * Jobs whose files were found half written: each comes back when it is worth another look. No worker waits
 * meanwhile. A job comes back for ten seconds after it was first found so; then its fault is its answer.
 */
export class UnfinishedJobs {
  readonly #clock: Clock;
  readonly #comesBack: (job: FrameJob) => void;
  readonly #since = new WeakMap<FrameJob, MonotonicMs>();
  readonly #waiting = new Map<FrameJob, Timer>();

  constructor(clock: Clock, comesBack: (job: FrameJob) => void) {
    this.#clock = clock;
    this.#comesBack = comesBack;
  }

  /** Keeps the job until its file is worth another look. @returns whether there is time left for one */
  keep(job: FrameJob, { again }: UnfinishedFault): boolean {
    const now = this.#clock.now();
    const since = this.#since.get(job) ?? now;
    const next = after(now, again.after);
    const patience = job.task.making.kind === "levels" ? SAMPLE_PATIENCE : UNFINISHED_FOR;
    if (next - since > patience) return false;
    this.#since.set(job, since);
    job.task.seen = again.seen;
    this.#waiting.set(
      job,
      this.#clock.at(next, () => this.#release(job)),
    );
    return true;
  }

  /** Lets the job go when nobody waits for it any more. */
  left(job: FrameJob): void {
    if (job.waiters.size === 0) this.#release(job);
  }

  /** All come back now. */
  close(): void {
    for (const job of this.#waiting.keys()) this.#release(job);
  }

  #release(job: FrameJob): void {
    const timer = this.#waiting.get(job);
    if (timer === undefined) return;
    timer.cancel();
    this.#waiting.delete(job);
    this.#comesBack(job);
  }
}
