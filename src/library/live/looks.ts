import { statSync } from "node:fs";
import type { Stats } from "node:fs";
import { join } from "node:path";
import { UNFINISHED_FOR } from "../unfinished.ts";
import { hasItsEnd } from "./fileEnd.ts";

/** What is seen of a file without opening it. */
export type Look = {
  /** In bytes. */
  readonly size: number;
  /** When it was last written, in ms since 1970, by the clock of the machine that has the disk. */
  readonly mtimeMs: number;
  /** When its name or its rights last changed, too: nobody can set this one. */
  readonly ctimeMs: number;
};

/** What became of files that were looked at. */
export type Verdicts = {
  /** Still for two looks, or since long before the first, with their format's end. */
  readonly settled: ReadonlyMap<string, Look>;
  /** No longer there, or no longer a file. */
  readonly gone: readonly string[];
  /** There, without a byte, for as long as a program may pause that cuts a file before it writes it anew. */
  readonly emptied: readonly string[];
};

/** Looks at a file; undefined when it is not there, is no regular file, or cannot be looked at. */
export function lookAt(path: string): Look | undefined {
  let found: Stats | undefined;
  try {
    found = statSync(path, { throwIfNoEntry: false });
  } catch {
    // Why is the folder's to tell: it cannot be entered, or it is a link that leads nowhere.
    return undefined;
  }
  if (found?.isFile() !== true) return undefined;
  const { size, mtimeMs, ctimeMs } = found;
  return { size, mtimeMs, ctimeMs };
}

/**
 * A look as one number, which differs for files that differ in any part of it but for one in 2^53: what is
 * kept of each frame of a folder that is polled.
 */
export function identityOf({ size, mtimeMs, ctimeMs }: Look): number {
  let [high, low] = [0x811c9dc5, 0xc2b2ae35];
  for (const part of [size, mtimeMs, ctimeMs]) {
    // Times have fractions of a millisecond.
    const [whole, fraction] = [Math.floor(part), Math.round((part % 1) * 2 ** 24)];
    for (const word of [whole / 2 ** 32, whole, fraction]) {
      high = Math.imul(high ^ word, 0x01000193);
      high ^= high >>> 15;
      low = Math.imul(low ^ word, 0x85ebca6b);
      low ^= low >>> 13;
    }
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}

/**
 * Whether nothing happened to a file between two looks. Numbers of files differ by themselves on some mounts.
 */
export function isSame(a: Look, b: Look): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;
}

/**
 * Whether a file has been still for as long as two looks, told by one. A time in the future says nothing, and
 * neither does the clock of another machine.
 * @param now in ms since 1970; undefined where the disk's clock is not ours
 */
export function isOld({ size, mtimeMs }: Look, now: number | undefined, apart: number): boolean {
  return size > 0 && now !== undefined && mtimeMs <= now - 2 * apart;
}

/** What was seen of a file, and for how many milliseconds it has been the same. */
type Seen = { readonly look: Look; readonly stillFor: number };

/**
 * The files of one folder that may be being written. Each is looked at again and again, until two looks in a
 * row found the same.
 */
export class Looks {
  readonly #folder: string;
  readonly #waiting = new Map<string, Seen | undefined>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  get count(): number {
    return this.#waiting.size;
  }

  has(file: string): boolean {
    return this.#waiting.has(file);
  }

  files(): Iterable<string> {
    return this.#waiting.keys();
  }

  /** Something happened to the file: what was seen of it before no longer counts. */
  note(file: string): void {
    this.#waiting.set(file, undefined);
  }

  /** Looks at all of them once, as long apart from the last time as `apart` says. */
  round(now: number | undefined, apart: number): Verdicts {
    const settled = new Map<string, Look>();
    const gone: string[] = [];
    const emptied: string[] = [];
    for (const [file, before] of this.#waiting) {
      const path = join(this.#folder, file);
      const look = lookAt(path);
      const stillFor =
        look !== undefined && before !== undefined && isSame(before.look, look) ? before.stillFor + apart : 0;
      if (look === undefined) gone.push(file);
      else if ((stillFor === 0 && !isOld(look, now, apart)) || isUnfinished(path, look, stillFor, now)) {
        this.#waiting.set(file, { look, stillFor });
        continue;
      } else if (look.size > 0) settled.set(file, look);
      else emptied.push(file);
      this.#waiting.delete(file);
    }
    return { settled, gone, emptied };
  }
}

/** Whether a file that stands still is being written all the same, as far as its own format can tell. */
function isUnfinished(
  path: string,
  { size, mtimeMs }: Look,
  stillFor: number,
  now: number | undefined,
): boolean {
  if (stillFor >= UNFINISHED_FOR) return false;
  if (now !== undefined && mtimeMs <= now - UNFINISHED_FOR) return false;
  return size === 0 || !hasItsEnd(path);
}
