import type { Stats } from "node:fs";
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { Bytes } from "../base/units.ts";
import { codeOf, costOf, ENTRY_NAME, failureOf, FRAMES_FOLDER, PART_NAME, SHELF_NAME } from "./diskCache.ts";
import type { TidyAnswer, TidyOrder } from "./order.ts";

/**
 * Writing a frame takes seconds at most: a part that is older was left by a server that died. In
 * milliseconds.
 */
const PART_LEFT_AFTER = 10 * 60_000;

type Entry = { readonly path: string; readonly cost: Bytes; readonly used: number };

/**
 * Looks through the folder of converted frames: removes what servers that died have left and, when there is
 * more than the bound, what was used longest ago, down to the goal. Others may do the same at the same time.
 */
export function tidy({ folder, bound, goal, leastCost }: TidyOrder): TidyAnswer {
  try {
    const entries = entriesOf(join(folder, FRAMES_FOLDER), leastCost);
    let bytes = entries.reduce((sum, { cost }) => sum + cost, 0);
    if (bytes <= bound) return { bytes: Bytes(bytes) };
    entries.sort((a, b) => a.used - b.used);
    for (const { path, cost } of entries) {
      if (bytes <= goal) break;
      rmSync(path, { force: true });
      bytes -= cost;
    }
    return { bytes: Bytes(bytes) };
  } catch (error) {
    return { failed: failureOf("tidied", error) };
  }
}

function entriesOf(folder: string, leastCost: Bytes): Entry[] {
  const entries: Entry[] = [];
  for (const shelf of namesIn(folder).filter((name) => SHELF_NAME.test(name)))
    for (const name of namesIn(join(folder, shelf))) {
      const entry = entryAt(join(folder, shelf, name), name, leastCost);
      if (entry !== undefined) entries.push(entry);
    }
  return entries;
}

/** What is neither an entry nor a part of one is left alone. */
function entryAt(path: string, name: string, leastCost: Bytes): Entry | undefined {
  const isPart = PART_NAME.test(name);
  if (!isPart && !ENTRY_NAME.test(name)) return undefined;
  const stats = statsOf(path);
  if (stats === undefined) return undefined;
  if (isPart && Date.now() - stats.mtimeMs > PART_LEFT_AFTER) {
    rmSync(path, { force: true });
    return undefined;
  }
  return { path, cost: costOf(stats.size, leastCost), used: isPart ? Infinity : stats.mtimeMs };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return [];
    throw error;
  }
}

/** Undefined when another server was faster. */
function statsOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
