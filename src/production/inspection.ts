import { assert } from "../base/assert.ts";
import { Fault } from "../base/errors.ts";
import type { Levels } from "../base/rendition.ts";
import { MonotonicMs, type Priority } from "../base/units.ts";
import type { FrameHistogram, FrameSamples, HistogramWish } from "../library/inspection.ts";
import type { FrameEntry } from "../library/log.ts";
import type { Inspecting } from "./making.ts";
import type { Inspected } from "./order.ts";
import type { Production } from "./production.ts";
import { needsLevels } from "./render/measure.ts";
import type { Urgency } from "./urgency.ts";

/** Its priority, and for how long somebody waits. */
export type InspectionTerms = { readonly priority: Priority; readonly signal: AbortSignal };

/** For whoever looks at a picture: behind what has a deadline, and before what is made ahead. */
const LOOKED_AT = MonotonicMs(Number.MAX_SAFE_INTEGER);

/**
 * Looks into frames as their files have them, by the workers that make pictures of them. What was found is
 * kept where these are; whoever has left is told nothing.
 */
export class Inspection {
  readonly #production: Pick<Production, "inspect" | "levels">;

  constructor(production: Pick<Production, "inspect" | "levels">) {
    this.#production = production;
  }

  /** The frame's samples. Rejects with a FRAME_ code, or SERVER_CLOSING. */
  async samples(entry: FrameEntry, terms: InspectionTerms): Promise<FrameSamples> {
    const found = await this.#inspect(entry, { kind: "samples" }, terms);
    assert(found.kind === "samples", "samples were asked for");
    return found;
  }

  /** How they are spread. Rejects as `samples` does. */
  async histogram(
    entry: FrameEntry,
    { bins, range }: HistogramWish,
    terms: InspectionTerms,
  ): Promise<FrameHistogram> {
    const { bytes } = await this.#inspect(entry, { kind: "histogram", bins, range }, terms);
    return JSON.parse(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(),
    ) as FrameHistogram;
  }

  /**
   * The levels that `auto` gives the frame's movie, measured if nobody has needed them; undefined for a frame
   * that is not deep, which is shown as it is. Rejects as `samples` does.
   */
  async levels(
    entry: FrameEntry,
    shape: FrameSamples["shape"],
    { priority }: Pick<InspectionTerms, "priority">,
  ): Promise<Levels | undefined> {
    if (!needsLevels(shape)) return undefined;
    return new Promise((resolve, reject) => {
      this.#production.levels(entry, urgencyOf(priority), (outcome) =>
        outcome instanceof Fault ? reject(outcome) : resolve({ low: outcome.low, high: outcome.high }),
      );
    });
  }

  #inspect(entry: FrameEntry, what: Inspecting, { priority, signal }: InspectionTerms): Promise<Inspected> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return;
      const request = this.#production.inspect(entry, what, urgencyOf(priority), (outcome) =>
        "error" in outcome ? reject(outcome.error) : resolve(outcome.inspected),
      );
      signal.addEventListener("abort", () => request.cancel(), { once: true });
    });
  }
}

function urgencyOf(priority: Priority): Urgency {
  return { priority, deadline: LOOKED_AT };
}
