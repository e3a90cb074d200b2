import type { Levels } from "../../base/rendition.ts";
import type { Priority } from "../../base/units.ts";
import type { FrameHistogram, FrameSamples, HistogramWish, SampleShape } from "../../library/inspection.ts";
import type { FrameEntry } from "../../library/log.ts";

/** Its priority, and for how long somebody waits: after that nothing is answered. */
export type InspectorTerms = { readonly priority: Priority; readonly signal: AbortSignal };

/**
 * Who looks into frames as their files have them. Declared here, implemented by production. Rejects with a
 * FRAME_ code of the catalogue, or SERVER_CLOSING.
 */
export interface Inspector {
  samples(entry: FrameEntry, terms: InspectorTerms): Promise<FrameSamples>;
  histogram(entry: FrameEntry, wish: HistogramWish, terms: InspectorTerms): Promise<FrameHistogram>;
  /** What `auto` gives the frame's movie; undefined for a frame of 8 bits, which is shown as it is. */
  levels(entry: FrameEntry, shape: SampleShape, terms: InspectorTerms): Promise<Levels | undefined>;
}
