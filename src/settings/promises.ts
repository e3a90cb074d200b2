import { BitRate as toBits, type BitRate, type Bytes, bytesPerMs, type Ms, Ms as ms } from "../base/units.ts";
import { Priority as toPriority, type Priority } from "../base/units.ts";
import type { Settings } from "../settings.ts";
import { ownBurstFor } from "../base/handOvers.ts";

/**
 * What the settings promise; `docs/priority.md` derives each. C is the budget, σ its burst, L the largest
 * hand-over (`slice`); one turn of the pump and one tick of the timer come on top of each time.
 */
export type Promises = {
  /**
   * How long a message of the best priority that becomes ready waits for others at most: (L + σ)/C, and with
   * n floors of Φ together (L + n·L/(1 − Φ) + σ)/C. Undefined without a budget; infinite when the floors are
   * the whole.
   */
  readonly betterWaits: Ms | undefined;
  /** Priorities with a bucket of their own: what the worse ones get, and after which time. */
  readonly rests: readonly Rest[];
  /** Priorities with a floor: how long one that can always go waits between two hand-overs at most. */
  readonly floors: readonly FloorWait[];
  /** Each client's bucket, and those of priorities; what they let pass needs no budget to be bounded. */
  readonly client: Bucket | undefined;
  readonly buckets: readonly (Bucket & { readonly priority: Priority })[];
  /** What admitted playbacks may need; undefined when all are admitted. */
  readonly admission: AdmissionRoom | undefined;
};

/** A bucket of one's own, and what it holds. */
export type Bucket = { readonly rate: BitRate; readonly burst: Bytes };

/**
 * Timed playbacks are admitted up to C × min(share, 1 − Σφ of worse priorities), together with those of a
 * better priority, and up to share × ρ where their priority has a bucket.
 */
export type AdmissionRoom = {
  /** For the worst priority, of which no floor takes anything. */
  readonly all: BitRate;
  /** Where worse floors leave less: up to and with this priority, for it and the better ones together. */
  readonly beside: readonly { readonly upTo: Priority; readonly rate: BitRate }[];
  /** Of one priority alone. */
  readonly alone: readonly { readonly priority: Priority; readonly rate: BitRate }[];
};

/**
 * What those worse than a priority with a bucket get: C − Σρ after (Σσ + L)/(C − Σρ), the sums over it and
 * all better ones that have buckets. A better one without a bucket may take it all.
 */
export type Rest = {
  /** The priority, and the better ones with buckets before it. */
  readonly priorities: readonly Priority[];
  /** Whether all that are better have buckets. */
  readonly isWhole: boolean;
  readonly rate: BitRate;
  /** Infinite when nothing is left. */
  readonly after: Ms;
};

/** (2L/φ + L + σ)/C; undefined without a budget. In bytes of all that is handed over: 2L/φ + L. */
export type FloorWait = {
  readonly priority: Priority;
  readonly share: number;
  readonly bytes: Bytes;
  readonly time: Ms | undefined;
};

/** How the promises follow from the settings. */
export function promisesOf(settings: Settings): Promises {
  const { egress, egressBurst, slice, clientEgress, priorityEgress } = settings;
  const perMs = egress === "none" ? undefined : bytesPerMs(egress);
  const bucket = (rate: BitRate): Bucket => ({ rate, burst: ownBurstFor(rate, slice) });
  return {
    client: clientEgress === "none" ? undefined : bucket(clientEgress),
    buckets: byPriority(priorityEgress).map(([priority, rate]) => {
      const { burst } = bucket(rate);
      return { priority, rate, burst };
    }),
    admission: admissionRoom(settings),
    betterWaits: perMs === undefined ? undefined : ms((bytesBefore(settings) + egressBurst) / perMs),
    rests: egress === "none" ? [] : restsOf(settings, egress),
    floors: [...settings.floors].map(([priority, share]) => {
      const bytes = ((2 * slice) / share + slice) as Bytes;
      return {
        priority,
        share,
        bytes,
        time: perMs === undefined ? undefined : ms((bytes + egressBurst) / perMs),
      };
    }),
  };
}

/**
 * What may leave between two hand-overs of the strict order: L, and while n floors of Φ together are served,
 * that began at the same moment, W = n·L + Φ·W.
 */
function bytesBefore({ slice, floors }: Settings): number {
  const worse = [...floors].filter(([priority]) => priority > 0);
  const together = worse.reduce((sum, [, share]) => sum + share, 0);
  if (worse.length === 0) return slice;
  return together >= WHOLE ? Number.POSITIVE_INFINITY : slice * (1 + worse.length / (1 - together));
}

/** Decimal fractions that are the whole together may be a hair below it. */
const WHOLE = 1 - 1e-9;

function admissionRoom({
  admission: share,
  egress,
  floors,
  priorityEgress,
}: Settings): AdmissionRoom | undefined {
  if (share === "off" || egress === "none") return undefined;
  const room = (kept: number): BitRate => toBits(Math.floor(egress * Math.min(share, 1 - kept)));
  const all = room(0);
  const beside = byPriority(floors).flatMap(([priority]) => {
    const worse = [...floors].filter(([other]) => other >= priority);
    const rate = room(worse.reduce((sum, [, floor]) => sum + floor, 0));
    return priority === 0 || rate === all ? [] : [{ upTo: toPriority(priority - 1), rate }];
  });
  const alone = byPriority(priorityEgress).map(([priority, rate]) => ({
    priority,
    rate: toBits(Math.floor(share * rate)),
  }));
  return { all, beside, alone };
}

function byPriority<T>(values: ReadonlyMap<Priority, T>): [Priority, T][] {
  return [...values].toSorted(([a], [b]) => a - b);
}

function restsOf({ priorityEgress, slice }: Settings, egress: BitRate): Rest[] {
  const buckets = byPriority(priorityEgress);
  return buckets.map((_, index) => {
    const better = buckets.slice(0, index + 1);
    const rate = Math.max(
      better.reduce((left, [, each]) => left - each, egress as number),
      0,
    ) as BitRate;
    const bursts = better.reduce((sum, [, each]) => sum + ownBurstFor(each, slice), 0);
    const after = rate === 0 ? Number.POSITIVE_INFINITY : (bursts + slice) / bytesPerMs(rate);
    const priorities = better.map(([priority]) => priority);
    return { priorities, isWhole: priorities.at(-1) === index, rate, after: ms(after) };
  });
}
