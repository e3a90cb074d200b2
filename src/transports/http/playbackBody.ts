import type { Progress } from "../../base/events.ts";
import { tellReceipt } from "../../base/receipt.ts";
import type { Rendition } from "../../base/rendition.ts";
import type { MonotonicMs } from "../../base/units.ts";
import type { RunningPlayback } from "../playbacks.ts";
import type { PlaybackBody } from "./schemas.ts";

/** What is told of how a playback comes along: a receipt has it as well, at its end. */
export type Standing = Omit<Progress, "delivered"> & Partial<Pick<Progress, "delivered">>;

/** What is told of a playback. @param progress of its epoch, until now or until its end */
export function playbackBody(
  { since, address, fps, rendition, ...rest }: RunningPlayback,
  progress: Standing,
  now: MonotonicMs,
): PlaybackBody {
  const { wished, last, sent, skipped, missing, substituted, late, bytes, delivered = 0 } = progress;
  const { lateness, waits } = tellReceipt(progress);
  return {
    ...rest,
    address: address ?? null,
    fps: fps ?? null,
    rendition: renditionBody(rendition),
    seconds: Math.round(now - since) / 1000,
    wished: wished ?? null,
    frame: last ?? null,
    delivered: Math.round(delivered * 100) / 100,
    sent,
    skipped,
    missing,
    substituted,
    late,
    bytes,
    lateness: lateness ?? null,
    waits,
  };
}

function renditionBody(rendition: Rendition): PlaybackBody["rendition"] {
  if (rendition === "original")
    return { format: "original", width: null, quality: null, levels: null, exposure: null };
  const { format, width, quality, levels, exposure } = rendition;
  return {
    format,
    width: width ?? null,
    quality: quality ?? null,
    levels: typeof levels === "object" ? `${levels.low},${levels.high}` : (levels ?? null),
    exposure: exposure ?? null,
  };
}

/** Those in which this text is found, whatever its case: by id, client, address or movie. */
export function searchPlaybacks(
  playbacks: readonly RunningPlayback[],
  search: string | undefined,
): readonly RunningPlayback[] {
  if (search === undefined || search === "") return playbacks;
  const wanted = search.toLowerCase();
  return playbacks.filter(({ id, client, address = "", movie }) =>
    [id, client, address, movie].some((text) => text.toLowerCase().includes(wanted)),
  );
}
