import type { Receipt, Waits } from "../src/base/events.ts";
import { WAIT_REASONS } from "../src/base/events.ts";

/** What came of a part whose connection broke before its receipt: counted by the client. */
export type LostPart = {
  readonly end: "lost";
  readonly first: number | undefined;
  readonly last: number | undefined;
  readonly sent: number;
  readonly substituted: number;
  readonly bytes: number;
};

export type Part = Receipt | LostPart;

/**
 * What was sent since the last start, seek or change, however many connections it took. Sums are over all
 * `parts`; of lost parts nobody knows what was skipped, missing or late: these counts are at least so many.
 */
export type PlaybackReceipt = Omit<Receipt, "digest" | "contract" | "priority"> & {
  /** Undefined when every part was lost. */
  readonly contract: Receipt["contract"] | undefined;
  readonly priority: number | undefined;
  /** Of the only part. A digest covers one part, and several cannot be made into one: see `parts`. */
  readonly digest: string | undefined;
  /** In order; one unless the connection broke, or the playback was paused. */
  readonly parts: readonly Part[];
  /** How many of them have no receipt of a server. */
  readonly lost: number;
};

/** What the program knows and no part says. */
export type Heading = { readonly movie: string; readonly epoch: number; readonly end: Receipt["end"] };

/** One receipt of several. */
export function joinParts(heading: Heading, parts: readonly Part[]): PlaybackReceipt {
  const receipts = parts.filter((part) => part.end !== "lost");
  const last = receipts.at(-1);
  const only = parts.length === 1 ? last : undefined;
  const sum = (count: (part: Part) => number): number => parts.reduce((all, part) => all + count(part), 0);
  const sumKnown = (count: (receipt: Receipt) => number): number =>
    receipts.reduce((all, receipt) => all + count(receipt), 0);
  return {
    ...heading,
    contract: last?.contract,
    priority: last?.priority,
    wished: last?.wished,
    first: parts.find(({ first }) => first !== undefined)?.first,
    last: parts.findLast((part) => part.last !== undefined)?.last,
    sent: sum((part) => part.sent),
    substituted: sum((part) => part.substituted),
    bytes: sum((part) => part.bytes),
    skipped: sumKnown(({ skipped }) => skipped),
    missing: sumKnown(({ missing }) => missing),
    late: sumKnown(({ late }) => late),
    // Medians of parts have no median.
    lateness: only?.lateness,
    waits: Object.fromEntries(
      WAIT_REASONS.map((reason) => [reason, sumKnown(({ waits }) => waits[reason])]),
    ) as Waits,
    digest: only?.digest,
    parts,
    lost: parts.length - receipts.length,
  };
}
