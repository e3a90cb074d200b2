import { formatBitRate, formatDuration } from "../base/quantity.ts";
import { TIME_REASONS } from "../simulate/account.ts";
import type { PriorityReport, Report, Spread, Use } from "../simulate/report.ts";
import { alignColumns, type Column } from "./columns.ts";
import type { Palette } from "./palette.ts";

const COLUMNS: readonly Column[] = [
  { heading: "PRIORITY", side: "right" },
  { heading: "VIEWERS", side: "right" },
  { heading: "FPS", side: "right" },
  { heading: "WORST", side: "right" },
  { heading: "SKIPPED", side: "right" },
  { heading: "LATE SENT", side: "right" },
  { heading: "LATE ARRIVED", side: "right" },
  { heading: "MBIT/S", side: "right" },
  { heading: "SHARE", side: "right" },
  { heading: "TIME GOES TO", side: "left" },
];

/** How many reasons a row names; all are in the JSON. */
const REASONS = 2;

const LEGEND = [
  "FPS: frames that arrived, of those wanted: on average, and of the viewer that got fewest. LATE: from due",
  "to hand-over, and to the arrival of the last byte; p50 / p99 / p99.9 in ms.",
].join("\n");

/** The report for people. Ends in a line break. */
export function simulationText(report: Report, { bold, dim }: Palette): string {
  const { seed, duration, messages, verdict } = report;
  const [headings = "", ...rows] = alignColumns(COLUMNS, report.priorities.map(cells));
  const lines = [
    `${formatDuration(duration)} simulated with seed ${seed}; frames sent: ${messages.toLocaleString("en")}.`,
    ...useLines(report),
    "",
    dim(headings),
    ...rows,
    "",
    ...verdict.map((sentence, index) => (index === 0 ? bold(sentence) : sentence)),
    "",
    dim([LEGEND, ...shareOf(report)].join(" ")),
  ];
  return `${lines.join("\n")}\n`;
}

/** The report for programs: bytes, milliseconds, bits per second, shares of 1; null is "does not apply". */
export function simulationJson(report: Report): string {
  return `${JSON.stringify(report, (_, value: unknown) => value ?? null, 2)}\n`;
}

function useLines({ budget, uplink, workers, disks }: Report): string[] {
  const uses: (readonly [string, Use | undefined, (of: number) => string])[] = [
    ["egress", budget, formatBitRate],
    ["uplink", uplink, formatBitRate],
    ["workers", workers, String],
    ["disks", disks, String],
  ];
  const parts = uses.flatMap(([name, use, format]) =>
    use === undefined ? [] : [`${name} ${format(use.of)}, ${percent(Math.min(use.share, 1))} used`],
  );
  return [`${parts.join("; ")}.`];
}

function cells(one: PriorityReport): string[] {
  return [
    String(one.priority),
    viewers(one),
    one.wantedFps === undefined ? one.fps.toFixed(1) : `${one.fps.toFixed(1)}/${number(one.wantedFps)}`,
    one.worstFps.toFixed(1),
    percent(one.skippedShare),
    spread(one.atHandOver),
    spread(one.atArrival),
    (one.rate / 1e6).toFixed(1),
    one.share === undefined ? "-" : percent(one.share),
    reasons(one),
  ];
}

function viewers({ viewers, refused, lost }: PriorityReport): string {
  const fates = [...(refused > 0 ? [`${refused} refused`] : []), ...(lost > 0 ? [`${lost} lost`] : [])];
  return fates.length === 0 ? String(viewers) : `${viewers} (${fates.join(", ")})`;
}

function reasons({ why }: PriorityReport): string {
  const shown = TIME_REASONS.filter((reason) => why[reason] >= 0.01).sort((a, b) => why[b] - why[a]);
  const most = shown.slice(0, REASONS);
  return most.map((reason) => `${reason} ${Math.round(why[reason] * 100)} %`).join(", ");
}

function spread(spread: Spread): string {
  return spread === undefined ? "-" : [spread.p50, spread.p99, spread.p999].map(number).join(" / ");
}

function shareOf({ budget, uplink }: Report): string[] {
  if (budget !== undefined) return ["SHARE: of the egress budget."];
  return uplink === undefined ? [] : ["SHARE: of the uplink."];
}

function number(value: number): string {
  return String(value < 100 ? Math.round(value * 10) / 10 : Math.round(value));
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
