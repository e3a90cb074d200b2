import type { TestContext } from "node:test";

/** Every how many milliseconds the witness looks. */
const LOOK_MS = 5;

/** Less than this of a time between two looks is what timers and threads do anyway. */
const HAIR_MS = 20;

/** Milliseconds. */
export type Witness = {
  /** How long this thread worked on end at most. */
  readonly longestTurn: () => number;
  /** How long it waited for a processor, all together. */
  readonly stolen: () => number;
};

/**
 * Watches this thread, in which the server runs. Its own work is counted in processor time, which does not
 * grow when the machine has other things to do; what it waited for a processor is stolen time.
 */
export function witness(test: TestContext): Witness {
  let [at, cpu] = [performance.now(), process.threadCpuUsage()];
  let [longest, stolen] = [0, 0];
  const timer = setInterval(() => {
    const [now, used] = [performance.now(), process.threadCpuUsage(cpu)];
    const worked = (used.user + used.system) / 1000;
    const waited = now - at - LOOK_MS - worked;
    longest = Math.max(longest, worked);
    if (waited > HAIR_MS) stolen += waited;
    [at, cpu] = [now, process.threadCpuUsage()];
  }, LOOK_MS);
  test.after(() => clearInterval(timer));
  return { longestTurn: () => longest, stolen: () => stolen };
}
