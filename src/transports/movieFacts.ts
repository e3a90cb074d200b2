import { Fault } from "../base/errors.ts";
import { countFrames, countHoles, holesOf, progressOf } from "../base/holes.ts";
import { formatRate } from "../base/rate.ts";
import type { FrameLog } from "../library/log.ts";
import type { FrameLook } from "../library/probe.ts";
import { type Span, spansText } from "./news.ts";

/** What is told of a movie, on every surface: the words are those of `mutoscope ls --json`. */
export type MovieFacts = {
  readonly name: string;
  readonly title: string | null;
  /** A live one waits for frames that are still to come. */
  readonly live: boolean;
  /** Frames that there are, and holes between the first and the last of them. */
  readonly frames: number;
  readonly missing: number;
  /** The holes as `1-3,7`, and whether there are more than are named. */
  readonly holes: string;
  readonly holesArePartial: boolean;
  /** What there is, or what is declared; every how many numbers; then the highest there is. */
  readonly first: number | null;
  readonly last: number | null;
  readonly step: number;
  readonly newest: number | null;
  /** Of a live one: how many frames there will be. */
  readonly expected: number | null;
  readonly missingPolicy: string | null;
  /** Frames per second: exact, and as a number. */
  readonly fps: string;
  readonly rate: number;
  /** Of the first frame's file. */
  readonly format: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly bits: number | null;
  readonly float: boolean | null;
  readonly channels: number | null;
  /** Why the first frame's file does not say what it looks like. */
  readonly fault: string | null;
  /** Another text after each change. */
  readonly revision: string;
};

/** Ranges of missing frames that are named; all are counted. */
const NAMED_HOLES = 1000;

export function movieFacts(log: FrameLog, look: FrameLook | Fault | undefined, revision: string): MovieFacts {
  const { rate } = log;
  return {
    name: log.name,
    title: log.title ?? null,
    live: log.state === "live",
    frames: countFrames(log),
    missing: countHoles(log),
    ...namedHoles(log),
    first: log.first ?? null,
    last: log.last ?? null,
    step: log.step,
    newest: log.newest ?? null,
    expected: progressOf(log)?.expected ?? null,
    missingPolicy: log.missing ?? null,
    fps: formatRate(rate),
    rate: rate.numerator / rate.denominator,
    format: log.nth(0)?.format ?? null,
    ...pictureFacts(look),
    revision,
  };
}

function pictureFacts(look: FrameLook | Fault | undefined) {
  const picture = look instanceof Fault ? undefined : look;
  return {
    width: picture?.width ?? null,
    height: picture?.height ?? null,
    bits: picture?.bits ?? null,
    float: picture === undefined ? null : (picture.float ?? false),
    channels: picture?.channels ?? null,
    fault: look instanceof Fault ? look.code : null,
  };
}

function namedHoles(log: FrameLog): Pick<MovieFacts, "holes" | "holesArePartial"> {
  const spans: Span[] = [];
  for (const hole of holesOf(log)) {
    if (spans.length === NAMED_HOLES) return { holes: spansText(spans), holesArePartial: true };
    spans.push(hole);
  }
  return { holes: spansText(spans), holesArePartial: false };
}
