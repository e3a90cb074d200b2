import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

/** What should happen at once may take this long on a machine that does other things too. */
const PATIENCE_MS = 10_000;

/** How often a condition that nothing tells of is looked at. */
const LOOK_EVERY_MS = 5;

/** The promise's value; fails when it does not settle in time. */
export async function within<T>(promise: Promise<T>, what: string, ms = PATIENCE_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new assert.AssertionError({ message: `${what}: not in ${ms} ms` })), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until the condition holds; fails when it does not in time. */
export async function until(condition: () => boolean | Promise<boolean>, what: string, ms = PATIENCE_MS) {
  const latest = performance.now() + ms;
  while (!(await condition())) {
    assert.ok(performance.now() < latest, `${what}: not in ${ms} ms`);
    await pause(LOOK_EVERY_MS);
  }
}
