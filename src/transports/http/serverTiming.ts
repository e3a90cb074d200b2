import { WAIT_REASONS, type Waits } from "../../base/events.ts";

/**
 * Where the time went until the first byte left (W3C Server Timing), in milliseconds: all of it, and by
 * reason what the first message waited for. Reasons that took nothing are left out.
 */
export function serverTiming(total: number, waits: Waits | undefined): string {
  let text = `total;dur=${milliseconds(total)}`;
  if (waits === undefined) return text;
  for (const reason of WAIT_REASONS) {
    const waited = waits[reason];
    if (waited >= LEAST) text += `, ${reason};dur=${milliseconds(waited)}`;
  }
  return text;
}

/** Half a microsecond rounds to none. */
const LEAST = 0.0005;

function milliseconds(duration: number): number {
  return Math.round(duration * 1000) / 1000;
}
