import { type Lateness, type ReceiptSoFar, WAIT_REASONS, type Waits } from "./events.ts";

/** A receipt as people and programs are told: of times, in milliseconds, three decimals. */
export function tellReceipt<R extends Pick<ReceiptSoFar, "lateness" | "waits">>(receipt: R): R {
  const { lateness, waits } = receipt;
  return { ...receipt, lateness: lateness && tellLateness(lateness), waits: tellWaits(waits) };
}

function tellLateness({ median, worst }: Lateness): Lateness {
  return { median: rounded(median), worst: rounded(worst) };
}

function tellWaits(waits: Waits): Waits {
  return Object.fromEntries(WAIT_REASONS.map((reason) => [reason, rounded(waits[reason])])) as Waits;
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
