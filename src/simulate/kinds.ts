import { Fault } from "../base/errors.ts";
import { type Kind, duration, size, whole } from "../base/kind.ts";
import { type Rate, formatRate, parseRate } from "../base/rate.ts";
import { formatDuration, formatSize } from "../base/quantity.ts";
import { GiB, Priority, WORST_PRIORITY } from "../base/units.ts";
import type { LossModel, SizeModel } from "./scenario.ts";
import type { Stall } from "./lastMile.ts";

const HOUR = 3_600_000;
const MOST_BYTES = 2 * GiB;

/**
 * Of all viewers together. Each takes 25 to 40 KB of memory, with its playback and an entry for each message
 * in its kernel's buffer: together some 2 GB, and more where small frames fill a large buffer.
 */
export const MOST_VIEWERS = 50_000;

/** Of all movies together. Each takes some 300 bytes. */
export const MOST_FRAMES = 1_000_000;

export const viewerCount = whole(1, MOST_VIEWERS);
export const frameCount = whole(1, MOST_FRAMES);
export const diskCount = whole(0, 1000);
export const seedKind = whole(0, 2 ** 31 - 1);
export const priorityKind = whole(0, WORST_PRIORITY, Priority);
export const length = duration(1, 24 * HOUR);
export const bufferSize = size(0, GiB);

const PRECISE = /^(\d{1,9}(?:\.\d{1,9})?) ?(us|ms|s)$/;
const PRECISE_UNITS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000 };

/** A short time, in milliseconds with their fractions. */
export const shortTime: Kind<number> = {
  placeholder: "TIME",
  expected: "a time up to 60s, such as 0.2ms, 8ms or 50us",
  parse: (text) => {
    if (text === "0") return 0;
    const [, digits, unit] = PRECISE.exec(text) ?? [];
    const scale = PRECISE_UNITS[unit ?? ""];
    const ms = digits === undefined || scale === undefined ? undefined : Number(digits) * scale;
    return ms !== undefined && ms <= 60_000 ? ms : undefined;
  },
  format: (ms) => `${ms}ms`,
};

/** What viewers ask for: a rate, or as fast as they read. */
export const paceKind: Kind<"untimed" | Rate> = {
  placeholder: "FPS",
  expected: "frames per second as 24, 24000/1001 or 23.976, or untimed",
  parse: (text) => (text === "untimed" ? text : rateOf(text)),
  format: (pace) => (pace === "untimed" ? pace : formatRate(pace)),
};

export const rateKind: Kind<Rate> = {
  placeholder: "FPS",
  expected: "frames per second as 24, 24000/1001 or 23.976",
  parse: rateOf,
  format: formatRate,
};

function rateOf(text: string): Rate | undefined {
  try {
    return parseRate(text);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

const frameSize = size(1, MOST_BYTES);
const SIGMA = /^\d(\.\d{1,6})?$/;
const MOST_SIGMA = 3;

/** How large frames are: one size, or a distribution. */
export const sizeModel: Kind<SizeModel> = {
  placeholder: "SIZE",
  expected:
    `a size up to ${formatSize(MOST_BYTES)} such as 57654B or 14MB, "uniform 20kB 90kB" (least and most), ` +
    `or "lognormal 57kB 0.4" (median, and sigma up to ${MOST_SIGMA})`,
  parse: (text) => {
    const [kind, first = "", second = "", ...rest] = text.split(/\s+/);
    if (kind === "uniform" && rest.length === 0)
      return uniform(frameSize.parse(first), frameSize.parse(second));
    if (kind === "lognormal" && rest.length === 0) return lognormal(frameSize.parse(first), second);
    const bytes = frameSize.parse(text);
    return bytes === undefined ? undefined : { kind: "fixed", bytes };
  },
  format: (model) => {
    if (model.kind === "fixed") return formatSize(model.bytes);
    if (model.kind === "uniform") return `uniform ${formatSize(model.least)} ${formatSize(model.most)}`;
    return `lognormal ${formatSize(model.median)} ${model.sigma}`;
  },
};

function uniform(least: number | undefined, most: number | undefined): SizeModel | undefined {
  if (least === undefined || most === undefined || least > most) return undefined;
  return { kind: "uniform", least, most };
}

function lognormal(median: number | undefined, sigma: string): SizeModel | undefined {
  if (median === undefined || !SIGMA.test(sigma) || Number(sigma) > MOST_SIGMA) return undefined;
  return { kind: "lognormal", median, sigma: Number(sigma) };
}

const moment = duration(0, 24 * HOUR);
const lossSize = size(1, 1024 * GiB);

/** When a client is lost: after a time, or after so many bytes. */
export const lossKind: Kind<LossModel> = {
  placeholder: "WHEN",
  expected: "when the client is lost: a time such as 30s, or the bytes that it has taken, such as 3MiB",
  parse: (text) => {
    const at = moment.parse(text);
    if (at !== undefined) return { at };
    const after = lossSize.parse(text);
    return after === undefined ? undefined : { after };
  },
  format: (loss) => ("at" in loss ? formatDuration(loss.at) : formatSize(loss.after)),
};

/** A moment, or the time between two. */
export const spanKind: Kind<{ readonly from: number; readonly to: number }> = {
  placeholder: "WHEN",
  expected: "a time such as 5s, or a span such as 0s-10s, in which viewers come one after the other",
  parse: (text) => {
    const [left = "", right = left, ...rest] = text.split("-").map((side) => side.trim());
    const [from, to] = [moment.parse(left), moment.parse(right)];
    if (from === undefined || to === undefined || rest.length > 0 || to < from) return undefined;
    return { from, to };
  },
  format: ({ from, to }) =>
    from === to ? formatDuration(from) : `${formatDuration(from)}-${formatDuration(to)}`,
};

/** When a client takes nothing: `2s-3s,10s-` is twice, the second time to the end. */
export const stallsKind: Kind<readonly Stall[]> = {
  placeholder: "WHEN",
  expected: "spans in their order such as 2s-3s,10s-12s; 10s- is to the end, 0s- a client that never reads",
  parse: (text) => {
    const stalls: Stall[] = [];
    for (const span of text.split(",")) {
      const stall = stallOf(span);
      if (stall === undefined || stall.from < (stalls.at(-1)?.to ?? 0)) return undefined;
      stalls.push(stall);
    }
    return stalls;
  },
  format: (stalls) =>
    stalls
      .map(({ from, to }) => `${formatDuration(from)}-${Number.isFinite(to) ? formatDuration(to) : ""}`)
      .join(","),
};

function stallOf(text: string): Stall | undefined {
  const [left = "", right, ...rest] = text.split("-").map((side) => side.trim());
  const from = moment.parse(left);
  const to = right === "" ? Number.POSITIVE_INFINITY : moment.parse(right ?? "");
  if (from === undefined || to === undefined || rest.length > 0 || to <= from) return undefined;
  return { from, to };
}
