import { join } from "node:path";
import type { Unsubscribe } from "../base/diagnostics.ts";
import type { Rate } from "../base/rate.ts";
import { FrameNumber, FrameRevision } from "../base/units.ts";
import type { FrameEntry, FrameFormat, FrameLog } from "./log.ts";
import type { Sequence } from "./names.ts";

/** Where a sequence lies and what is known of it besides its files. */
export type SequencePlace = {
  readonly name: string;
  readonly rate: Rate;
  readonly format: FrameFormat;
  /** The library's folder, and the one that the files lie in. Both absolute. */
  readonly root: string;
  readonly folder: string;
};

const FIRST_REVISION = FrameRevision(1);

/**
 * The log of a sequence as it was when its folder was read: 8 bytes a frame, each look-up a binary search.
 */
export class SequenceLog implements FrameLog {
  readonly state = "recorded";
  readonly #place: SequencePlace;
  readonly #numbers: Float64Array;
  readonly #fileName: (index: number) => string;

  constructor(place: SequencePlace, { numbers, fileName }: Pick<Sequence, "numbers" | "fileName">) {
    this.#place = place;
    this.#numbers = numbers;
    this.#fileName = fileName;
  }

  get name(): string {
    return this.#place.name;
  }

  get rate(): Rate {
    return this.#place.rate;
  }

  get count(): number {
    return this.#numbers.length;
  }

  get first(): FrameNumber | undefined {
    return this.#numberAt(0);
  }

  get last(): FrameNumber | undefined {
    return this.#numberAt(this.count - 1);
  }

  at(number: FrameNumber): FrameEntry | undefined {
    const entry = this.atOrAfter(number);
    return entry?.number === number ? entry : undefined;
  }

  atOrBefore(number: FrameNumber): FrameEntry | undefined {
    const rank = this.rank(number);
    return this.#numbers[rank] === number ? this.nth(rank) : this.nth(rank - 1);
  }

  atOrAfter(number: FrameNumber): FrameEntry | undefined {
    return this.nth(this.rank(number));
  }

  rank(number: FrameNumber): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#numbers[middle] as number) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  nth(rank: number): FrameEntry | undefined {
    const number = this.#numberAt(rank);
    if (number === undefined) return undefined;
    const { name, format, root, folder } = this.#place;
    const path = join(folder, this.#fileName(rank));
    return { movie: name, number, revision: FIRST_REVISION, format, source: { kind: "file", root, path } };
  }

  /** Nothing changes in a log that is read once. */
  watch(): Unsubscribe {
    return () => undefined;
  }

  #numberAt(rank: number): FrameNumber | undefined {
    const number = this.#numbers[rank];
    return number === undefined ? undefined : FrameNumber(number);
  }
}
