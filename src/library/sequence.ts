import { join } from "node:path";
import type { MissingPolicy } from "../base/contract.ts";
import { Channel, type Unsubscribe } from "../base/diagnostics.ts";
import { DEFAULT_RATE, type Rate } from "../base/rate.ts";
import { FrameNumber, FrameRevision } from "../base/units.ts";
import { type FileNames, fileNameAt } from "./fileNames.ts";
import { type FrameChanges, FrameTable } from "./frameTable.ts";
import type { FrameEntry, FrameFormat, FrameLog, FrameSource, LogChange } from "./log.ts";
import type { MovieDescription } from "./movieDescription.ts";
import { labelOf } from "./names.ts";

/** Where a sequence lies and what its frames have in common. */
export type SequencePlace = {
  readonly name: string;
  readonly format: FrameFormat;
  /** The library's folder, and the one that the files lie in. Both absolute. */
  readonly root: string;
  readonly folder: string;
  /** Whether the digits of the files' names are too many to be frame numbers. */
  readonly stamped?: boolean | undefined;
  /** When the folder had last changed as it was found, in ms since 1970. */
  readonly changed?: number | undefined;
  /** Whether frames can still come, as far as the library looks: what is declared is waited for. */
  readonly canGrow?: boolean | undefined;
};

/** The frames that a log begins with. */
export type SequenceFrames = {
  /** Ascending, each once. The log takes them over. */
  readonly numbers: Float64Array;
  readonly names: FileNames;
  /** What all these frames have. Default: 1. */
  readonly revision?: number | undefined;
};

const FIRST_REVISION = 1;

/**
 * A frame of a sequence. Its path is put together when it is asked for: a frame that is at hand needs none.
 * It stays what it was, whatever becomes of the log.
 */
class SequenceEntry implements FrameEntry {
  readonly number: FrameNumber;
  readonly revision: FrameRevision;
  readonly #place: SequencePlace;
  readonly #rank: number;
  readonly #names: FileNames;

  constructor(place: SequencePlace, names: FileNames, rank: number, number: number, revision: number) {
    this.#place = place;
    this.#names = names;
    this.#rank = rank;
    this.number = FrameNumber(number);
    this.revision = FrameRevision(revision);
  }

  get movie(): string {
    return this.#place.name;
  }

  get format(): FrameFormat {
    return this.#place.format;
  }

  get label(): string | undefined {
    return this.#place.stamped === true ? labelOf(this.#file) : undefined;
  }

  get source(): FrameSource {
    const { root, folder } = this.#place;
    const source = { kind: "file", root, path: join(folder, this.#file) } as const;
    // The frames of one file are its pages, from 1.
    return this.#names.kind === "pages" ? { ...source, page: this.number - 1 } : source;
  }

  get #file(): string {
    return fileNameAt(this.#names, this.#rank, this.number);
  }
}

/** The log of a sequence, as it is known to lie on disk: 8 bytes a frame, each look-up a binary search. */
export class SequenceLog implements FrameLog {
  readonly #place: SequencePlace;
  readonly #table: FrameTable;
  readonly #changes = new Channel<LogChange>();
  #names: FileNames;
  #description: MovieDescription;

  constructor(
    place: SequencePlace,
    { numbers, names, revision = FIRST_REVISION }: SequenceFrames,
    description: MovieDescription = {},
  ) {
    this.#place = place;
    this.#table = new FrameTable(numbers, revision);
    this.#names = names;
    this.#description = description;
  }

  get name(): string {
    return this.#place.name;
  }

  get title(): string | undefined {
    return this.#description.title;
  }

  get rate(): Rate {
    return this.#description.rate ?? DEFAULT_RATE;
  }

  get missing(): MissingPolicy | undefined {
    return this.#description.missing;
  }

  get step(): number {
    return this.#description.step ?? 1;
  }

  get changed(): number | undefined {
    return this.#place.changed;
  }

  get state(): "recorded" | "live" {
    const { last } = this.#description;
    if (last === undefined || this.#place.canGrow !== true) return "recorded";
    return (this.newest ?? -Infinity) < last ? "live" : "recorded";
  }

  get count(): number {
    return this.#table.count;
  }

  get first(): FrameNumber | undefined {
    return this.#description.first ?? this.#numberAt(0);
  }

  get last(): FrameNumber | undefined {
    return this.#description.last ?? this.newest;
  }

  get newest(): FrameNumber | undefined {
    const { last } = this.#description;
    // What lies behind the declared last is no frame of the movie: it must not end a wait for those that are.
    const behind = last === undefined ? this.count : this.rank(FrameNumber(last + 1));
    return this.#numberAt(behind - 1);
  }

  /** The highest revision that a frame has or has had. */
  get highestRevision(): number {
    return this.#table.highestRevision;
  }

  /** Whether somebody watches. */
  get isWatched(): boolean {
    return this.#changes.hasListeners;
  }

  at(number: FrameNumber): FrameEntry | undefined {
    const rank = this.rank(number);
    return this.#table.at(rank) === number ? this.nth(rank) : undefined;
  }

  atOrBefore(number: FrameNumber): FrameEntry | undefined {
    const rank = this.rank(number);
    return this.#table.at(rank) === number ? this.nth(rank) : this.nth(rank - 1);
  }

  atOrAfter(number: FrameNumber): FrameEntry | undefined {
    return this.nth(this.rank(number));
  }

  rank(number: FrameNumber): number {
    return this.#table.rank(number);
  }

  nth(rank: number): FrameEntry | undefined {
    const number = this.#table.at(rank);
    if (number === undefined) return undefined;
    return new SequenceEntry(this.#place, this.#names, rank, number, this.#table.revisionAt(rank));
  }

  watch(listener: (change: LogChange) => void): Unsubscribe {
    return this.#changes.subscribe(listener);
  }

  /** Brings the frames up to date. Whoever watches is told by `tell`, which is the caller's to do. */
  applyChange(changes: FrameChanges, names?: FileNames): void {
    this.#table.change(changes);
    if (names !== undefined) this.#names = names;
  }

  /** What is said of the movie is another thing now. */
  describe(description: MovieDescription): void {
    this.#description = description;
  }

  /** Tells those who watch. */
  tell(change: LogChange): void {
    this.#changes.publish(change);
  }

  /** A log of the same frames under another name. Theirs is a revision that no frame of that name had. */
  renamed(name: string, revision: number): SequenceLog {
    const frames = { numbers: this.#table.numbers.slice(), names: this.#names, revision };
    return new SequenceLog({ ...this.#place, name }, frames, this.#description);
  }

  #numberAt(rank: number): FrameNumber | undefined {
    const number = this.#table.at(rank);
    return number === undefined ? undefined : FrameNumber(number);
  }
}
