import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Child } from "../child.ts";
import { programPath } from "../compile.ts";
import type { Bench, Family, Measurement, Row, Work } from "../family.ts";
import { makeFolder } from "../movie.ts";
import { shuffled } from "../statistics.ts";
import { type Tree, plantTrees } from "../tree.ts";
import { type Scan, type Took, scanRows } from "./scanRows.ts";

/** Looking through a library, against `find` on the same folders: trees of 10⁴, 10⁵ and 10⁶ frames. */
export const SCAN: Family = {
  targets: ["scan"],
  async open(bench) {
    bench.plan.progress("making the trees to scan");
    const trees = await plantTrees(bench.plan);
    return new Scanning(bench, trees, join(await makeFolder("scan"), "output"));
  },
};

/** The longest of them takes seconds each time. */
const MOST_REPETITIONS = 5;
const MOST_OF_LARGEST = 3;
const LARGEST_FILES = 1_000_000;

const CLI = join(import.meta.dirname, "..", "..", "src", "cli", "bin.ts");
const SCAN_LIBRARY = join(import.meta.dirname, "..", "scanLibrary.ts");

class Scanning implements Measurement {
  readonly #bench: Bench;
  readonly #trees: readonly Tree[];
  /** A file for what the measured programs print. */
  readonly #output: string;
  readonly #scans: Scan[] = [];

  constructor(bench: Bench, trees: readonly Tree[], output: string) {
    this.#bench = bench;
    this.#trees = trees;
    this.#output = output;
  }

  works(repetition: number): readonly Work[] {
    const most = this.#bench.plan.isQuick ? 1 : MOST_REPETITIONS;
    const trees = this.#trees.filter(
      ({ files }) => repetition <= (files < LARGEST_FILES ? most : MOST_OF_LARGEST),
    );
    // One work: how cost grows is a ratio too, and so of measurements right after each other.
    return trees.length === 0 ? [] : [() => this.#measureAll(trees)];
  }

  rows(): readonly Row[] {
    return scanRows(this.#scans);
  }

  figures(): unknown {
    return this.#scans;
  }

  async #measureAll(trees: readonly Tree[]): Promise<void> {
    const { random } = this.#bench.plan;
    for (const tree of shuffled(trees, random)) {
      const took: Partial<Record<"ls" | "library" | "find", Took>> = {};
      const works = [
        async () => void (took.ls = await this.#list(tree)),
        async () => void (took.library = await this.#scan(tree)),
        async () => void (took.find = await this.#find(tree)),
      ];
      for (const work of shuffled(works, random)) await work();
      const { ls, library, find } = took;
      if (ls === undefined || library === undefined || find === undefined)
        throw new Error(`not everything was measured in ${tree.folder}`);
      this.#scans.push({ files: tree.files, ls, library, find });
    }
  }

  async #list(tree: Tree): Promise<Took> {
    const took = await this.#run([process.execPath, CLI, "ls", "--json", tree.folder]);
    const { movies } = JSON.parse(await readFile(this.#output, "utf8")) as { movies: { frames: number }[] };
    expectAll("ls", tree, {
      movies: movies.length,
      frames: movies.reduce((sum, { frames }) => sum + frames, 0),
    });
    return took;
  }

  /** The time is the library's own, the memory the whole process's. */
  async #scan(tree: Tree): Promise<Took> {
    const took = await this.#run([process.execPath, SCAN_LIBRARY, tree.folder]);
    const found = JSON.parse(await readFile(this.#output, "utf8")) as Found & { seconds: number };
    expectAll("the library", tree, found);
    return { ...took, seconds: found.seconds };
  }

  async #find(tree: Tree): Promise<Took> {
    const took = await this.#run(["find", tree.folder, "-type", "f"]);
    const frames = (await readFile(this.#output, "utf8")).split("\n").length - 1;
    expectAll("find", tree, { movies: tree.movies, frames });
    return took;
  }

  async #run(command: readonly string[]): Promise<Took> {
    const child = new Child(command[0] ?? "", [programPath("timed"), this.#output, ...command]);
    try {
      return JSON.parse(await child.line()) as Took;
    } finally {
      await child.stop();
    }
  }
}

type Found = { readonly movies: number; readonly frames: number };

/** Who is fast and leaves some out is not measured. */
function expectAll(who: string, { files, movies }: Tree, found: Found): void {
  if (found.frames !== files || found.movies !== movies)
    throw new Error(
      `${who} found ${found.frames} frames of ${found.movies} movies, expected ${files} of ${movies}`,
    );
}
