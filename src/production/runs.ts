import { present } from "../base/assert.ts";
import type { Jobs } from "./jobs.ts";
import type { RunWord } from "./order.ts";
import type { FrameJob, Made, Task } from "./task.ts";

/**
 * Frames that one worker makes in a row. More save little, as the program that decodes them is kept between
 * runs,
 * and would leave less to be chosen.
 */
const LONGEST_RUN = 8;

/**
 * The jobs that one worker is given: the one taken, and with it those of the following frames of the same
 * movie and making that are queued, where a program decodes them. They are shared between the workers that
 * are free.
 *
 * @param free workers that could begin now, the one that this is for included
 */
export function runOf(job: FrameJob, jobs: Jobs<Task, Made>, free: number): FrameJob[] {
  const queued = 1 + jobs.groupSize(job);
  const length = Math.min(LONGEST_RUN, Math.ceil(queued / Math.max(1, free)));
  if (length === 1) return [job];
  const { number } = job.task.entry;
  return [job, ...jobs.takeNear(job, length - 1, ({ entry }) => entry.number - number)];
}

/**
 * Whether a worker goes on with the rest of its run: not when nobody waits for it any more, nor when somebody
 * of a better priority waits for a worker.
 */
export function wordFor(rest: readonly FrameJob[], jobs: Jobs<Task, Made>, free: number): RunWord {
  const waited = rest.filter(({ waiters }) => waiters.size > 0);
  if (waited.length === 0) return "stop";
  const next = free > 0 ? undefined : jobs.nextPriority;
  if (next === undefined) return "on";
  const best = Math.min(
    ...waited.map(({ waiters }) => present(waiters.peek(), "a wait got lost").urgency.priority),
  );
  return next < best ? "stop" : "on";
}
