import { CONTRACTS } from "../base/contract.ts";
import { EPOCH_ENDS, type Lateness, type Receipt, WAIT_REASONS } from "../base/events.ts";
import { tellReceipt } from "../base/receipt.ts";

const LINE = /^RECEIPT (\d+) (\{[ -~]*\})$/;

/** What JSON may leave as it is and does not print in ASCII. */
const NOT_PRINTABLE = /[^ -~]/g;

const encoder = new TextEncoder();

/** `RECEIPT epoch {json}`, and LF: all fields of the receipt, in printable ASCII. */
export function encodeReceipt(receipt: Receipt): Uint8Array {
  const json = JSON.stringify(tellReceipt(receipt)).replaceAll(NOT_PRINTABLE, escaped);
  return encoder.encode(`RECEIPT ${receipt.epoch} ${json}\n`);
}

/**
 * Reads one line, without its LF; undefined when it is none of ours. Fields that it does not know are left
 * out.
 */
export function decodeReceipt(line: string): Receipt | undefined {
  const [, epoch, json] = LINE.exec(line) ?? [];
  const fields = json === undefined ? undefined : parsed(json);
  const receipt = fields && readReceipt(fields);
  return receipt?.epoch === Number(epoch) ? receipt : undefined;
}

/** By code units: what lies beyond the first plane becomes two, as JSON has it. */
function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

type Fields = { readonly [name: string]: unknown };

function parsed(json: string): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(json));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null ? (value as Fields) : undefined;
}

function readReceipt(fields: Fields): Receipt | undefined {
  const movie = text(fields["movie"]);
  const digest = text(fields["digest"]);
  const end = EPOCH_ENDS.find((one) => one === fields["end"]);
  const contract = CONTRACTS.find((one) => one === fields["contract"]);
  const counts = readNumbers(fields, COUNTS);
  const waits = readNumbers(fieldsOf(fields["waits"]) ?? {}, WAIT_REASONS);
  if (movie === undefined || digest === undefined || end === undefined || contract === undefined)
    return undefined;
  if (counts === undefined || waits === undefined || !/^[0-9a-f]+$/.test(digest)) return undefined;
  const some = {
    first: number(fields["first"]),
    last: number(fields["last"]),
    wished: number(fields["wished"]),
    lateness: readLateness(fields["lateness"]),
  };
  // What is there and is not what it should be is not the same as what is left out.
  for (const [name, value] of Object.entries(some)) {
    if (value === undefined && fields[name] !== undefined) return undefined;
  }
  return { movie, end, contract, ...counts, ...some, waits, digest };
}

const COUNTS = [
  "epoch",
  "sent",
  "priority",
  "skipped",
  "missing",
  "substituted",
  "late",
  "bytes",
] as const satisfies readonly (keyof Receipt)[];

/** All of them, or undefined when one is missing or no number. */
function readNumbers<Name extends string>(
  fields: Fields,
  names: readonly Name[],
): { readonly [N in Name]: number } | undefined {
  const entries = names.map((name) => [name, number(fields[name])] as const);
  if (entries.some(([, value]) => value === undefined)) return undefined;
  return Object.fromEntries(entries) as { [N in Name]: number };
}

function readLateness(value: unknown): Lateness | undefined {
  return readNumbers(fieldsOf(value) ?? {}, ["median", "worst"]);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
