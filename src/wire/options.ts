import { CONTRACTS, MISSING_POLICIES } from "../base/contract.ts";
import type { Contract, MissingPolicy } from "../base/contract.ts";
import { fault } from "../base/errors.ts";
import { FrameNumber } from "../base/units.ts";
import { quote } from "./quote.ts";

/** What may stand, in any order, after the positional arguments of a start or seek. */
export type ClassicOptions = {
  /** Put a line before each frame. */
  readonly tagged: boolean;
  readonly from: FrameNumber | undefined;
  readonly to: FrameNumber | undefined;
  readonly contract: Contract | undefined;
  readonly missing: MissingPolicy | undefined;
  /** Tell the whole receipt when the playback ends. */
  readonly receipt: (typeof RECEIPTS)[number] | undefined;
};

const RECEIPTS = ["full"] as const;

type Key = Exclude<keyof ClassicOptions, "tagged">;

const READERS: { [K in Key]: (value: string) => NonNullable<ClassicOptions[K]> } = {
  from: (value) => parseFrameNumber(value, "option from"),
  to: (value) => parseFrameNumber(value, "option to"),
  contract: (value) => oneOf(CONTRACTS, value, "contract"),
  missing: (value) => oneOf(MISSING_POLICIES, value, "missing"),
  receipt: (value) => oneOf(RECEIPTS, value, "receipt"),
};

/** For error texts. */
export const KNOWN_OPTIONS = `tagged, ${Object.keys(READERS)
  .map((key) => `${key}=`)
  .join(", ")}`;

/** Whether an argument can only be an option; a positional one never has these forms. */
export function looksLikeOption(argument: string): boolean {
  return argument === "tagged" || argument.includes("=");
}

/**
 * @throws OPTION_INVALID when one is unknown, given twice or has a value it cannot have
 * @throws FRAME_NUMBER_INVALID for `from` and `to`
 * @throws RANGE_INVALID when `from` is higher than `to`
 */
export function parseOptions(options: readonly string[]): ClassicOptions {
  const values = new Map<string, string>();
  for (const option of options) {
    const [key, value] = splitOption(option);
    if (values.has(key)) throw fault("OPTION_INVALID", `found option ${key} twice, expected it once`);
    values.set(key, value);
  }
  const read = <K extends Key>(key: K): ReturnType<(typeof READERS)[K]> | undefined => {
    const value = values.get(key);
    return value === undefined ? undefined : (READERS[key](value) as ReturnType<(typeof READERS)[K]>);
  };
  const range = { from: read("from"), to: read("to") };
  checkRange(range.from, range.to);
  const policies = { contract: read("contract"), missing: read("missing"), receipt: read("receipt") };
  return { tagged: values.has("tagged"), ...range, ...policies };
}

function splitOption(option: string): [key: string, value: string] {
  const [key = "", ...rest] = option.split("=");
  if (option === "tagged" || (rest.length > 0 && Object.hasOwn(READERS, key))) return [key, rest.join("=")];
  throw fault("OPTION_INVALID", `found option ${quote(option)}, expected one of ${KNOWN_OPTIONS}`);
}

function checkRange(from: FrameNumber | undefined, to: FrameNumber | undefined): void {
  if (from === undefined || to === undefined || from <= to) return;
  throw fault("RANGE_INVALID", `found from=${from} above to=${to}, expected from to be no higher than to`);
}

function oneOf<T extends string>(values: readonly T[], value: string, key: string): T {
  const known = values.find((other) => other === value);
  if (known !== undefined) return known;
  throw fault(
    "OPTION_INVALID",
    `found ${key}=${quote(value)}, expected ${key} to be one of ${values.join(", ")}`,
  );
}

/**
 * A whole number of 1 to 15 ASCII digits, which a double holds exactly.
 * @throws FRAME_NUMBER_INVALID
 */
export function parseFrameNumber(text: string | undefined, place: string): FrameNumber {
  if (text !== undefined && /^-?[0-9]{1,15}$/.test(text)) {
    return FrameNumber(Number(text) + 0); // −0 becomes 0
  }
  const found = text === undefined ? "nothing" : quote(text);
  throw fault(
    "FRAME_NUMBER_INVALID",
    `found ${found} as ${place}, expected a whole number of at most 15 digits`,
  );
}
