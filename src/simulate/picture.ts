import { createHash } from "node:crypto";
import { Bytes } from "../base/units.ts";
import type { FrameWish, ProducedFrame } from "../library/frame.ts";

/** What a simulated frame says of itself in its first line. */
export type FrameLine = {
  readonly movie: string;
  readonly number: number;
  readonly revision: number;
  readonly policy: "-" | "hold" | "black";
  /** The frame that it stands in for, or its own number. */
  readonly for: number;
};

/** Nobody looks at a simulated frame. */
const NO_PICTURE = { format: "ppm", width: 1, height: 1 } as const;

const PATTERN = 251;

/**
 * What follows the line: the byte at position `p` is `p mod 251`, so that a misplaced slice is seen. All
 * frames share it: its length is a multiple of the pattern's, and larger frames have it several times.
 */
const filler = Uint8Array.from({ length: PATTERN * 1024 }, (_, position) => position % PATTERN);

/** The byte that stands at a position behind a frame's line. */
export const fillerAt = (position: number): number => position % PATTERN;

export function readFrameLine(line: string): FrameLine {
  const [kind, movie = "", number, revision, policy, stoodInFor] = line.split(" ");
  if (kind !== "frame") throw new Error(`found "${line}" where a frame begins`);
  return {
    movie,
    number: Number(number),
    revision: Number(revision),
    policy: policy as FrameLine["policy"],
    for: Number(stoodInFor),
  };
}

/** The digest that a frame has in its library: of a substitute, without what marks it. */
export function digestOf({ movie, number, revision, policy }: FrameLine): Uint8Array {
  return createHash("sha256")
    .update(`${movie} ${number} ${revision} ${policy === "black"}`)
    .digest();
}

/** A frame of `size` bytes, or of as many as its line has. Its bytes are views: they cost nothing. */
export function makePicture({ entry, substitution }: FrameWish, size: number): ProducedFrame {
  const { movie, number, revision } = entry;
  const policy = substitution?.policy ?? "-";
  const stoodInFor = substitution?.for ?? number;
  const line = Buffer.from(`frame ${movie} ${number} ${revision} ${policy} ${stoodInFor}\n`);
  const rest = Math.max(size - line.byteLength, 0);
  return {
    parts: [line, ...fillers(rest)],
    bytes: Bytes(line.byteLength + rest),
    shape: NO_PICTURE,
    digest: digestOf({ movie, number, revision, policy, for: stoodInFor }),
    worker: 1,
  };
}

function fillers(bytes: number): Uint8Array[] {
  const views: Uint8Array[] = [];
  let left = bytes;
  for (; left > filler.byteLength; left -= filler.byteLength) views.push(filler);
  views.push(filler.subarray(0, left));
  return views;
}
