import assert from "node:assert/strict";
import { test } from "node:test";
import { BitRate, Bytes, Epoch, KiB, MessageNumber, MonotonicMs, Priority } from "../../src/base/units.ts";
import { Dispatcher } from "../../src/dispatch/dispatcher.ts";
import type { Queue } from "../../src/dispatch/queue.ts";
import type { SinkAnswer } from "../../src/dispatch/sink.ts";
import { VirtualClock } from "../../src/simulate/clock.ts";

/** Milliseconds after which a sink that has said "wait" drains; `more`: it never says it. */
type Answer = (bytes: number) => number | "more";

type Reader = { readonly size: number; readonly answer: Answer };

type Limits = {
  readonly slots?: number;
  readonly ringBytes?: number;
  readonly slice?: number;
  /** Bits per second; undefined for no budget. */
  readonly budget?: number | undefined;
};

type Stage = { readonly clock: VirtualClock; readonly dispatcher: Dispatcher };

function start({ slots = 4096, ringBytes = 1e9, slice = 62_500, budget }: Limits): Stage {
  const clock = new VirtualClock();
  const dispatcher = new Dispatcher({
    clock,
    ring: { slots, bytes: Bytes(ringBytes), windowMessages: 2, windowBytes: Bytes(512 * KiB) },
    batch: 8,
    handOver: Bytes(Math.min(slice, 128 * KiB)),
    slice: Bytes(slice),
    inFlight: Bytes(1e12),
    egress: budget === undefined ? {} : { server: { rate: BitRate(budget), burst: Bytes(2 * slice) } },
  });
  return { clock, dispatcher };
}

/** Equal untimed readers without an end. @returns what each has had in ten seconds */
function bytesOf({ readers, ...limits }: Limits & { readonly readers: readonly Reader[] }): number[] {
  const stage = start(limits);
  const sent = readers.map(() => 0);
  for (const [index, reader] of readers.entries()) {
    connect(stage, reader, (bytes) => (sent[index] = (sent[index] ?? 0) + bytes));
  }
  stage.clock.run(MonotonicMs(10_000));
  return sent;
}

function connect(
  { clock, dispatcher }: Stage,
  { size, answer }: Reader,
  count: (bytes: number) => void,
): void {
  const parts = [new Uint8Array(size)];
  let number = 0;
  const fill = (): void => {
    while (queue.offer({ epoch: Epoch(1), number: MessageNumber(number), parts, bytes: Bytes(size) }))
      number += 1;
  };
  const send = ({ bytes }: { readonly bytes: number }): SinkAnswer => {
    count(bytes);
    const wait = answer(bytes);
    if (wait === "more") return "more";
    if (wait === 0) clock.defer(() => queue.drained());
    else clock.at(MonotonicMs(clock.now() + wait), () => queue.drained());
    return "wait";
  };
  const source = {
    drain: fill,
    returned: (messages: number) => (number -= messages),
    started: () => {},
    finished: () => {},
    due: () => MonotonicMs(0),
    isLate: () => false,
    skip: () => {},
  };
  const queue: Queue = dispatcher.attach({ send, abandon: () => {} }, source);
  queue.begin({ priority: Priority(3), period: undefined });
  fill();
}

function assertEqual(sent: readonly number[]): void {
  const ratio = Math.min(...sent) / Math.max(...sent);
  assert.ok(ratio > 0.95, `bytes: ${sent.join(", ")}`);
}

const SMALL = 5000;
const LARGE = 5_000_000;
const always =
  (wait: number | "more"): Answer =>
  () =>
    wait;
const both = (answer: Answer): Reader[] => [SMALL, LARGE].map((size) => ({ size, answer }));

// With small frames a hand-over is as large as the tokens at hand: whoever lost its turn with each "wait"
// had a tenth of what the other had.
for (const wait of ["more", 0, 0.5, 2, 5] as const) {
  test(`5 kB and 5 MB frames get the same bytes when each hand-over is taken after ${wait} ms`, () => {
    for (const slice of [62_500, 256 * KiB])
      assertEqual(bytesOf({ readers: both(always(wait)), slice, budget: 100e6 }));
  });
}

// The link of each is as fast as all together may be: it is set aside for as long as a slice takes.
test("5 kB and 5 MB frames get the same bytes over two equal links", () => {
  assertEqual(bytesOf({ readers: both((bytes) => bytes / 12_500), budget: 100e6 }));
  assertEqual(bytesOf({ readers: both((bytes) => bytes / 5000) }));
});

// Some clients have room in their kernel's buffer, and others never.
test("readers that say wait each time get as much as readers that never do", () => {
  const readers = [SMALL, LARGE, 57_654, LARGE].map((size, index) => ({
    size,
    answer: always(index % 2 === 0 ? 2 : "more"),
  }));
  assertEqual(bytesOf({ readers, budget: 100e6 }));
});

test("twenty readers of 5 kB frames and twenty of 5 MB frames get the same bytes", () => {
  for (const wait of [0, 5]) {
    const readers = Array.from({ length: 20 }, () => both(always(wait))).flat();
    assertEqual(bytesOf({ readers, budget: 100e6 }));
  }
});

// The large frames of one would fill the ring, and the other have a slot for each fifth of a second.
for (const [name, ring] of [
  ["8 slots", { slots: 8 }],
  ["2 slots", { slots: 2 }],
  ["room for one large frame", { ringBytes: 5_200_000 }],
] as const) {
  test(`5 kB and 5 MB frames get the same bytes with ${name} in the ring`, () => {
    for (const wait of ["more", 0] as const)
      assertEqual(bytesOf({ readers: both(always(wait)), budget: 100e6, ...ring }));
  });
}

// What a client could have had while it read nothing is lost: others would pay for it.
test("who reads nothing for a second has no more afterwards than one turn before its equals", () => {
  const slice = 62_500;
  const stage = start({ slice, budget: 100e6 });
  const { clock } = stage;
  const sent = [0, 0];
  const count = (index: number) => (bytes: number) => {
    if (clock.now() >= 1000) sent[index] = (sent[index] ?? 0) + bytes;
  };
  let isFirst = true;
  const once: Answer = () => {
    if (!isFirst) return "more";
    isFirst = false;
    return 1000;
  };
  connect(stage, { size: SMALL, answer: once }, count(0));
  connect(stage, { size: LARGE, answer: always("more") }, count(1));
  let most = 0;
  for (let time = 1000; time < 2000; time += 1) {
    clock.run(MonotonicMs(time));
    most = Math.max(most, (sent[0] ?? 0) - (sent[1] ?? 0));
  }
  assert.ok(most <= 2 * slice, `${most} bytes ahead`);
});
