import type { MonotonicMs } from "../base/units.ts";
import type { FrameEntry } from "../library/log.ts";
import type { DiskModel } from "./scenario.ts";

/** What a disk did last, and until when. */
type Head = { movie: string; number: number; freeAt: number };

/** Disks that read one frame at a time, first come first served. */
export class Disks {
  readonly #model: DiskModel;
  readonly #heads: readonly Head[];
  #busyMs = 0;

  constructor(model: DiskModel) {
    this.#model = model;
    this.#heads = Array.from({ length: model.count }, () => ({ movie: "", number: 0, freeAt: 0 }));
  }

  /** For how long they read or sought, all together. */
  get busyMs(): number {
    return this.#busyMs;
  }

  /** Reads a frame of the movie at this index. @returns milliseconds until it is there */
  read({ movie, number }: FrameEntry, bytes: number, index: number, now: MonotonicMs): number {
    const head = this.#heads[index % this.#heads.length];
    if (head === undefined) return 0;
    const isNext = head.movie === movie && head.number + 1 === number;
    const takes = (isNext ? 0 : this.#model.seek) + bytes / this.#model.rate;
    head.freeAt = Math.max(head.freeAt, now) + takes;
    head.movie = movie;
    head.number = number;
    this.#busyMs += takes;
    return head.freeAt - now;
  }
}
