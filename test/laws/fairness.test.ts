import assert from "node:assert/strict";
import { test } from "node:test";
import { Bytes, KiB } from "../../src/base/units.ts";
import { Rig, type RigClient } from "./rig.ts";

const HAND_OVER = 128 * KiB;
const SLICE = 256 * KiB;

function start(): Rig {
  return new Rig({
    ring: { slots: 4096, bytes: Bytes(1e9), windowMessages: 2, windowBytes: Bytes(512 * KiB) },
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
