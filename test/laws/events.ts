import * as fc from "fast-check";
import { BitRate, Bytes, Priority } from "../../src/base/units.ts";
import type { Floors } from "../../src/dispatch/egress.ts";
import { LABEL_BYTES } from "./labels.ts";
import { type Moment, MOMENTS } from "./moments.ts";
import type { Rig, RigOptions, Standing } from "./rig.ts";

/**
 * What can happen to a dispatcher. Clients are picked by a number that is taken modulo how many there are.
 */
export type Event =
  | { readonly kind: "connect"; readonly standing: Standing }
  | { readonly kind: "supply"; readonly who: number; readonly sizes: readonly number[] }
  | { readonly kind: "answer"; readonly who: number; readonly waits: readonly boolean[] }
  | { readonly kind: "drain" | "close"; readonly who: number }
  | { readonly kind: "begin"; readonly who: number; readonly standing: Standing }
  | {
      readonly kind: "rerank";
      readonly who: number;
      readonly priority: number;
      readonly when: Moment | "now";
    }
  | { readonly kind: "told"; readonly who: number; readonly bytes: number }
  | { readonly kind: "turn" }
  | { readonly kind: "pass"; readonly ms: number };

const priority = fc.constantFrom(0, 1, 2, 2, 255);

const standing: fc.Arbitrary<Standing> = fc.record({
  priority,
  period: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 2, arbitrary: fc.constantFrom(1, 40, 41.625, 10_000) },
  ),
});

const who = fc.nat(7);
const size = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: LABEL_BYTES, max: 400 }) },
  { weight: 1, arbitrary: fc.integer({ min: 400, max: 5000 }) },
);

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("connect"), standing }) },
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant("supply"), who, sizes: fc.array(size, { maxLength: 6 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("answer"),
      who,
      waits: fc.array(fc.boolean(), { maxLength: 5 }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("drain"), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("close"), who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("begin"), who, standing }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("rerank"),
      who,
      priority,
      when: fc.constantFrom("now", ...MOMENTS),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("told"), who, bytes: fc.integer({ min: 1, max: 2000 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("turn") }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("pass"), ms: fc.constantFrom(1, 7, 40, 500) }) },
);

/** Sizes a thousand times smaller than the product's, so that every bound is met often. */
const bounds = fc.record({
  ring: fc.record({
    slots: fc.constantFrom(1, 2, 3, 8, 100),
    bytes: fc.constantFrom(600, 2000, 1_000_000).map(Bytes),
    windowMessages: fc.constantFrom(1, 2, 4),
    windowBytes: fc.constantFrom(1, 512, 2000).map(Bytes),
  }),
  batch: fc.constantFrom(1, 2, 8),
  handOver: fc.constant(Bytes(512)),
  slice: fc.constantFrom(128, 512, 1024).map(Bytes),
  inFlight: fc.constantFrom(2000, 8000, 1e9).map(Bytes),
});

/**
 * Bits per second: 8 to 1024 bytes in a millisecond. With powers of two, as with the periods above, all times
 * are exact, however they are worked out: what happens at the same moment does so for the chooser, too.
 */
const rate = fc.constantFrom(64_000, 256_000, 1_024_000, 8_192_000).map(BitRate);

const floors: fc.Arbitrary<Floors> = fc.constantFrom<Floors>(
  new Map([[Priority(255), 0.1]]),
  new Map([
    [Priority(0), 0.3],
    [Priority(2), 0.5],
    [Priority(255), 0.2],
  ]),
  new Map([[Priority(2), 1]]),
);

type Extras = Pick<RigOptions, "egress" | "floors">;

/** A budget for everybody, for each or for some priorities, and shares; often none of them. */
function extras(slice: number): fc.Arbitrary<Extras> {
  const bucket = fc.record({ rate, burst: fc.constantFrom(slice, 1.5 * slice, 4000).map(Bytes) });
  const perhaps = fc.option(bucket, { nil: undefined });
  const priorities = fc
    .uniqueArray(fc.tuple(fc.constantFrom(0, 1, 2, 255).map(Priority), bucket), {
      selector: ([priority]) => priority,
      maxLength: 2,
    })
    .map((all) => new Map(all));
  const egress = fc.record({ server: perhaps, client: perhaps, priorities });
  return fc.record({ egress, floors }, { requiredKeys: [] });
}

/** Dispatchers of all kinds: with rings of any size, budgets and floors. */
export const rigOptions: fc.Arbitrary<RigOptions> = bounds.chain((bounds) =>
  extras(bounds.slice).map((extras) => Object.assign({}, bounds, extras)),
);

export const events: fc.Arbitrary<Event[]> = fc.array(event, { maxLength: 80, size: "max" });

/** Lets an event happen. What follows from it happens at the next turn. */
export function happen(rig: Rig, event: Event): void {
  if (event.kind === "connect") return void rig.connect(event.standing);
  if (event.kind === "turn") return rig.settle();
  if (event.kind === "pass") return rig.pass(event.ms);
  const client = rig.clients[event.who % Math.max(rig.clients.length, 1)];
  if (client === undefined) return;
  if (event.kind === "supply") client.supply(...event.sizes);
  else if (event.kind === "answer")
    client.willAnswer(...event.waits.map((waits) => (waits ? "wait" : "more")));
  else if (event.kind === "drain") client.drains();
  else if (event.kind === "told") client.told(event.bytes);
  else if (event.kind === "rerank") {
    const { priority, when } = event;
    if (when === "now") client.rerank(priority);
    else client.acts.when(when, () => client.rerank(priority));
  } else if (event.kind === "begin") client.begin(event.standing);
  else client.close();
}

/** Drains everybody until nothing is left to come. */
export function drainAll(rig: Rig): void {
  for (;;) {
    rig.pass(1_000_000);
    const waiting = rig.clients.filter((client) => client.facts.setAside && !client.facts.closed);
    if (waiting.length === 0) return;
    for (const client of waiting) client.drains();
  }
}
