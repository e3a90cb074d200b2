import { CONTRACTS } from "../../base/contract.ts";
import { EPOCH_ENDS, type Lateness, type Receipt, WAIT_REASONS, type Waits } from "../../base/events.ts";
import type { Fields } from "./fields.ts";

type Reader<T> = (fields: Fields, name: string) => T;

const count: Reader<number> = (fields, name) => fields.whole(name, 0, Number.MAX_SAFE_INTEGER);
const place: Reader<number | undefined> = (fields, name) => fields.optional(name, whole);

function whole(fields: Fields, name: string): number {
  return fields.whole(name, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
}

const READERS: { readonly [Name in keyof Receipt]: Reader<Receipt[Name]> } = {
  movie: (fields, name) => fields.text(name),
  epoch: count,
  end: (fields, name) => fields.oneOf(name, EPOCH_ENDS),
  contract: (fields, name) => fields.oneOf(name, CONTRACTS),
  first: place,
  last: place,
  sent: count,
  priority: count,
  wished: (fields, name) => fields.optional(name, count),
  skipped: count,
  missing: count,
  substituted: count,
  late: count,
  lateness: (fields, name) => fields.optional(name, readLateness),
  waits: readWaits,
  bytes: count,
  digest: readDigest,
};

/** A receipt as JSON has it (`tellReceipt`). */
export function readReceiptFields(fields: Fields): Receipt {
  const entries = Object.entries(READERS).map(([name, read]) => [name, read(fields, name)] as const);
  return Object.fromEntries(entries) as Receipt;
}

function readLateness(fields: Fields, name: string): Lateness {
  const inner = fields.inner(name);
  return { median: inner.number("median"), worst: inner.number("worst") };
}

function readWaits(fields: Fields, name: string): Waits {
  const inner = fields.inner(name);
  return Object.fromEntries(WAIT_REASONS.map((reason) => [reason, inner.number(reason)])) as Waits;
}

function readDigest(fields: Fields, name: string): string {
  const digest = fields.text(name);
  if (/^[0-9a-f]{64}$/.test(digest)) return digest;
  throw fields.refuse(name, { expected: "64 hexadecimal digits" });
}
