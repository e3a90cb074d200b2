import { printable } from "../base/printable.ts";
import { inWords } from "./receiptWords.ts";

/** One line of the log as pino writes it. */
type Line = { readonly time: string; readonly level: string; readonly msg: string } & {
  readonly [field: string]: unknown;
};

/** How long a value may be on a line for people. */
const LONGEST_VALUE = 200;

/** A JSON line of the log in the form for people: `14:03:59 warn  request refused  code=… detail="…"`. */
export function humanLine(json: string): string {
  const { time, level, msg, ...fields } = JSON.parse(json) as Line;
  const shown = Object.entries(inWords(fields)).map(([name, value]) => `${name}=${valueText(value)}`);
  return `${[`${clockTime(time)} ${level.padEnd(5)} ${printable(msg)}`, ...shown].join("  ")}\n`;
}

function valueText(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const whole = printable(text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text);
  return /^[^\s"=]+$/.test(whole) ? whole : `"${whole.replaceAll('"', '\\"')}"`;
}

/** The local time of day, which is what the person at the terminal has on the wall. */
function clockTime(time: string): string {
  const date = new Date(time);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}
