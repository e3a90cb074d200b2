import { join } from "node:path";
import { Child } from "../child.ts";
import { compile } from "../compile.ts";
import type { Bench, Family, Measurement, Row, Work } from "../family.ts";
import { shuffled } from "../statistics.ts";
import { type PictureSet, makePictures } from "./frames.ts";
import { type Encoded, type EncodedPair, encodingRows, type From, requireSame } from "./rows.ts";

/** T9: JPEG renditions, against libjpeg-turbo called from C, in processor time for each. */
export const RENDITIONS: Family = {
  targets: ["t9"],
  async open(bench) {
    const turbo = await compileTurbo(bench);
    if (turbo === undefined) return new Encoding(bench, [], "");
    bench.plan.progress("making the pictures to encode");
    return new Encoding(bench, await makePictures(), turbo);
  },
};

const OURS = [process.execPath, join(import.meta.dirname, "ours.ts")];

/** What most servers take for granted, and the default of ours. */
const QUALITY = "80";

/** Compiled code needs no warming, but its memory does. */
const TURBO_WARM_MS = 200;

const TURBO_MISSING =
  "T9 was left out: its peer needs libjpeg-turbo (Debian: apt-get install libturbojpeg0-dev)";

/** Where the peer lies; undefined when there is nothing to compile it with. */
async function compileTurbo(bench: Bench): Promise<string | undefined> {
  try {
    return await compile("turbo", ["renditions/turbo.c"], ["-lturbojpeg"]);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    if (!/turbojpeg/.test(words)) throw error;
    bench.note(TURBO_MISSING);
    return undefined;
  }
}

class Encoding implements Measurement {
  readonly #bench: Bench;
  readonly #sets: readonly PictureSet[];
  readonly #turbo: string;
  readonly #pairs: EncodedPair[] = [];

  constructor(bench: Bench, sets: readonly PictureSet[], turbo: string) {
    this.#bench = bench;
    this.#sets = sets;
    this.#turbo = turbo;
  }

  works(): readonly Work[] {
    const kinds = ["memory", "file"] as const satisfies readonly From[];
    return this.#sets.flatMap((set) => kinds.map((from) => () => this.#compare(set, from)));
  }

  rows(): readonly Row[] {
    return encodingRows(this.#pairs);
  }

  figures(): unknown {
    return this.#pairs;
  }

  async #compare(set: PictureSet, from: From): Promise<void> {
    const { random, warmMs } = this.#bench.plan;
    const made: { ours?: Encoded; turbo?: Encoded } = {};
    const works = [
      async () => void (made.ours = await this.#encode(OURS, set, warmMs, from)),
      async () => void (made.turbo = await this.#encode([this.#turbo], set, TURBO_WARM_MS, from)),
    ];
    for (const work of shuffled(works, random)) await work();
    const { ours, turbo } = made;
    if (ours === undefined || turbo === undefined)
      throw new Error(`not everything was measured: ${set.size}`);
    const pair = { size: set.size, from, ours, turbo };
    requireSame(pair);
    this.#pairs.push(pair);
  }

  async #encode(program: readonly string[], set: PictureSet, warmMs: number, from: From): Promise<Encoded> {
    const words = [set.folder, set.frames, QUALITY, warmMs, this.#bench.plan.measureMs, from];
    const child = new Child("encoder", [...program, ...words.map(String)]);
    try {
      return JSON.parse(await child.line()) as Encoded;
    } finally {
      await child.stop();
    }
  }
}
