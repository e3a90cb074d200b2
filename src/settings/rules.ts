import { formatBitRate, formatSize } from "../base/quantity.ts";
import type { SettingName, Settings } from "../settings.ts";

/** What two settings must be to each other, and are not. */
export type BrokenRule = {
  /** Whose values do not fit: the first is the one to change. */
  readonly settings: readonly [SettingName, ...SettingName[]];
  /** What was found, what was expected, and the rule. */
  readonly why: string;
};

/** A rule: whether it holds, and what to say when it does not. */
type Rule = {
  readonly settings: BrokenRule["settings"];
  readonly holds: (settings: Settings) => boolean;
  readonly why: (settings: Settings) => string;
};

/** A share is a sum of decimal fractions: a hair over the whole is the whole. */
const HAIR = 1e-9;

const RULES: readonly Rule[] = [
  {
    settings: ["maxWorkers", "workers"],
    holds: ({ maxWorkers, workers }) => maxWorkers >= workers,
    why: ({ maxWorkers, workers }) =>
      `found max-workers ${maxWorkers}, expected at least the ${workers} of workers, which are among them`,
  },
  {
    settings: ["egressBurst", "slice"],
    holds: ({ egressBurst, slice }) => egressBurst >= slice,
    why: ({ egressBurst, slice }) =>
      `found a burst of ${formatSize(egressBurst)}, expected at least the slice of ${formatSize(slice)}: ` +
      "a hand-over that the bucket cannot hold would never leave",
  },
  {
    settings: ["egressBurst", "egress"],
    holds: ({ egressBurst, egress, slice }) => egress !== "none" || egressBurst === slice,
    why: ({ egressBurst }) =>
      `found a burst of ${formatSize(egressBurst)} without an egress budget, expected one: ` +
      "it is the budget's bucket that holds the burst",
  },
  {
    settings: ["clientEgress", "egress"],
    holds: ({ clientEgress, egress }) => !isAbove(clientEgress, egress),
    why: ({ clientEgress, egress }) =>
      `found ${formatRate(clientEgress)} for each client, expected at most the ${formatRate(egress)} ` +
      "of egress: no client is ever sent more",
  },
  {
    settings: ["priorityEgress", "egress"],
    holds: (settings) => idleBucket(settings) === undefined,
    why: (settings) =>
      `found ${idleBucket(settings)}, expected at most the ${formatRate(settings.egress)} of egress: ` +
      "no priority is ever sent more",
  },
  {
    settings: ["window", "ringBytes"],
    holds: ({ window, ringBytes }) => window <= ringBytes,
    why: ({ window, ringBytes }) =>
      `found a window of ${formatSize(window)}, expected at most the ${formatSize(ringBytes)} ` +
      "of ring-bytes: one playback must not wait for more than there is for all",
  },
  {
    settings: ["floors"],
    holds: ({ floors }) => sumOf(floors) <= 1 + HAIR,
    why: ({ floors }) =>
      `found floors of ${Math.round(sumOf(floors) * 1e4) / 100}% together, expected at most 100%: ` +
      "they are shares of one whole",
  },
  {
    settings: ["floors", "priorityEgress", "egress"],
    holds: (settings) => cappedFloor(settings) === undefined,
    why: (settings) =>
      `found a floor for priority ${cappedFloor(settings)} above what its bucket lets pass, ` +
      "expected at most that: the bucket would make the floor void",
  },
  {
    settings: ["window", "slice", "floors"],
    holds: ({ window, slice, floors }) => floors.size === 0 || window >= slice,
    why: ({ window, slice }) =>
      `found a window of ${formatSize(window)} with floors, expected at least the slice of ` +
      `${formatSize(slice)}: who has nothing waiting after each hand-over of small frames loses its share`,
  },
  {
    settings: ["floors", "policy"],
    holds: ({ floors, policy }) => floors.size === 0 || policy === "weighted",
    why: () =>
      "found floors with the policy strict, expected weighted, or floors none: strict keeps no floor",
  },
  {
    settings: ["policy", "floors"],
    holds: ({ floors, policy }) => floors.size > 0 || policy === "strict",
    why: () => "found the policy weighted without floors, expected floors such as 3=20%,9=5%",
  },
  {
    settings: ["admission", "egress"],
    holds: ({ admission, egress }) => admission === "off" || egress !== "none",
    why: () =>
      "found admission without an egress budget, expected one: a share of what is unlimited is nothing",
  },
];

/** The first rule between settings that these break. */
export function brokenRule(settings: Settings): BrokenRule | undefined {
  const broken = RULES.find((rule) => !rule.holds(settings));
  return broken && { settings: broken.settings, why: broken.why(settings) };
}

function isAbove(rate: Settings["egress"], budget: Settings["egress"]): boolean {
  return rate !== "none" && budget !== "none" && rate > budget;
}

/** A bucket that lets more pass than all may have, as it is written. */
function idleBucket({ priorityEgress, egress }: Settings): string | undefined {
  const found = [...priorityEgress].find(([, rate]) => isAbove(rate, egress));
  return found && `${found[0]}=${formatRate(found[1])}`;
}

function formatRate(rate: Settings["egress"]): string {
  return rate === "none" ? rate : formatBitRate(rate);
}

function sumOf(shares: Settings["floors"]): number {
  return [...shares.values()].reduce((sum, share) => sum + share, 0);
}

/** A priority whose floor is more than its bucket lets pass. */
function cappedFloor({ floors, priorityEgress, egress }: Settings): number | undefined {
  if (egress === "none") return undefined;
  const found = [...floors].find(([priority, share]) => {
    const bucket = priorityEgress.get(priority);
    return bucket !== undefined && share * egress > bucket * (1 + HAIR);
  });
  return found?.[0];
}
