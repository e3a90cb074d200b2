import { DEFAULT_RATE } from "../base/rate.ts";
import { FrameNumber, FrameRevision } from "../base/units.ts";
import type { FrameLog } from "../main.ts";

type FrameEntry = NonNullable<ReturnType<FrameLog["at"]>>;

/** A recorded movie with frames of these numbers, which are in order. */
export function movieOf(name: string, numbers: readonly number[]): FrameLog {
  const frames = numbers.map((number): FrameEntry => ({
    movie: name,
    number: FrameNumber(number),
    revision: FrameRevision(1),
    format: "netpbm",
    source: { kind: "file", root: "/", path: `/${name}${number}.ppm` },
  }));
  return {
    name,
    rate: DEFAULT_RATE,
    count: frames.length,
    first: frames[0]?.number,
    last: frames.at(-1)?.number,
    state: "recorded",
    title: undefined,
    missing: undefined,
    step: 1,
    newest: frames.at(-1)?.number,
    at: (number) => frames.find((frame) => frame.number === number),
    atOrBefore: (number) => frames.findLast((frame) => frame.number <= number),
    atOrAfter: (number) => frames.find((frame) => frame.number >= number),
    rank: (number) => frames.filter((frame) => frame.number < number).length,
    nth: (rank) => frames[rank],
    watch: () => () => undefined,
  };
}
