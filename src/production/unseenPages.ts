import { LRUCache } from "lru-cache";
import { events } from "../base/events.ts";
import type { FrameEntry } from "../library/log.ts";

/** Files of which it is remembered that they were told of, those read last. */
const FILES_TOLD = 1024;

/**
 * Tells of files of several pages that the library took for one picture: nothing else says that there is
 * more in them than is shown. Each state of a file is told of once.
 */
export class UnseenPages {
  readonly #told = new LRUCache<string, true>({ max: FILES_TOLD });

  tell({ source: { path }, revision }: FrameEntry): void {
    const key = `${revision} ${path}`;
    if (this.#told.get(key) === true) return;
    this.#told.set(key, true);
    const detail = "found several pages in a file of a sequence, which shows the first of them";
    events.entryLeftOut.publish({ path, code: "PAGES_UNSEEN", detail });
  }
}
