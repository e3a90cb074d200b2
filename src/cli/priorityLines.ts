import { formatBitRate } from "../base/quantity.ts";
import { SETTINGS, type Settings } from "../settings.ts";
import { promisesOf } from "../settings/promises.ts";
import type { Palette } from "./palette.ts";

/** More blocks of addresses than these are for the configuration file to say. */
const SHOWN_BLOCKS = 3;

/** What priority means with these settings, who may have which, and what is promised of it. */
export function priorityLines(settings: Settings, { bold }: Palette): string[] {
  return [
    `${bold("Priority")} is the second field of a request: 0 to 255, smaller first,`,
    `here ${bestText(settings)} (--best-priority).`,
    ...promise(settings),
    ...policy(settings),
    ...admission(settings),
  ];
}

function bestText({ bestPriority: { named, others } }: Settings): string {
  if (named.length === 0) return `${others} at best`;
  const shown = named.slice(0, SHOWN_BLOCKS).map(({ name, priority }) => `${priority} from ${name}`);
  const more = named.length > SHOWN_BLOCKS ? ["…"] : [];
  return `at best ${[...shown, ...more, `${others} from elsewhere`].join(", ")}`;
}

function promise(settings: Settings): string[] {
  const { betterWaits } = promisesOf(settings);
  const { egress, floors } = settings;
  if (egress === "none" || betterWaits === undefined) {
    const order = floors.size === 0 ? "ordered strictly by it" : "ordered by it and by floors";
    return [
      `Hand-overs are ${order}. There is no egress budget (--egress), so what`,
      "is promised is the order in which bytes leave the server: what the kernel's buffers hold for",
      "others still arrives first.",
    ];
  }
  const wait = Math.ceil(betterWaits * TENTHS) / TENTHS;
  if (wait === Number.POSITIVE_INFINITY)
    return [`At most ${formatBitRate(egress)}/s leave (--egress), and the floors may take all of it.`];
  return [
    `At most ${formatBitRate(egress)}/s leave (--egress): a message of the best priority that is ready waits`,
    `at most ${wait} ms for others, plus one turn of the dispatcher and one tick of the timer.`,
  ];
}

/** For people one decimal of a millisecond is enough; rounded up, as it is a promise. */
const TENTHS = 10;

function policy({ policy, floors }: Settings): string[] {
  if (floors.size === 0) return [];
  return [
    `Policy ${policy}: of what leaves, priorities keep shares: ${SETTINGS.floors.kind.format(floors)}.`,
  ];
}

function admission({ admission }: Settings): string[] {
  if (admission === "off") return [];
  const share = SETTINGS.admission.kind.format(admission);
  return [`Timed playbacks are admitted up to ${share} of it; others are refused with BUSY (--admission).`];
}
