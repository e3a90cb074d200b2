import type { Kind } from "./kind.ts";
import { formatBitRate, parseBitRate } from "./quantity.ts";
import { BitRate, Priority, WORST_PRIORITY } from "./units.ts";

/** 64 kbit/s carry one small picture a second; a Tbit/s is more than any machine that this runs on sends. */
const LEAST_RATE = 64e3;
const MOST_RATE = 1e12;

const RATES = `a rate from ${formatBitRate(LEAST_RATE)} to ${formatBitRate(MOST_RATE)}, such as 100Mbit`;

/** A rate in bits per second, or `none` for no limit. 0 is not one of them: it would let nothing pass. */
export const bitRate: Kind<BitRate | "none"> = {
  placeholder: "RATE",
  expected: `${RATES} or 1.2Gbit, or none`,
  parse: (text) => (text === "none" ? text : rateOf(text)),
  format: (value) => (value === "none" ? value : formatBitRate(value)),
};

/** A value for each of some priorities. */
export type ByPriority<T> = ReadonlyMap<Priority, T>;

/** `5=20Mbit,9=1Mbit, or none`, or `none`. */
export const bitRates: Kind<ByPriority<BitRate>> = {
  placeholder: "LIST",
  expected: `priorities with ${RATES}: 5=20Mbit,9=1Mbit, or none`,
  problem: doubleOf,
  parse: (text) => parseList(text, rateOf),
  format: (value) => formatList(value, formatBitRate),
};

/** `3=20%,9=5%`, as fractions of 1; or `none`. */
export const shares: Kind<ByPriority<number>> = {
  placeholder: "LIST",
  expected: "priorities with a share from 0.1% to 100%: 3=20%,9=5%, or none",
  problem: doubleOf,
  parse: (text) => parseList(text, shareOf),
  format: (value) => formatList(value, formatShare),
};

/** A share as a fraction of 1, or `off`. A fraction has its point: a bare 1 may mean everything or 1 %. */
export const share: Kind<number | "off"> = {
  placeholder: "SHARE",
  expected: "a share from 0.1% to 100%, such as 80% or 0.8, or off",
  parse: (text) => (text === "off" ? text : shareOf(text)),
  format: (value) => (value === "off" ? value : formatShare(value)),
};

const PRIORITY = /^\d{1,3}$/;
const PERCENT = /^(\d{1,3}(?:\.\d{1,3})?)%$/;
const FRACTION = /^[01]\.\d{1,5}$/;
const LEAST_SHARE = 0.001;

function rateOf(text: string): BitRate | undefined {
  const rate = parseBitRate(text);
  return rate !== undefined && rate >= LEAST_RATE && rate <= MOST_RATE ? BitRate(rate) : undefined;
}

function shareOf(text: string): number | undefined {
  const [, percent] = PERCENT.exec(text) ?? [];
  const share = percent === undefined ? fractionOf(text) : Number(percent) / 100;
  return share >= LEAST_SHARE && share <= 1 ? share : undefined;
}

function fractionOf(text: string): number {
  return FRACTION.test(text) ? Number(text) : 0;
}

function formatShare(share: number): string {
  return `${Math.round(share * 1e5) / 1e3}%`;
}

/** A priority given twice is a slip; which of the two was meant cannot be known. */
function doubleOf(text: string): string | undefined {
  const seen = new Set<number>();
  for (const item of text.split(",")) {
    const [left = ""] = item.split("=").map((side) => side.trim());
    if (!PRIORITY.test(left)) continue;
    if (seen.has(Number(left))) return `priority ${Number(left)} is there twice`;
    seen.add(Number(left));
  }
  return undefined;
}

function parseList<T>(text: string, valueOf: (text: string) => T | undefined): ByPriority<T> | undefined {
  const values = new Map<Priority, T>();
  if (text === "" || text === "none") return values;
  for (const item of text.split(",")) {
    const [left = "", right = "", ...rest] = item.split("=").map((side) => side.trim());
    const priority = PRIORITY.test(left) ? Priority(Number(left)) : undefined;
    const value = valueOf(right);
    if (priority === undefined || priority > WORST_PRIORITY || value === undefined) return undefined;
    if (rest.length > 0 || values.has(priority)) return undefined;
    values.set(priority, value);
  }
  return values;
}

function formatList<T>(values: ByPriority<T>, format: (value: T) => string): string {
  if (values.size === 0) return "none";
  return [...values].map(([priority, value]) => `${priority}=${format(value)}`).join(",");
}
