import * as fc from "fast-check";
import { CONTRACTS, type Contract } from "../../src/base/contract.ts";
import type { Rate } from "../../src/base/rate.ts";

/** A token bucket in the units of the tests. */
export type Bucket = { readonly perMs: number; readonly burst: number };

/** The limits of a server, beside the bounds of its memory. */
export type Limits = {
  readonly server: Bucket | undefined;
  readonly client: Bucket | undefined;
  readonly priorities: ReadonlyMap<number, Bucket>;
  /** The largest hand-over: what messages are cut into, and gathered to. */
  readonly slice: number;
  readonly batch: number;
  readonly slots: number;
  readonly ringBytes: number;
  readonly windowMessages: number;
  readonly windowBytes: number;
  readonly inFlight: number;
};

/** How a client takes what it is given. */
export type Road =
  /** At once, except in a pause. */
  | { readonly kind: "fast"; readonly pause: { readonly from: number; readonly to: number } | undefined }
  | { readonly kind: "slow"; readonly perMs: number }
  /** Whatever it has, at every multiple of so many milliseconds. */
  | { readonly kind: "steps"; readonly every: number }
  /** So many hand-overs, and nothing more. */
  | { readonly kind: "stalled"; readonly after: number };

export type Act =
  | {
      readonly kind: "play";
      readonly at: number;
      readonly movie: number;
      readonly priority: number;
      readonly contract: Contract;
      readonly rate: Rate | undefined;
      readonly repeat: boolean;
    }
  | { readonly kind: "stop"; readonly at: number }
  | { readonly kind: "lose"; readonly at: number };

export type Play = Extract<Act, { readonly kind: "play" }>;

export type Workload = {
  readonly limits: Limits;
  /** Bytes of a frame, and how many there are: frames 1, 2, 3 … */
  readonly movies: readonly { readonly size: number; readonly frames: number }[];
  readonly viewers: readonly { readonly road: Road; readonly acts: readonly Act[] }[];
  /** What production takes for a frame that nobody has seen. */
  readonly latency: number;
  /** When the workload is over. */
  readonly span: number;
};

/** What distinguishes one kind of workload from the others. */
export type Kind = {
  /** Whether the server has a budget. */
  readonly isBudgeted?: boolean;
  /** Whether clients and priorities may have buckets of their own. */
  readonly hasOwnBuckets?: boolean;
  /** Whether there may be less room in the ring than everybody wants. */
  readonly hasSmallRing?: boolean;
  /** Whether less may be under way than everybody wants: who can go depends on sizes then. */
  readonly hasSmallFlight?: boolean;
  readonly latencies?: readonly number[];
  readonly contracts?: readonly Contract[];
};

/** Keeps a workload small enough for thousands of them. */
const MOST_HAND_OVERS = 250;
const MOST_SLICES = 300;
const LARGEST_FRAME = 5_000_000;
const SMALLEST_FRAME = 40;

const fraction = fc.nat(1000).map((part) => part / 1000);

/** As likely to lie between 40 and 400 as between 400,000 and 4,000,000. */
const between = (least: number, most: number): fc.Arbitrary<number> =>
  fraction.map((part) => Math.round(least * (most / least) ** part));

/** Sizes, rates and time go together: a slice takes some milliseconds, and a workload some hundred slices. */
type Scale = { readonly slice: number; readonly perMs: number; readonly span: number };

const scale: fc.Arbitrary<Scale> = fc
  .record({
    slice: fc.constantFrom(1000, 16_384, 65_536, 262_144),
    sliceMs: fc.constantFrom(0.5, 3, 5, 20),
    handOvers: fc.integer({ min: 20, max: MOST_HAND_OVERS }),
  })
  .map(({ slice, sliceMs, handOvers }) => ({ slice, perMs: slice / sliceMs, span: handOvers * sliceMs }));

const bucket = ({ slice, perMs }: Scale, share: number): fc.Arbitrary<Bucket> =>
  fc.record({
    perMs: fraction.map((part) => perMs * share * (0.2 + 0.8 * part)),
    burst: fc.constantFrom(slice, slice * 1.5, slice * 8),
  });

