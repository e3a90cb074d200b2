/** The upper end of a plot: edges are clipped values, and would make all the rest invisible. */
export function peakOf(channels: readonly (readonly number[])[]): number {
  const inner = channels.flatMap((counts) => counts.slice(1, -1));
  const peak = inner.reduce((most, count) => Math.max(most, count), 0);
  if (peak > 0) return peak;
  return channels.flat().reduce((most, count) => Math.max(most, count), 1);
}

/** As a part of the height: by the root, so that a few pixels are seen beside many. */
export function heightOf(count: number, peak: number): number {
  return Math.min(Math.sqrt(count / peak), 1);
}

/** An SVG path along the tops of a histogram's columns, for a view of `width` × `height`. */
export function tops(counts: readonly number[], peak: number, width: number, height: number): string {
  const column = width / counts.length;
  const points = counts.map((count, index) => {
    const y = short(height - heightOf(count, peak) * height);
    return `${short(index * column)} ${y}H${short((index + 1) * column)}`;
  });
  return points.length === 0 ? "" : `M${points.join("L")}`;
}

/** The same, closed at the foot. */
export function hill(counts: readonly number[], peak: number, width: number, height: number): string {
  const line = tops(counts, peak, width, height);
  return line === "" ? "" : `M0 ${short(height)}L${line.slice(1)}V${short(height)}Z`;
}

/** What all channels have in each column: the least of them, which is what looks neutral. */
export function commonOf(channels: readonly (readonly number[])[]): number[] {
  const [first = [], ...rest] = channels;
  return first.map((count, index) =>
    rest.reduce((least, counts) => Math.min(least, counts[index] ?? 0), count),
  );
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}
