import { distinctNames } from "../names.ts";

/** What a movie's name follows from: where in the library it lies, and what its files are called. */
export type Named = {
  /** Which target of the library. */
  readonly target: number;
  /** The folder's name inside the library; empty for the library itself. */
  readonly inside: string;
  /** What it is called when nothing else is. */
  readonly wanted: string;
  readonly extension: string;
  readonly stamped: boolean;
  /** Which file it is where it is one; empty for a sequence of files. */
  readonly file: string;
};

/**
 * The names under which the movies of a library are known: a function of what is there, in whatever order it
 * was found. A name is made of the one that is wanted, followed by nothing or by `~` and more; so only movies
 * whose wanted names agree up to the first `~` can be in each other's way, and only these are looked at.
 */
export class Naming<T extends Named> {
  readonly #groups = new Map<string, Set<T>>();
  readonly #unsettled = new Set<string>();

  add(item: T): void {
    const stem = stemOf(item);
    const group = this.#groups.get(stem);
    if (group === undefined) this.#groups.set(stem, new Set([item]));
    else group.add(item);
    this.#unsettled.add(stem);
  }

  remove(item: T): void {
    const stem = stemOf(item);
    const group = this.#groups.get(stem);
    group?.delete(item);
    if (group?.size === 0) this.#groups.delete(stem);
    this.#unsettled.add(stem);
  }

  /** The names of all whose name may have changed since this was last asked. */
  settle(): { readonly item: T; readonly name: string }[] {
    const settled = [...this.#unsettled].flatMap((stem) => {
      const items = [...(this.#groups.get(stem) ?? [])].sort(compare);
      const names = distinctNames(items.map(({ wanted, extension }) => ({ name: wanted, extension })));
      return items.map((item, index) => ({ item, name: names[index] ?? item.wanted }));
    });
    this.#unsettled.clear();
    return settled;
  }
}

function stemOf({ wanted }: Named): string {
  const end = wanted.indexOf("~");
  return end < 0 ? wanted : wanted.slice(0, end);
}

/** In the order of the tree: what lies in a folder comes before what lies in those below it. */
function compare(a: Named, b: Named): number {
  return (
    a.target - b.target ||
    compareFolders(a.inside, b.inside) ||
    compareTexts(a.wanted, b.wanted) ||
    compareTexts(a.extension, b.extension) ||
    Number(a.stamped) - Number(b.stamped) ||
    compareTexts(a.file, b.file)
  );
}

function compareFolders(a: string, b: string): number {
  const [left, right] = [a, b].map((path) => (path === "" ? [] : path.split("/"))) as [string[], string[]];
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (part !== other) return compareTexts(part, other);
  }
  return left.length - right.length;
}

/** By code units: the same order whatever the system's language. */
function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
