import { present } from "../../src/base/assert.ts";
import { Candidates } from "../candidates.ts";
import type { Bench, Family, Measurement, Row, Work } from "../family.ts";
import { expectDelivery, read } from "../load.ts";
import type { Received } from "../load.ts";
import type { FrameSize } from "../movie.ts";
import type { Candidate } from "../serving.ts";
import { NGINX_MISSING, findNginx } from "../nginx.ts";
import { shuffled } from "../statistics.ts";
import { type Cell, cellKey, mayGetNothing, neededGroups } from "./cells.ts";
import { judgeReading } from "./readingRows.ts";

/** T1, T3 and T4: clients that read as fast as they can. They share measurements, and so one family. */
export const READING: Family = {
  targets: ["t1", "t3", "t4"],
  async open(bench, wanted) {
    const hasNginx = (await findNginx()) !== undefined;
    if (!hasNginx && wanted.includes("t1")) bench.note(NGINX_MISSING);
    const { ours, before } = bench.plan;
    const lacking: Candidate[] = [];
    if (!hasNginx) lacking.push("nginx");
    if (before === undefined) lacking.push("before");
    const groups = neededGroups(wanted, lacking);
    const candidates = new Map<FrameSize, Candidates>();
    for (const size of new Set(groups.flat().map(({ frames }) => frames)))
      candidates.set(size, new Candidates(await bench.movie(size), ours, before?.command));
    return new Reading(bench, wanted, groups, candidates);
  },
};

/** Peers are compiled before they start: only the kernel's buffers have to find their sizes. */
const PEER_WARM_MS = 800;

class Reading implements Measurement {
  readonly #bench: Bench;
  readonly #wanted: readonly string[];
  readonly #groups: readonly (readonly Cell[])[];
  readonly #candidates: ReadonlyMap<FrameSize, Candidates>;
  readonly #received = new Map<string, Received[]>();

  constructor(
    bench: Bench,
    wanted: readonly string[],
    groups: readonly (readonly Cell[])[],
    candidates: ReadonlyMap<FrameSize, Candidates>,
  ) {
    this.#bench = bench;
    this.#wanted = wanted;
    this.#groups = groups;
    this.#candidates = candidates;
  }

  works(): readonly Work[] {
    const { random } = this.#bench.plan;
    return this.#groups.map((cells) => async () => {
      for (const cell of shuffled(cells, random)) await this.#measure(cell);
    });
  }

  rows(): readonly Row[] {
    return judgeReading(this.#received, this.#wanted);
  }

  figures(): unknown {
    return Object.fromEntries(this.#received);
  }

  async #measure(cell: Cell): Promise<void> {
    const { measureMs } = this.#bench.plan;
    const isOurs = cell.candidate === "ours" || cell.candidate === "before";
    const warmMs = Math.min(this.#bench.plan.warmMs, isOurs ? Infinity : PEER_WARM_MS);
    const key = cellKey(cell);
    const candidates = present(this.#candidates.get(cell.frames), "every needed size has its candidates");
    const received = await candidates.use(cell.candidate, key, (serving) =>
      read(serving, { ...cell, warmMs, measureMs }),
    );
    if (!mayGetNothing(cell)) expectDelivery(received, key);
    this.#received.set(key, [...(this.#received.get(key) ?? []), received]);
  }
}
