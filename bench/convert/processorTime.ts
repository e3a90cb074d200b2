import { readFile, readdir } from "node:fs/promises";

/** The system counts in hundredths of a second, on all processors that Linux knows. */
const TICKS = 100;

/**
 * Seconds of the processor that a process has used, with the programs that it has started and that run still,
 * and those that have ended.
 */
export async function processorSeconds(pid: number): Promise<number> {
  const processes = await Promise.all(
    (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(timesOf),
  );
  const counted = processes.filter((times) => times?.pid === pid || times?.parent === pid);
  return counted.reduce((sum, times) => sum + (times?.ticks ?? 0), 0) / TICKS;
}

type Times = { readonly pid: number; readonly parent: number; readonly ticks: number };

/** Undefined when it has ended meanwhile. */
async function timesOf(name: string): Promise<Times | undefined> {
  const text = await readFile(`/proc/${name}/stat`, "utf8").catch(() => undefined);
  return text === undefined ? undefined : readTimes(text);
}

/** `pid (name, which may hold anything) state ppid …`; user and system time are fields 14 to 17, from 1. */
export function readTimes(text: string): Times {
  const end = text.lastIndexOf(")");
  const fields = text
    .slice(end + 2)
    .split(" ")
    .map(Number);
  const ticks = fields.slice(11, 15).reduce((sum, value) => sum + value, 0);
  return { pid: Number.parseInt(text, 10), parent: fields[1] ?? Number.NaN, ticks };
}
