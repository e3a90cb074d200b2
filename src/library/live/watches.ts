import { systemCode } from "../place.ts";
import type { FolderState } from "./folderState.ts";
import type { Outbox } from "./outbox.ts";
import type { Watching } from "./protocol.ts";
import type { WatchFolder } from "./watcher.ts";

/** What watching folders depends on. */
export type WatchOptions = {
  readonly watching: Watching;
  readonly watchFolder: WatchFolder;
  readonly outbox: Outbox;
  /** Something happened in a folder that is watched. */
  readonly happened: (state: FolderState, name: string | undefined, kind: "rename" | "change") => void;
};

/**
 * Errors of a folder that is not there, or not for us; after any other its movies stay until it answers
 * again.
 */
export const NOT_OURS: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "EACCES", "EPERM", "ELOOP"]);

/** Which folders the system watches for us, and which are polled because it cannot. */
export class Watches {
  readonly polled = new Set<FolderState>();
  readonly #options: WatchOptions;
  #count = 0;
  /** The system has no more watches: what is left is polled. */
  #isExhausted = false;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** How many folders the system watches. */
  get count(): number {
    return this.#count;
  }

  /** Begins to watch a folder, or to poll it, unless that has begun. */
  begin(state: FolderState): void {
    if (state.watcher !== undefined || state.isPolled) return;
    const { watching, watchFolder, happened } = this.#options;
    const isTold = watching === "auto" && state.branch.polled === undefined && !this.#isExhausted;
    if (!isTold) return this.#poll(state);
    const tell = (name: string | undefined, kind: "rename" | "change"): void => happened(state, name, kind);
    try {
      state.watcher = watchFolder(state.place.path, tell, (error) => this.#failed(state, error));
      this.#count++;
    } catch (error) {
      this.#failed(state, error);
    }
  }

  /** May be called for a folder that is not watched. */
  end(state: FolderState): void {
    this.polled.delete(state);
    state.isPolled = false;
    if (state.watcher === undefined) return;
    state.watcher.close();
    state.watcher = undefined;
    this.#count--;
  }

  #poll(state: FolderState): void {
    state.isPolled = true;
    this.polled.add(state);
  }

  #failed(state: FolderState, error: unknown): void {
    const code = systemCode(error);
    this.end(state);
    // A folder that went in between is no lack of watches.
    if (NOT_OURS.has(code)) return;
    this.#poll(state);
    if (this.#isExhausted) return;
    this.#isExhausted = true;
    const detail = `the system cannot tell of changes: ${code}`;
    this.#options.outbox.unwatched({ path: state.place.path, code: "LIBRARY_UNWATCHED", detail });
  }
}
