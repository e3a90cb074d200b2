import type { Bench, Family, Measurement, Row, Work } from "../family.ts";
import { EqualReaders } from "../priority/equalReaders.ts";
import { LinkRuns } from "../priority/linkRuns.ts";
import { Simulations } from "../priority/simulations.ts";
import { VastFrame } from "../priority/vastFrame.ts";
import { OUR_COMMAND } from "../candidates.ts";

/** What each target is measured by; undefined where this machine cannot. */
const PARTS = {
  link: (bench) => LinkRuns.open(bench),
  equal: (bench) => EqualReaders.open(bench),
  vast: (bench) => VastFrame.open(bench),
  simulated: (bench) => Simulations.open(bench),
} as const satisfies Record<string, (bench: Bench) => Promise<Measurement | undefined>>;

type Target = keyof typeof PARTS;

/** Priority, against what is promised of it. */
export const PRIORITY: Family = {
  targets: Object.keys(PARTS),
  async open(bench, wanted) {
    const parts = new Map<string, Measurement>();
    // Other servers do not have the settings.
    if (bench.plan.ours !== OUR_COMMAND) bench.note(`${wanted.join()} measure our own server: left out`);
    else
      for (const target of wanted) {
        const part = await PARTS[target as Target](bench);
        if (part !== undefined) parts.set(target, part);
      }
    return new Parts(parts);
  },
};

class Parts implements Measurement {
  readonly #parts: ReadonlyMap<string, Measurement>;

  constructor(parts: ReadonlyMap<string, Measurement>) {
    this.#parts = parts;
  }

  works(repetition: number): readonly Work[] {
    return [...this.#parts.values()].flatMap((part) => part.works(repetition));
  }

  rows(): readonly Row[] {
    return [...this.#parts.values()].flatMap((part) => part.rows());
  }

  figures(): unknown {
    return Object.fromEntries([...this.#parts].map(([target, part]) => [target, part.figures()]));
  }
}