function limits(size: Scale, kind: Kind): fc.Arbitrary<Limits> {
  const { slice } = size;
  const { hasSmallRing = false, hasSmallFlight = false, isBudgeted = true } = kind;
  const slots = hasSmallRing ? [1, 3, 16, 4096] : [100_000];
  const ringBytes = hasSmallRing ? [3 * slice, 1e6, 1e10] : [1e10];
  const inFlight = hasSmallFlight ? [4 * slice, 1e7] : [1e12];
  const own = <T>(arbitrary: fc.Arbitrary<T>, none: T): fc.Arbitrary<T> =>
    kind.hasOwnBuckets === true ? fc.oneof(fc.constant(none), arbitrary) : fc.constant(none);
  const of = fc.tuple(fc.constantFrom(0, 1, 3), bucket(size, 0.5));
  return fc.record({
    server: isBudgeted
      ? fc.record({
          perMs: fc.constant(size.perMs),
          burst: fc.constantFrom(slice, slice * 2, slice * 10),
        })
      : fc.constant(undefined),
    client: own<Bucket | undefined>(bucket(size, 0.3), undefined),
    priorities: own<[number, Bucket][]>(fc.array(of, { maxLength: 2 }), []).map((all) => new Map(all)),
    slice: fc.constant(slice),
    batch: fc.constantFrom(1, 8),
    slots: fc.constantFrom(...slots),
    ringBytes: fc.constantFrom(...ringBytes),
    windowMessages: fc.constantFrom(1, 2, 4),
    windowBytes: fc.constantFrom(1, slice, 2 * slice),
    inFlight: fc.constantFrom(...inFlight),
  });
}

const road = ({ perMs, span }: Scale): fc.Arbitrary<Road> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant({ kind: "fast", pause: undefined } as const) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("fast" as const),
        pause: fc
          .tuple(fraction, fraction)
          .map(([from, part]) => ({ from: from * span, to: (from + part) * span })),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("slow" as const),
        perMs: fraction.map((part) => perMs * (0.02 + part)),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("steps" as const), every: fc.constantFrom(1, 7, 40) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("stalled" as const), after: fc.integer({ min: 1, max: 5 }) }),
    },
  );

/** Periods from a two-hundredth of the span to a fifth of it, and those of real movies. */
const rate = (span: number): fc.Arbitrary<Rate> =>
  fc.oneof(
    fc.constantFrom({ numerator: 24, denominator: 1 }, { numerator: 24_000, denominator: 1001 }),
    fc
      .constantFrom(5, 20, 60, 200)
      .map((parts) => ({ numerator: 1000, denominator: Math.max(Math.round(span / parts), 1) })),
  );

function act({ span }: Scale, { contracts = CONTRACTS }: Kind): fc.Arbitrary<Act> {
  const at = fraction.map((part) => part * span * 0.9);
  return fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        kind: fc.constant("play" as const),
        at,
        movie: fc.nat(2),
        priority: fc.constantFrom(0, 1, 3, 255),
        contract: fc.constantFrom(...contracts),
        rate: fc.oneof(fc.constant(undefined), rate(span)),
        repeat: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("stop" as const), at }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("lose" as const), at }) },
  );
}

const viewer = (size: Scale, kind: Kind): fc.Arbitrary<Workload["viewers"][number]> =>
  fc.record({
    road: road(size),
    acts: fc
      .array(act(size, kind), { minLength: 1, maxLength: 3 })
      .map((acts) => acts.toSorted((a, b) => a.at - b.at)),
  });

/** Many tiny frames, or a few that are cut into many slices. */
const movie = ({ slice }: Scale): fc.Arbitrary<Workload["movies"][number]> =>
  fc
    .record({
      size: between(SMALLEST_FRAME, Math.min(LARGEST_FRAME, 20 * slice)),
      frames: fc.integer({ min: 1, max: 100 }),
    })
    .map(({ size, frames }) => ({ size, frames: Math.ceil(Math.min(frames, (MOST_SLICES * slice) / size)) }));

/** Two to thirty viewers, mostly few, so that what goes wrong is easy to read. */
export function workloads(kind: Kind): fc.Arbitrary<Workload> {
  return scale.chain((size) =>
    fc.record({
      limits: limits(size, kind),
      movies: fc.array(movie(size), { minLength: 3, maxLength: 3 }),
      viewers: fc.oneof(
        { weight: 5, arbitrary: fc.array(viewer(size, kind), { minLength: 2, maxLength: 6 }) },
        { weight: 1, arbitrary: fc.array(viewer(size, kind), { minLength: 7, maxLength: 30 }) },
      ),
      latency: fc.constantFrom(...(kind.latencies ?? [0])),
      span: fc.constant(size.span),
    }),
  );
}
