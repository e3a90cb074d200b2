import type { Row } from "../family.ts";
import { pairedRatios } from "../statistics.ts";

/** What frames are made from: samples in memory, or the files that they lie in. */
export type From = "memory" | "file";

/** What one program made in the measured time. */
export type Encoded = { readonly frames: number; readonly cpuSeconds: number; readonly bytes: number };

/** One comparison of one repetition. */
export type EncodedPair = {
  readonly size: string;
  readonly from: From;
  readonly ours: Encoded;
  readonly turbo: Encoded;
};

/** T9. */
const TURBO_RATIO = { atLeast: 0.75 };

const WHAT: Readonly<Record<From, string>> = {
  memory: "encoding alone",
  file: "read, decode, encode, digest",
};

/** The rows of T9, in the order in which sizes were first measured. */
export function encodingRows(pairs: readonly EncodedPair[]): Row[] {
  const keys = new Map(pairs.map(({ size, from }) => [`${size} ${from}`, { size, from }]));
  return Array.from(keys.values(), ({ size, from }) =>
    encodingRow(
      `JPEG ${size}, ${WHAT[from]}`,
      pairs.filter((pair) => pair.size === size && pair.from === from),
    ),
  ).toSorted((a, b) => a.what.localeCompare(b.what, "en", { numeric: true }));
}

function encodingRow(what: string, pairs: readonly EncodedPair[]): Row {
  const ours = pairs.map((pair) => rate(pair.ours));
  const turbo = pairs.map((pair) => rate(pair.turbo));
  return {
    target: "t9",
    what,
    unit: "/CPU s",
    ours,
    peer: { name: "C libjpeg-turbo", figures: turbo },
    about: "ratio",
    judged: pairedRatios(ours, turbo),
    goal: TURBO_RATIO,
  };
}

function rate({ frames, cpuSeconds }: Encoded): number {
  return frames / cpuSeconds;
}

/** How far images of the same pictures may differ in bytes: encoders of two versions round differently. */
const SAME_BYTES = 0.03;

/** @throws when one of the two made nothing, or images of another kind: that would be no comparison */
export function requireSame({ size, ours, turbo }: EncodedPair): void {
  const [mine, theirs] = [ours, turbo].map(({ bytes, frames }) => bytes / frames);
  if (mine === undefined || theirs === undefined || !(Math.abs(mine / theirs - 1) <= SAME_BYTES))
    throw new Error(`${size}: ours has ${mine} bytes for each image, the peer ${theirs}`);
}
