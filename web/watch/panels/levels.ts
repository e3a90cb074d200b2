import type { LevelPair, Sample } from "./server.ts";

/** What lies between the left and right edge of a histogram, in the file's values, both included. */
export type Axis = LevelPair & { readonly sample: Sample };

export type Handle = "low" | "high";

/** So many steps of an arrow key are the whole axis. */
const STEPS = 256;
/** With Shift, and for the page keys. */
const LARGE = 16;

/** Where a value lies, as a part of one: whole values in the middle of what they fill. */
export function placeOf(value: number, axis: Axis): number {
  const { low, high } = axis;
  if (isWhole(axis)) return within((value - low + 0.5) / (high - low + 1), 0, 1);
  return high > low ? within((value - low) / (high - low), 0, 1) : 0.5;
}

/** The value at a place. */
export function valueAt(place: number, axis: Axis): number {
  const { low, high } = axis;
  const at = within(place, 0, 1);
  if (isWhole(axis)) return within(low + Math.floor(at * (high - low + 1)), low, high);
  return rounded(low + at * (high - low), axis);
}

/** The least that the levels can differ by. */
export function unitOf(axis: Axis): number {
  if (isWhole(axis)) return 1;
  return axis.high > axis.low ? 10 ** Math.floor(Math.log10((axis.high - axis.low) / STEPS)) : 1e-6;
}

/** The levels with one of them at another value: the lower one stays below the other. */
export function pushed(levels: LevelPair, handle: Handle, value: number, axis: Axis): LevelPair {
  const unit = unitOf(axis);
  const [least, most] = boundsOf(axis);
  if (handle === "low") return { ...levels, low: within(value, least, rounded(levels.high - unit, axis)) };
  return { ...levels, high: within(value, rounded(levels.low + unit, axis), most) };
}

/** Where a key brings a value; undefined for keys that bring it nowhere. */
export function keyed(
  key: string,
  value: number,
  axis: Axis,
  { isLarge }: { readonly isLarge: boolean },
): number | undefined {
  const small = Math.max((axis.high - axis.low) / STEPS, unitOf(axis));
  const step = isLarge ? small * LARGE : small;
  const moves: Readonly<Record<string, number>> = {
    ArrowLeft: value - step,
    ArrowDown: value - step,
    ArrowRight: value + step,
    ArrowUp: value + step,
    PageDown: value - small * LARGE,
    PageUp: value + small * LARGE,
    Home: axis.low,
    End: axis.high,
  };
  const moved = moves[key];
  return moved === undefined ? undefined : rounded(moved, axis);
}

/** As somebody types it; undefined for what is no value. */
export function readValue(text: string, axis: Axis): number | undefined {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) return undefined;
  const [least, most] = boundsOf(axis);
  return within(isWhole(axis) ? Math.round(value) : value, least, most);
}

/** `4095`, `0.18`, `1.5e-6` */
export function valueText(value: number, { sample }: Pick<Axis, "sample">): string {
  return sample === "float32" ? String(Number(value.toPrecision(5))) : String(Math.round(value));
}

/** For who does not see it. */
export function spokenValue(handle: Handle, value: number, axis: Axis & { readonly white: number }): string {
  const end = handle === "low" ? "black" : "full brightness";
  const of = isWhole(axis) ? ` of ${axis.white}` : "";
  return `${valueText(value, axis)}${of} becomes ${end}`;
}

/** Where the values of a frame lie, with a little room; undefined where they are all over the axis. */
export function closer(
  channels: readonly { readonly least: number | null; readonly most: number | null }[],
  { sample, white }: { readonly sample: Sample; readonly white: number },
): LevelPair | undefined {
  const values = channels.flatMap(({ least, most }) =>
    least === null || most === null ? [] : [least, most],
  );
  if (values.length === 0) return undefined;
  const least = Math.min(...values);
  const most = Math.max(...values);
  const room = (most - least) / 20;
  if (sample === "float32") return most > least ? { low: least - room, high: most + room } : undefined;
  const low = Math.max(0, Math.floor(least - room));
  const high = Math.min(white, Math.max(Math.ceil(most + room), low + FEWEST));
  return low === 0 && high === white ? undefined : { low, high };
}

/** The same, where the values are lost on the whole axis, as 12 bits in a file of 16. */
export function closerIfLost(
  channels: Parameters<typeof closer>[0],
  kind: Parameters<typeof closer>[1],
): LevelPair | undefined {
  const range = closer(channels, kind);
  if (range === undefined || kind.sample === "float32") return undefined;
  return range.high - range.low < kind.white * LOST ? range : undefined;
}

/** Less of an axis is too little to see anything in. */
const LOST = 1 / 4;

/** Fewer values than these are no axis. */
const FEWEST = 16;

function isWhole({ sample }: Pick<Axis, "sample">): boolean {
  return sample !== "float32";
}

/** Levels may lie beside the axis, and of whole values not beside what there can be. */
function boundsOf({ sample }: Axis): readonly [number, number] {
  if (sample === "float32") return [-LARGEST, LARGEST];
  return [0, sample === "uint8" ? 255 : 65_535];
}

/** Of floating point with 32 bits. */
const LARGEST = 3.4e38;

function rounded(value: number, axis: Axis): number {
  if (isWhole(axis)) return Math.round(value);
  const unit = unitOf(axis);
  return Number((Math.round(value / unit) * unit).toPrecision(9));
}

function within(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), Math.max(least, most));
}
