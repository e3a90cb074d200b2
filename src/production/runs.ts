import type { Jobs } from "./jobs.ts";
import type { RunWord } from "./order.ts";
import type { FrameJob, Made, Task } from "./task.ts";
import { compareUrgency } from "./urgency.ts";

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
  return [job, ...jobs.takeFollowing(job, length - 1)];
}

/**
 * Whether a worker goes on with the rest of its run: only while the next frame of it is what a free worker
 * would be given. Else the rest is queued again, and whoever is free begins with what is most urgent.
 *
 * @param queued the most urgent job that is queued and that no other worker has begun
 */
export function wordFor([next, ...later]: readonly FrameJob[], queued: FrameJob | undefined): RunWord {
  const urgency = next?.waiters.peek()?.urgency;
  if (urgency === undefined) return "stop";
  const overtakes = (other: FrameJob | undefined): boolean => {
    const theirs = other?.waiters.peek()?.urgency;
    return theirs !== undefined && compareUrgency(theirs, urgency) < 0;
  };
  return overtakes(queued) || later.some(overtakes) ? "stop" : "on";
}
