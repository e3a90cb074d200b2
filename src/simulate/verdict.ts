import { formatBitRate } from "../base/quantity.ts";
import { TIME_REASONS, type TimeReason } from "./account.ts";
import type { PriorityReport, Report, Use } from "./report.ts";

/**
 * From here on something counts as used up; or from here, when that is what those who lack something wait
 * for: the time before all have come counts, too.
 */
const USED_UP = 0.95;
const MOSTLY_USED = 0.8;

/** What a timed viewer may lack and still has what it asked for: the beginning takes a moment. */
const FEW_SKIPPED = 0.005;
const NEARLY_ALL = 0.95;

/** Less than this share of the time is not worth a word. */
const MINOR = 0.1;

/** What the reasons are in a sentence. */
const WORDS: Readonly<Record<TimeReason, string>> = {
  production: "frames that are being made",
  ring: "room in the ring",
  client: "clients that take nothing more",
  budget: "the budget",
  better: "better priorities",
  turn: "its equals",
  uplink: "the kernel's buffers",
  link: "the clients' own links",
};

type Unjudged = Omit<Report, "verdict">;

/** In sentences: what limits, who has what they ask for, and what the others wait for. */
export function verdictOf(everything: Unjudged): readonly string[] {
  const refused = refusalsOf(everything);
  const watching = everything.priorities.filter((one) => one.viewers > one.refused);
  if (watching.length === 0) return refused.length > 0 ? refused : ["Nobody came."];
  const report = { ...everything, priorities: watching };
  const served = report.priorities.filter(isServed);
  const sentences = [limitOf(report)];
  if (served.length > 0) sentences.push(servedOf(served));
  for (const priority of report.priorities) {
    if (!served.includes(priority)) sentences.push(lackOf(priority));
  }
  return [...sentences, ...refused];
}

/** Who was not admitted, and what would have been. */
function refusalsOf({ admission, priorities }: Unjudged): string[] {
  if (admission === undefined) return [];
  const lines = priorities.flatMap(({ priority, viewers, refused, fittingFps = 0 }) => {
    if (refused === 0) return [];
    const fitting = Math.floor(fittingFps * HUNDREDTHS) / HUNDREDTHS;
    const advice = fitting > 0 ? `with ${fitting} frames a second one more would have fitted` : "it is full";
    return [`Priority ${priority}: ${refused} of ${viewers} were refused (BUSY): ${advice}.`];
  });
  const seeks = priorities.reduce((sum, { refusedSeeks }) => sum + refusedSeeks, 0);
  if (seeks > 0)
    lines.push(`Seeks of admitted viewers that were refused, and who went on as before: ${seeks}.`);
  if (lines.length === 0) return [];
  return [
    `Admission promises ${percent(admission)} of the egress budget, and refuses what needs more.`,
    ...lines,
  ];
}

const HUNDREDTHS = 100;

/** Something that all share: what to say when it limits, and what its users wait for then. */
type Shared = {
  readonly use: Use | undefined;
  readonly sign: readonly TimeReason[];
  readonly sentence: (use: Use) => string;
};

function sharedOf({ budget, uplink, disks, workers }: Unjudged): readonly Shared[] {
  return [
    {
      use: budget,
      sign: ["budget", "better", "turn", "ring"],
      sentence: (use) => `The egress budget of ${formatBitRate(use.of)} limits: ${used(use)}.`,
    },
    {
      use: uplink,
      sign: ["uplink", "client"],
      sentence: (use) =>
        `The uplink of ${formatBitRate(use.of)} limits: ${used(use)}. What waits for it lies in the ` +
        "kernel, where priority means nothing: set egress below it.",
    },
    { use: disks, sign: ["production"], sentence: (use) => `The disks limit: ${used(use)}.` },
    { use: workers, sign: ["production"], sentence: (use) => `The workers limit: ${used(use)}.` },
  ];
}

function limitOf(report: Unjudged): string {
  const lacking = report.priorities.find((one) => one.wantedFps !== undefined && !isServed(one));
  const [reason] = lacking === undefined ? [] : reasonsOf(lacking);
  for (const { use, sign, sentence } of sharedOf(report)) {
    if (use === undefined) continue;
    const isSign = reason !== undefined && sign.includes(reason);
    if (use.share >= (isSign ? MOSTLY_USED : USED_UP)) return sentence(use);
  }
  const nothing = "Nothing that the server shares is used up";
  if (lacking !== undefined && reason === "budget")
    return `${nothing}: priority ${lacking.priority} is kept by client-egress or priority-egress.`;
  if (lacking !== undefined) return `${nothing}: what priority ${lacking.priority} waits for is its own.`;
  if (report.priorities.some(({ refused }) => refused > 0)) return "Nothing limits those who were admitted.";
  const isUntimed = report.priorities.some(({ wantedFps }) => wantedFps === undefined);
  return isUntimed ? `${nothing}: untimed viewers get what their own links take.` : "Nothing limits.";
}

/** Whether timed viewers have what they ask for, and within one period. */
function isServed({ wantedFps, fps, skippedShare, atArrival }: PriorityReport): boolean {
  if (wantedFps === undefined) return false;
  const isPunctual = atArrival === undefined || atArrival.p99 < 1000 / wantedFps;
  return isPunctual && skippedShare < FEW_SKIPPED && fps >= NEARLY_ALL * wantedFps;
}

function lackOf(priority: PriorityReport): string {
  const waits = reasonsOf(priority).map((reason) => WORDS[reason]);
  const name = `Priority ${priority.priority}`;
  if (waits.length === 0) return `${name} got nothing that it waited for.`;
  const lacks = priority.wantedFps === undefined ? "is untimed" : "lacks frames or has them late";
  return `${name} ${lacks}: it waits for ${waits.slice(0, 2).join(" and ")}.`;
}

/** Where most of the time goes, first. */
function reasonsOf({ why }: PriorityReport): TimeReason[] {
  return TIME_REASONS.filter((reason) => why[reason] >= MINOR).sort((a, b) => why[b] - why[a]);
}

function servedOf(served: readonly PriorityReport[]): string {
  const numbers = served.map(({ priority }) => priority);
  const [only] = numbers;
  if (numbers.length === 1) return `Priority ${only} gets what it asks for, in time.`;
  return `Priorities ${numbers.join(", ")} get what they ask for, in time.`;
}

function used({ share }: Use): string {
  return `${percent(Math.min(share, 1))} used`;
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
