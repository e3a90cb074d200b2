import { Fault } from "../base/errors.ts";
import { countFrames, countHoles, holesOf, progressOf } from "../base/holes.ts";
import { formatRate } from "../base/rate.ts";
import type { FrameLog } from "../library/log.ts";
import type { FrameLook } from "../library/probe.ts";
import type { ListedMovie } from "../wire/websocket/movieFields.ts";
import { type News, type Span, spansText } from "./news.ts";

/** Ranges of missing frames that are named of one movie, and of each in a list; all are counted. */
export const NAMED_HOLES = 1000;
export const HOLES_IN_LISTS = 100;

/** What is told of a movie, on every surface. */
export function movieFacts(
  log: FrameLog,
  look: FrameLook | Fault | undefined,
  news: Pick<News, "revisionOf" | "changedOf">,
  mostHoles: number,
): ListedMovie {
  const { rate } = log;
  return {
    name: log.name,
    title: log.title ?? null,
    live: log.state === "live",
    frames: countFrames(log),
    missing: countHoles(log),
    ...namedHoles(log, mostHoles),
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
    poster: log.nth(log.count >> 1)?.number ?? null,
    changed: timeText(news.changedOf(log)),
    revision: news.revisionOf(log),
  };
}

/** As RFC 3339 has it. */
function timeText(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
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

function namedHoles(log: FrameLog, most: number): Pick<ListedMovie, "holes" | "holesArePartial"> {
  const spans: Span[] = [];
  for (const hole of holesOf(log)) {
    if (spans.length === most) return { holes: spansText(spans), holesArePartial: true };
    spans.push(hole);
  }
  return { holes: spansText(spans), holesArePartial: false };
}
