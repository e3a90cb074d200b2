/** A unit's name and how many of the smallest unit it is. */
type Unit = readonly [name: string, scale: number];

/** Sizes in bytes: IEC 80000-13 multiples for what memory holds, SI multiples for what networks carry. */
const SIZE_UNITS: readonly Unit[] = [
  ["TiB", 2 ** 40],
  ["GiB", 2 ** 30],
  ["MiB", 2 ** 20],
  ["KiB", 2 ** 10],
  ["TB", 1e12],
  ["GB", 1e9],
  ["MB", 1e6],
  ["kB", 1e3],
  ["B", 1],
];

/** Lengths of time in milliseconds. */
const DURATION_UNITS: readonly Unit[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
];

/** Rates in bits per second: SI multiples only, as networks are sold. */
const RATE_UNITS: readonly Unit[] = [
  ["Tbit", 1e12],
  ["Gbit", 1e9],
  ["Mbit", 1e6],
  ["kbit", 1e3],
  ["bit", 1],
];

const QUANTITY = /^(\d{1,16}(?:\.\d{1,6})?) ?([a-z]*)$/i;

/**
 * Bytes in `256MiB`, `1.5 GiB`, `64kB` or `4096`; undefined when the text is none of these or no whole number
 * of bytes.
 */
export function parseSize(text: string): number | undefined {
  return parseQuantity(text, SIZE_UNITS, "B");
}

/** Milliseconds in `500ms`, `1.5s`, `10m`, `2h`, `1d` or `0`; any other number needs its unit. */
export function parseDuration(text: string): number | undefined {
  return text === "0" ? 0 : parseQuantity(text, DURATION_UNITS, undefined);
}

/** Bits per second in `100Mbit`, `1.2 Gbit` or `64kbit`; a number needs its unit, and may end in `/s`. */
export function parseBitRate(text: string): number | undefined {
  return parseQuantity(text.replace(/\/s$/, ""), RATE_UNITS, undefined);
}

/** The shortest exact form: `100Mbit`, `1200Mbit`. */
export function formatBitRate(rate: number): string {
  return formatQuantity(rate, RATE_UNITS, "bit");
}

/** The shortest exact form: `256MiB`, `57654B`. */
export function formatSize(bytes: number): string {
  return formatQuantity(bytes, SIZE_UNITS, "B");
}

/** The shortest exact form: `10m`, `90s`, `1500ms`. */
export function formatDuration(ms: number): string {
  return formatQuantity(ms, DURATION_UNITS, "ms");
}

function parseQuantity(
  text: string,
  units: readonly Unit[],
  unnamed: string | undefined,
): number | undefined {
  const match = QUANTITY.exec(text);
  if (match === null) return undefined;
  const [, digits = "", given = ""] = match;
  const name = (given === "" ? (unnamed ?? "") : given).toLowerCase();
  const unit = units.find(([known]) => known.toLowerCase() === name);
  if (unit === undefined) return undefined;
  const value = Number(digits) * unit[1];
  // Tenths of a unit come out of floating point a hair off the whole number that they stand for.
  const whole = Math.round(value);
  return Number.isSafeInteger(whole) && Math.abs(value - whole) < 1e-6 ? whole : undefined;
}

function formatQuantity(value: number, units: readonly Unit[], smallest: string): string {
  if (value === 0) return `0${smallest}`;
  const forms = units
    .filter(([, scale]) => value % scale === 0)
    .map(([name, scale]) => `${value / scale}${name}`);
  return forms.reduce((best, form) => (form.length < best.length ? form : best));
}
