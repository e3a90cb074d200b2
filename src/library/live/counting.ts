import { join } from "node:path";
import { Fault } from "../../base/errors.ts";
import type { FolderState } from "./folderState.ts";
import type { PageCount, Uncounted } from "./pageWalk.ts";

/** What counting pages depends on. */
export type CountingOptions = {
  /** How many pages a TIFF file has. @throws the fault of a file that cannot be read */
  readonly count: (path: string) => Promise<number>;
  /** All files of a folder that were asked for are counted; `isNew` when one is not as it was known. */
  readonly counted: (state: FolderState, isNew: boolean) => void;
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
      if (state.uncounted.has(each.file)) continue;
      state.uncounted.add(each.file);
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

  async #count({ state, file, size }: Wish): Promise<void> {
    if (state.isClosed) return;
    // Before it is read: who asks from now on may have seen it changed, and has it read again.
    state.uncounted.delete(file);
    const found = await this.#pagesOf(join(state.place.path, file));
    if (state.isClosed) return;
    const known = state.pages.get(file);
    if (known?.pages !== found.pages || known.fault?.code !== found.fault?.code) state.hasNewPages = true;
    state.pages.set(file, { ...found, size });
    if (state.uncounted.size > 0) return;
    const isNew = state.hasNewPages;
    state.hasNewPages = false;
    this.#options.counted(state, isNew);
  }

  async #pagesOf(path: string): Promise<Omit<PageCount, "size">> {
    try {
      return { pages: await this.#options.count(path) };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return { pages: 0, fault: { code: error.code, detail: error.message } };
    }
  }
}
