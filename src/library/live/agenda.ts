import { Heap } from "../../base/heap.ts";
import type { MonotonicMs } from "../../base/units.ts";
import type { FolderState } from "./folderState.ts";

/** Which folders are to be read again or looked into, and when. Each stands in it once, whatever is to do. */
export class Agenda {
  readonly #heap = new Heap<"agenda", FolderState>("agenda", (a, b) => dueOf(a) < dueOf(b));

  /** When the first one is due; infinite when there is none. */
  get next(): number {
    const first = this.#heap.peek();
    return first === undefined ? Infinity : dueOf(first);
  }

  /** Reads the folder again at `time`, or before if that was asked for. */
  read(state: FolderState, time: MonotonicMs): void {
    if (state.readAt !== undefined && state.readAt <= time) return;
    state.readAt = time;
    this.#heap.place(state);
  }

  /** Looks at the files that may be being written at `time`, unless that was asked for. */
  look(state: FolderState, time: MonotonicMs): void {
    if (state.looksAt !== undefined) return;
    state.looksAt = time;
    this.#heap.place(state);
  }

  /** What is due of the first folder; undefined when nothing is. */
  take(now: MonotonicMs): { readonly state: FolderState; readonly what: "read" | "look" } | undefined {
    const state = this.#heap.peek();
    if (state === undefined || dueOf(state) > now) return undefined;
    // Looks first: what they find is read with the rest.
    const what = state.looksAt !== undefined && state.looksAt <= now ? "look" : "read";
    if (what === "look") state.looksAt = undefined;
    else state.readAt = undefined;
    this.#replace(state);
    return { state, what };
  }

  remove(state: FolderState): void {
    [state.readAt, state.looksAt] = [undefined, undefined];
    this.#heap.remove(state);
  }

  #replace(state: FolderState): void {
    if (dueOf(state) === Infinity) this.#heap.remove(state);
    else this.#heap.place(state);
  }
}

function dueOf({ readAt, looksAt }: FolderState): number {
  return Math.min(readAt ?? Infinity, looksAt ?? Infinity);
}
