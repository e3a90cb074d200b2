import type { Clock, Timer } from "../../base/clock.ts";
import { events } from "../../base/events.ts";
import { Ms, after } from "../../base/units.ts";
import type { LiveCatalogue } from "./catalogue.ts";
import type { MovieNews } from "./protocol.ts";

/** For how long changes of a movie are counted together before they are told. */
const INTERVAL = Ms(1000);

type Counts = { landed: number; revised: number; removed: number };

/** Tells logs and metrics how many frames of each movie changed: never one by one. */
export class ChangeCounts {
  readonly #clock: Clock;
  readonly #counts = new Map<string, Counts>();
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(news: readonly MovieNews[], catalogue: LiveCatalogue): void {
    if (!events.movieChanged.hasListeners) return;
    for (const each of news) {
      if (each.kind !== "changed") continue;
      const name = catalogue.nameOf(each.id);
      if (name === undefined) continue;
      const counts = this.#counts.get(name) ?? { landed: 0, revised: 0, removed: 0 };
      const { landed, revised, removed } = each.changes;
      counts.landed += landed.length;
      counts.revised += revised.length;
      counts.removed += removed.length;
      this.#counts.set(name, counts);
    }
    if (this.#counts.size > 0)
      this.#timer ??= this.#clock.at(after(this.#clock.now(), INTERVAL), () => this.#flush());
  }

  /** Tells what was counted. */
  stop(): void {
    this.#timer?.cancel();
    this.#flush();
  }

  #flush(): void {
    this.#timer = undefined;
    for (const [movie, counts] of this.#counts) events.movieChanged.publish({ movie, ...counts });
    this.#counts.clear();
  }
}
