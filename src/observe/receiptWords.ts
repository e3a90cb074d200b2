import { type Lateness, WAIT_REASONS, type Waits } from "../base/events.ts";

/** A line's fields, by name. */
export type Fields = { readonly [name: string]: unknown };

/**
 * The fields of a receipt's line as people read them: of the reasons for waiting only those that there
 * were, the largest first; and of which kind skipped frames were. Other fields stay as they are.
 */
export function inWords(fields: Fields): Fields {
  const { skipped, lateness, waits, contract, ...others } = fields;
  if (typeof waits !== "object" || waits === null) return fields;
  return {
    ...others,
    contract,
    skipped: skipped === 0 ? 0 : `${String(skipped)} ${contract === "latest" ? "replaced" : "late"}`,
    ...(lateness === undefined ? {} : { lateness: latenessText(lateness as Lateness) }),
    ...waitsText(waits as Waits),
  };
}

function latenessText({ median, worst }: Lateness): string {
  return `median ${timeText(median)}, worst ${timeText(worst)}`;
}

function waitsText(waits: Waits): { readonly waits?: string } {
  const reasons = WAIT_REASONS.filter((reason) => waits[reason] > 0);
  if (reasons.length === 0) return {};
  reasons.sort((a, b) => waits[b] - waits[a]);
  return { waits: reasons.map((reason) => `${reason} ${timeText(waits[reason])}`).join(", ") };
}

/** Three digits are enough for people. */
function timeText(ms: number): string {
  return ms < 1000 ? `${Number(ms.toPrecision(3))} ms` : `${Math.round(ms / 10) / 100} s`;
}
