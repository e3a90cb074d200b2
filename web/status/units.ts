import { count } from "../look/numbers.ts";

export { count };

/** What there is no number for. */
export const NOTHING = "–";

type Unit = readonly [size: number, name: string];

const BINARY: readonly Unit[] = [
  [2 ** 40, "TiB"],
  [2 ** 30, "GiB"],
  [2 ** 20, "MiB"],
  [2 ** 10, "KiB"],
  [1, "B"],
];
const RATES: readonly Unit[] = [
  [1e9, "Gbit/s"],
  [1e6, "Mbit/s"],
  [1e3, "kbit/s"],
  [1, "bit/s"],
];
const TIMES: readonly Unit[] = [
  [1, "s"],
  [1e-3, "ms"],
  [1e-6, "µs"],
];

/** How a value is written. */
export type Format = (value: number) => string;

export const bytes: Format = (value) => withUnit(value, BINARY);

/** Of bytes in a second: networks, and the settings, count in bits. */
export const bitRate: Format = (value) => withUnit(value * 8, RATES);

export const seconds: Format = (value) => withUnit(value, TIMES);

/** Of milliseconds. */
export const milliseconds: Format = (value) => threeDigits(value);

/** How often something happens in a second. */
export const perSecond: Format = (value) => (value < 100 ? value.toFixed(1) : count(value));

export const percent: Format = (value) => `${threeDigits(100 * value)} %`;

/** How long something lasts, in seconds, as a clock shows it: 0:07, 12:04, 1:02:33. */
export const duration: Format = (value) => {
  const whole = Math.floor(value);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = twoDigits(whole % 60);
  return hours === 0 ? `${minutes}:${rest}` : `${hours}:${twoDigits(minutes)}:${rest}`;
};

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

/** Three digits tell what the eye can: more would only flicker. */
function threeDigits(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return Number(value.toFixed(digits)).toLocaleString("en");
}

function withUnit(value: number, units: readonly Unit[]): string {
  const fits = units.find(([size]) => Math.abs(value) >= size);
  const [size, name] = fits ?? (value === 0 ? units.find(([each]) => each === 1) : units.at(-1)) ?? [1, ""];
  return `${threeDigits(value / size)} ${name}`;
}
