/** Work that takes longer than this, in milliseconds, may be stuck: a thread ends in a few. */
const STUCK_AFTER = 300;

const stuck = new Set<Promise<unknown>>();

/**
 * The runtime waits at its end for all threads, also for those that a mount keeps which hangs: the process
 * would never end. If it ends while the work has been under way for long, nobody waits: it goes as if it had
 * been killed, after whoever listens to `exit`.
 *
 * @param work what a thread of this process does, or its end
 */
export function leaveBehind(work: Promise<unknown>): void {
  const timer = setTimeout(() => hold(work), STUCK_AFTER).unref();
  const forget = (): void => {
    clearTimeout(timer);
    if (stuck.delete(work) && stuck.size === 0) process.off("exit", kill);
  };
  work.then(forget, forget);
}

function hold(work: Promise<unknown>): void {
  if (stuck.size === 0) process.on("exit", kill);
  stuck.add(work);
}

function kill(): void {
  process.kill(process.pid, "SIGKILL");
}
