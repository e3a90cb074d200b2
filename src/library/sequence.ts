import { join } from "node:path";
import type { Unsubscribe } from "../base/diagnostics.ts";
import type { Rate } from "../base/rate.ts";
import { FrameNumber, FrameRevision } from "../base/units.ts";
import type { FrameEntry, FrameFormat, FrameLog, FrameSource } from "./log.ts";
import type { FileNamer } from "./fileNaming.ts";
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
 * A frame of a sequence. Its path is put together when it is asked for: a frame that is at hand needs none.
 */
class SequenceEntry implements FrameEntry {
  readonly number: FrameNumber;
  readonly revision = FIRST_REVISION;
  readonly #place: SequencePlace;
  readonly #rank: number;
  readonly #fileName: FileNamer;

  constructor(place: SequencePlace, number: FrameNumber, rank: number, fileName: FileNamer) {
    this.#place = place;
    this.number = number;
    this.#rank = rank;
    this.#fileName = fileName;
  }

  get movie(): string {
    return this.#place.name;
  }

  get format(): FrameFormat {
    return this.#place.format;
  }

  get source(): FrameSource {
    const { root, folder } = this.#place;
    return { kind: "file", root, path: join(folder, this.#fileName(this.#rank)) };
  }
}

/**
 * The log of a sequence as it was when its folder was read: 8 bytes a frame, each look-up a binary search.
 */
export class SequenceLog implements FrameLog {
  readonly state = "recorded";
  readonly #place: SequencePlace;
  readonly #numbers: Float64Array;
  readonly #fileName: FileNamer;

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

  readonly title = undefined;
  readonly missing = undefined;
  readonly step = 1;

  get newest(): FrameNumber | undefined {
    return this.last;
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
    const rank = this.rank(number);
    return this.#numbers[rank] === number ? this.nth(rank) : undefined;
  }

  atOrBefore(number: FrameNumber): FrameEntry | undefined {
    const rank = this.rank(number);
    return this.#numbers[rank] === number ? this.nth(rank) : this.nth(rank - 1);
  }

  atOrAfter(number: FrameNumber): FrameEntry | undefined {
    return this.nth(this.rank(number));
  }

  rank(number: FrameNumber): number {
    // Where there is no hole before it, a frame's place follows from its number.
    const guess = number - (this.#numbers[0] ?? 0);
    if (this.#numbers[guess] === number) return guess;
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
    return number === undefined ? undefined : new SequenceEntry(this.#place, number, rank, this.#fileName);
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
