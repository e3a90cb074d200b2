import { dirname } from "node:path";
import type { Fault } from "../base/errors.ts";
import { PROGRAM_FORMATS } from "../library/log.ts";
import type { FrameEntry, FrameFormat } from "../library/log.ts";
import { productKey } from "./cache.ts";
import type { Job, Waiter, Wanted } from "./jobs.ts";
import { makingKey } from "./making.ts";
import type { Making } from "./making.ts";
import type { Inspected } from "./order.ts";
import type { MeasuredLevels } from "./render/measure.ts";
import type { FrameProduct } from "./substitute.ts";

/** What is made, once for all who want it. */
export type Task = {
  readonly entry: FrameEntry;
  readonly making: Making;
  /** What it is made under, from when that is known on: its movie may have other levels later. */
  levels: MeasuredLevels | undefined;
  /** The state that its file was in when it was found half written. */
  seen: string | undefined;
};

export type Made =
  | { readonly product: FrameProduct }
  | { readonly measured: MeasuredLevels }
  | { readonly inspected: Inspected }
  | { readonly error: Fault };

export type FrameJob = Job<Task, Made>;
export type FrameWaiter = Waiter<Task, Made>;

const BY_PROGRAM: ReadonlySet<FrameFormat> = new Set(PROGRAM_FORMATS);

/**
 * @param what is made, in the word that the cache knows it by
 * @param levels that it is to be made under, if that is known
 */
export function wantedOf(
  entry: FrameEntry,
  making: Making,
  what: string,
  levels?: MeasuredLevels,
): Wanted<Task> {
  const { source, format, movie, number } = entry;
  return {
    key: productKey(entry, what),
    folder: dirname(source.path),
    // A program that decodes pictures of one movie need not be started anew for the next of them.
    group: BY_PROGRAM.has(format) ? { name: `${makingKey(making)}/${movie}`, number } : undefined,
    task: { entry, making, levels, seen: undefined },
  };
}

export function nameOf({ movie, number }: FrameEntry): string {
  return `frame ${number} of ${movie}`;
}
