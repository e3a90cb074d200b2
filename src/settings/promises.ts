import { type BitRate, type Bytes, bytesPerMs, type Ms, Ms as ms, type Priority } from "../base/units.ts";
import type { Settings } from "../settings.ts";
import { burstFor } from "../base/handOvers.ts";

/**
 * What the settings promise; `docs/priority.md` derives each. C is the budget, σ its burst, L the largest
 * hand-over (`slice`); one turn of the pump and one tick of the timer come on top of each time.
 */
export type Promises = {
  /** (L + σ)/C: how long a better message that becomes ready waits at most. Undefined without a budget. */
  readonly betterWaits: Ms | undefined;
  /** Priorities with a bucket of their own: what the worse ones get, and after which time. */
  readonly rests: readonly Rest[];
  /** Priorities with a floor: how long one that can always go waits between two hand-overs at most. */
  readonly floors: readonly FloorWait[];
};

/** C − ρ for the worse priorities, after (σ + L)/(C − ρ). 0 when the bucket is as large as the budget. */
export type Rest = { readonly priority: Priority; readonly rate: BitRate; readonly after: Ms };

/** (2L/φ + L + σ)/C; undefined without a budget. In bytes of all that is handed over: 2L/φ + L. */
export type FloorWait = {
  readonly priority: Priority;
  readonly share: number;
  readonly bytes: Bytes;
  readonly time: Ms | undefined;
};

/** How the promises follow from the settings. */
export function promisesOf(settings: Settings): Promises {
  const { egress, egressBurst, slice } = settings;
  const perMs = egress === "none" ? undefined : bytesPerMs(egress);
  return {
    betterWaits: perMs === undefined ? undefined : ms((slice + egressBurst) / perMs),
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

function restsOf({ priorityEgress, slice }: Settings, egress: BitRate): Rest[] {
  return [...priorityEgress].map(([priority, rate]) => {
    const rest = Math.max(egress - rate, 0) as BitRate;
    const after = rest === 0 ? Number.POSITIVE_INFINITY : (burstFor(rate, slice) + slice) / bytesPerMs(rest);
    return { priority, rate: rest, after: ms(after) };
  });
}
