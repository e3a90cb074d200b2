import assert from "node:assert/strict";
import { test } from "node:test";
import { Bytes, KiB } from "../../src/base/units.ts";
import { Rig, type RigClient } from "./rig.ts";

const HAND_OVER = 128 * KiB;
const SLICE = 256 * KiB;

function start(slots = 4096, ringBytes = 1e9): Rig {
  return new Rig({
    ring: { slots, bytes: Bytes(ringBytes), windowMessages: 2, windowBytes: Bytes(512 * KiB) },
    batch: 8,
    handOver: Bytes(HAND_OVER),
    slice: Bytes(SLICE),
    inFlight: Bytes(1e12),
  });
}

/** Notes after each hand-over how many bytes each client has had. */
function watch(rig: Rig, whenChanged: (bytes: readonly number[]) => void): void {
  const bytes = rig.clients.map(() => 0);
  rig.listen((client, handOver) => {
    const index = rig.clients.indexOf(client);
    bytes[index] = (bytes[index] ?? 0) + handOver.bytes;
    whenChanged(bytes);
  });
}

const connect = (rig: Rig, sizes: readonly number[]): RigClient[] =>
  sizes.map((size) => {
    const client = rig.connect({ priority: 3, period: undefined });
    client.supply(...Array.from({ length: Math.ceil(40e6 / size) }, () => size));
    return client;
  });

// With turns counted in messages, whoever has large frames would get a thousand times as much.
test("equal untimed clients get the same bytes within two quanta, however large their frames", () => {
  const rig = start();
  connect(rig, [5000, 57_654, 5_000_000, 300_000]);
  let most = 0;
  watch(rig, (bytes) => {
    // Until the first has had everything.
    if (Math.max(...bytes) < 39e6) most = Math.max(most, Math.max(...bytes) - Math.min(...bytes));
  });
  rig.settle();
  assert.ok(most <= 2 * SLICE, `${most} bytes apart`);
});

// The promise in the design: small frames beside large ones, over a long run.
test("5 kB frames and 5 MB frames at the same priority get the same bytes within 5 %", () => {
  const rig = start();
  connect(rig, [5000, 5_000_000]);
  let ratio = 0;
  watch(rig, ([small = 0, large = 0]) => {
    if (small < 38e6 && large < 38e6) ratio = small / large;
  });
  rig.settle();
  assert.ok(Math.abs(ratio - 1) < 0.05, `${ratio} times as much`);
});

// Whoever sends would take the slot that this frees, and of a hundred viewers ten would see something.
// Small frames come in windows of many: how many slots a turn brings differs, and so may the shares.
for (const { clients, slots, size, ringBytes, share } of [
  { clients: 2, slots: 1, size: 57_654, ringBytes: 1e9, share: 0.9 },
  { clients: 20, slots: 64, size: 57_654, ringBytes: 1e9, share: 0.9 },
  { clients: 4, slots: 4096, size: 3_000_000, ringBytes: 8e6, share: 0.7 },
  { clients: 20, slots: 4096, size: 1000, ringBytes: 1e9, share: 0.5 },
]) {
  test(`of ${clients} equals with ${size} bytes a frame in ${slots} slots none has much less`, () => {
    const rig = start(slots, ringBytes);
    connect(
      rig,
      Array.from({ length: clients }, () => size),
    );
    let least = 0;
    watch(rig, (bytes) => {
      if (Math.max(...bytes) < 20e6) least = Math.min(...bytes);
    });
    rig.settle();
    assert.ok(least > share * 20e6, `one had only ${least} bytes when the first had 20 MB`);
  });
}
