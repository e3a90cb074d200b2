import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** How often memory is looked at until it is still, and for how long at most. */
const LOOK_MS = 200;
const LONGEST_MS = 3000;

/** What still is: a garbage collector gives and takes a little for ever. */
const STILL_BYTES = 256 * 1024;

/**
 * The proportional share (PSS) of memory that a process has, in bytes, once three looks in a row find about
 * the same, or the patience is over. Unlike RSS it counts pages that several processes share only once.
 */
export async function settledMemory(pid: number): Promise<number> {
  const deadline = performance.now() + LONGEST_MS;
  const looks = [await proportionalMemory(pid)];
  for (;;) {
    await sleep(LOOK_MS);
    looks.push(await proportionalMemory(pid));
    const last = looks.slice(-3);
    const isStill = last.length === 3 && Math.max(...last) - Math.min(...last) < STILL_BYTES;
    if (isStill || performance.now() > deadline) return last.at(-1) ?? Number.NaN;
  }
}

async function proportionalMemory(pid: number): Promise<number> {
  return memoryField(await readFile(`/proc/${pid}/smaps_rollup`, "utf8"), "Pss");
}

/** A field of what Linux says of a process's memory, in bytes. */
export function memoryField(text: string, field: string): number {
  const [, kibibytes] = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(text) ?? [];
  if (kibibytes === undefined) throw new Error(`found no field ${field} in what the system says of memory`);
  return Number(kibibytes) * 1024;
}
