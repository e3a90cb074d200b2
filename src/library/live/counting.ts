import { join } from "node:path";
import { Fault } from "../../base/errors.ts";
import type { FolderState } from "./folderState.ts";
import type { LeftOut } from "./listing.ts";
import { type Uncounted, isOfOneFile } from "./stacks.ts";

/** What counting pages depends on. */
export type CountingOptions = {
  /** How many pages a TIFF file has. @throws the fault of a file that cannot be read */
  readonly count: (path: string, most: number) => Promise<number>;
  /** All files of a folder that were asked for are counted; `isNew` when one is not as it was known. */
  readonly counted: (state: FolderState, isNew: boolean) => void;
  readonly leftOut: (entry: LeftOut) => void;
  /** Nothing is being counted any more. */
  readonly idle: () => void;
};

type Wish = Uncounted & { readonly state: FolderState };

/**
 * Counts the pages of TIFF files, one file at a time: each takes a few reads, and some threads for these are
 * shared by the whole process.
 */
export class PageCounting {
  readonly #options: CountingOptions;
  readonly #waiting: Wish[] = [];
  #isBusy = false;

  constructor(options: CountingOptions) {
    this.#options = options;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  ask(state: FolderState, uncounted: readonly Uncounted[]): void {
    for (const each of uncounted) {
      if (state.uncounted.has(each.key)) continue;
      state.uncounted.add(each.key);
      this.#waiting.push({ ...each, state });
    }
    if (!this.#isBusy && this.#waiting.length > 0) void this.#countAll();
  }

  async #countAll(): Promise<void> {
    this.#isBusy = true;
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop())
      await this.#count(next);
    this.#isBusy = false;
    this.#options.idle();
  }

  async #count({ state, key, file, most }: Wish): Promise<void> {
    if (state.isClosed) return;
    const pages = await this.#pagesOf(key, join(state.place.path, file), most);
    state.uncounted.delete(key);
    if (state.isClosed) return;
    if (state.pages.get(key)?.pages !== pages) state.hasNewPages = true;
    state.pages.set(key, { file, pages });
    if (state.uncounted.size > 0) return;
    const isNew = state.hasNewPages;
    state.hasNewPages = false;
    this.#options.counted(state, isNew);
  }

  /** A frame that cannot be read is its production's to tell of. */
  async #pagesOf(key: string, path: string, most: number): Promise<number> {
    try {
      return await this.#options.count(path, most);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (isOfOneFile(key)) this.#options.leftOut({ path, code: error.code, detail: error.message });
      return 0;
    }
  }
}
