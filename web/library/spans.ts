/** Frames in a row, both included. */
export type Span = readonly [first: number, last: number];

/** Reads the ranges of the server's answers: `3-5,9`, also `-10--5`. */
export function readSpans(text: string): Span[] {
  return Array.from(text.matchAll(/(-?\d+)(?:-(-?\d+))?/g), ([, first = "", last = first]) => [
    Number(first),
    Number(last),
  ]);
}

/** Whether so many frames are missing, as far as the numbers that are told with each frame say. */
export function isMissing(missing: number, { frames, first, newest, step }: Counted): boolean {
  if (first === null || newest === null) return missing === 0;
  return Math.floor((newest - first) / step) + 1 - frames === missing;
}

type Counted = {
  readonly frames: number;
  readonly first: number | null;
  readonly newest: number | null;
  readonly step: number;
};

/** Where a span lies between the first and last frame, as parts of one. */
export type Mark = { readonly start: number; readonly width: number };

/** Marks for spans of a movie; those too narrow to be seen are as wide as the eye needs. */
export function marksOf(spans: readonly Span[], [first, last]: Span, narrowest: number): Mark[] {
  const frames = last - first + 1;
  return spans.map(([from, to]) => {
    const width = Math.max(narrowest, (to - from + 1) / frames);
    return { start: Math.min((from - first) / frames, 1 - width), width };
  });
}

/**
 * The frame at a place between a movie's left and right edge: the place is a part of one. The nearest
 * before it stands in for a hole.
 */
export function frameAt(place: number, [first, last]: Span, holes: readonly Span[]): number {
  const within = Math.min(Math.max(place, 0), 1);
  const frame = Math.min(last, first + Math.floor(within * (last - first + 1)));
  const hole = holes.find(([from, to]) => from <= frame && frame <= to);
  if (hole === undefined) return frame;
  return hole[0] > first ? hole[0] - 1 : Math.min(last, hole[1] + 1);
}
