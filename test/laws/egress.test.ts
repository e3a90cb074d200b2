import assert from "node:assert/strict";
import { test } from "node:test";
import { type Waits, WAIT_REASONS } from "../../src/base/events.ts";
import { BitRate, Bytes, Epoch, MessageNumber, MonotonicMs, Ms, Priority } from "../../src/base/units.ts";
import { Dispatcher } from "../../src/dispatch/dispatcher.ts";
import type { BucketLimits, EgressLimits, Floors } from "../../src/dispatch/egress.ts";
import { type Account, openAccount, type Queue } from "../../src/dispatch/queue.ts";
import type { Usage } from "../../src/dispatch/usage.ts";
import { VirtualClock } from "../../src/simulate/clock.ts";

/** C is 100 bytes in a millisecond, L is 1000 bytes. */
const SLICE = 1000;
const bucket = (perMs: number, burst = SLICE): BucketLimits => ({
  rate: BitRate(perMs * 8000),
  burst: Bytes(burst),
});

type Kind = {
  readonly priority: number;
  readonly size: number;
  /** Without one, it has frames for ever. */
  readonly messages?: number;
  readonly period?: number;
  /** Its client's, where that has others. */
  readonly account?: Account;
};

/** A dispatcher, and what left it. */
class Stage {
  readonly clock = new VirtualClock();
  readonly dispatcher: Dispatcher;
  readonly left: { readonly at: number; readonly client: string; readonly bytes: number }[] = [];
  readonly waits: { readonly client: string; readonly waits: Waits }[] = [];
  readonly skipped: { readonly at: number; readonly client: string }[] = [];

  constructor(egress: EgressLimits, floors: Floors = new Map()) {
    this.dispatcher = new Dispatcher({
      clock: this.clock,
      ring: { slots: 1000, bytes: Bytes(1e9), windowMessages: 2, windowBytes: Bytes(4000) },
      batch: 8,
      handOver: Bytes(SLICE),
      slice: Bytes(SLICE),
      inFlight: Bytes(1e9),
      egress,
      floors,
    });
  }

  /** A client that takes everything at once. Timed ones are late as soon as the next frame is due. */
  connect(client: string, { priority, size, messages = Infinity, period, account }: Kind): Queue {
    let [number, tick] = [0, 0];
    const begin = this.clock.now();
    const parts = [new Uint8Array(size)];
    const due = (): number => begin + (period ?? 0) * tick;
    const fill = (): void => {
      while (number < messages) {
        const message = { epoch: Epoch(1), number: MessageNumber(number), parts, bytes: Bytes(size) };
        if (period !== undefined && queue.hasWork) return;
        if (!queue.offer(message)) return;
        number += 1;
      }
    };
    const send = ({ bytes }: { readonly bytes: number }): "more" => {
      this.left.push({ at: this.clock.now(), client, bytes });
      return "more";
    };
    const queue = this.dispatcher.attach(
      { send, abandon: () => {} },
      {
        drain: fill,
        returned: (count) => (number -= count),
        started: (_message, _now, waits) => {
          tick += 1;
          this.waits.push({ client, waits: { ...waits } });
        },
        finished: () => {},
        due: () => MonotonicMs(due()),
        isLate: (_message, now) => period !== undefined && now >= due() + period,
        skip: (now, waits) => {
          this.skipped.push({ at: now, client });
          this.waits.push({ client, waits: { ...waits } });
          number -= 1;
          while (now >= due() + (period ?? Infinity)) tick += 1;
          fill();
        },
      },
      account,
    );
    queue.begin({ priority: Priority(priority), period: period === undefined ? undefined : Ms(period) });
    fill();
    return queue;
  }

  run(until: number): number {
    return this.clock.run(MonotonicMs(until));
  }

  bytesOf(client: string, from = 0): number {
    return this.left.reduce(
      (sum, one) => (one.client === client && one.at >= from ? sum + one.bytes : sum),
      0,
    );
  }
}

// The reader that always has something would otherwise ask for turn after turn until its tokens are there.
test("while the server's bucket waits nothing happens: one alarm for each hand-over", () => {
  const stage = new Stage({ server: bucket(100) });
  stage.connect("a", { priority: 3, size: 5000 });
  stage.connect("b", { priority: 5, size: 300 });
  const events = stage.run(10_000);
  assert.ok(events <= 3 * stage.left.length, `${events} events for ${stage.left.length} hand-overs`);
  assert.equal(stage.bytesOf("a"), SLICE + 1_000_000);
});

// The promise of the budget: what is better goes as soon as the tokens for it are there.
test("a better message that becomes ready while the bucket waits goes first, within (L + σ)/C", () => {
  const stage = new Stage({ server: bucket(100) });
  stage.connect("worse", { priority: 5, size: 5000 });
  stage.run(1007);
  stage.connect("better", { priority: 0, size: 300, messages: 1 });
  stage.run(2000);
  const at = stage.left.find(({ client }) => client === "better")?.at ?? Infinity;
  assert.equal(at, 1007);
  assert.ok(at - 1007 <= (SLICE + SLICE) / 100);
});

// Tokens that small messages of worse clients take are never enough for the large one of a better client.
test("nothing worse overtakes the one for which the server's bucket waits", () => {
  const stage = new Stage({ server: bucket(100) });
  stage.connect("better", { priority: 0, size: SLICE });
  stage.connect("worse", { priority: 5, size: 10 });
  stage.run(1000);
  assert.equal(stage.bytesOf("worse"), 0);
});

// A frame that nobody wants any more would otherwise hold everybody up until there are tokens for it.
test("a late message is skipped without tokens", () => {
  const stage = new Stage({ server: bucket(1) });
  stage.connect("a", { priority: 0, size: SLICE, period: 40 });
  stage.run(50);
  stage.connect("b", { priority: 5, size: 10, messages: 1 });
  stage.run(95);
  assert.equal(stage.left.length, 1);
  stage.connect("c", { priority: 5, size: 10, messages: 1 });
  stage.run(96);
  assert.deepEqual(stage.skipped, [{ at: 95, client: "a" }]);
});

// Own limits are nobody else's: not of other clients of the same priority, nor of worse ones.
test("a client that lacks tokens of its own holds up nobody", () => {
  // With a burst of L what comes in while it waits for its turn would be lost.
  const stage = new Stage({ server: bucket(100), client: bucket(30, 2 * SLICE) });
  for (const client of ["a", "b", "c", "d"]) stage.connect(client, { priority: 3, size: 5000 });
  stage.connect("worse", { priority: 9, size: 100 });
  stage.run(10_000);
  for (const client of ["a", "b", "c", "d"]) {
    assert.ok(
      Math.abs(stage.bytesOf(client) / 250_000 - 1) < 0.02,
      `${client}: ${stage.bytesOf(client)} bytes`,
    );
  }
  const lone = new Stage({ server: bucket(100), client: bucket(30) });
  lone.connect("a", { priority: 3, size: 5000 });
  lone.connect("worse", { priority: 9, size: 100 });
  lone.run(10_000);
  assert.equal(lone.bytesOf("a"), SLICE + 300_000);
  assert.ok(lone.bytesOf("worse") >= 299_000, `${lone.bytesOf("worse")} bytes`);
});

// What is left for the others is a number, and not a hope.
// Whoever opens ten playbacks, or one after the other, is the same client on the same line.
test("a client's bucket is one for all that it plays, and none of it waits for ever", () => {
  const stage = new Stage({ client: bucket(100) });
  const account = openAccount();
  stage.connect("small", { priority: 3, size: 450, account });
  stage.connect("large", { priority: 3, size: 10 * SLICE, account });
  stage.connect("best", { priority: 0, size: 300, period: 100, account });
  const other = stage.connect("another client", { priority: 3, size: 5000 });
  stage.run(10_000);
  const sums = ["small", "large", "best"].map((client) => stage.bytesOf(client));
  const all = sums.reduce((sum, each) => sum + each, 0);
  assert.ok(all <= SLICE + 1_000_000 && all >= 990_000, `${all} bytes`);
  assert.ok(Math.min(...sums.slice(0, 2)) > 200_000, `${sums.join(", ")} bytes`);
  assert.ok((sums[2] ?? 0) >= 29_000, `${sums.join(", ")} bytes`);
  assert.equal(stage.bytesOf("another client"), SLICE + 1_000_000);
  other.close();
});

// With others beside them, who have buckets of their own and go on meanwhile.
test("what a client plays at once shares its bucket, however large the frames", () => {
  for (const sizes of [
    [SLICE, SLICE, SLICE],
    [300, 10 * SLICE],
    [900, 450, 5000, 5000],
  ]) {
    const stage = new Stage({ client: bucket(100) });
    const account = openAccount();
    stage.connect("beside", { priority: 3, size: 5000 });
    for (const [index, size] of sizes.entries())
      stage.connect(`part ${index}`, { priority: 3, size, account });
    stage.connect("behind", { priority: 3, size: 700 });
    stage.run(10_000);
    const shares = sizes.map((_, index) => stage.bytesOf(`part ${index}`) / (1_000_000 / sizes.length));
    assert.ok(Math.min(...shares) > 0.7 && Math.max(...shares) < 1.4, shares.join(" "));
  }
});

test("a client's bucket is no fuller for what it asks for next", () => {
  const stage = new Stage({ client: bucket(100) });
  const account = openAccount();
  for (let count = 1; count <= 20; count += 1) {
    const queue = stage.connect("a", { priority: 3, size: SLICE, messages: 2, account });
    stage.run(count);
    queue.close();
  }
  assert.ok(stage.bytesOf("a") <= SLICE + 20 * 100, `${stage.bytesOf("a")} bytes`);
});

test("beside a priority with a bucket of σ and ρ the worse ones get C − ρ after (σ + L)/(C − ρ)", () => {
  const sigma = 3 * SLICE;
  const stage = new Stage({ server: bucket(100), priorities: new Map([[Priority(0), bucket(60, sigma)]]) });
  for (const client of ["a", "b"]) stage.connect(client, { priority: 0, size: 5000 });
  stage.connect("worse", { priority: 9, size: 5000 });
  stage.run(10_000);
  const after = (sigma + SLICE) / (100 - 60);
  for (const time of [200, 1000, 5000, 9999]) {
    const bytes = stage.left.reduce(
      (sum, one) => (one.client === "worse" && one.at <= time ? sum + one.bytes : sum),
      0,
    );
    assert.ok(bytes >= 40 * (time - after) - SLICE, `${bytes} bytes after ${time} ms`);
  }
});

// Nobody can see from outside why a frame was late.
test("a queue is told whether a budget, somebody better or an equal kept its messages", () => {
  const stage = new Stage({ server: bucket(100) });
  for (const client of ["better", "best"]) stage.connect(client, { priority: 0, size: SLICE, period: 40 });
  stage.connect("a", { priority: 5, size: SLICE });
  stage.connect("b", { priority: 5, size: SLICE });
  stage.run(10_000);
  const sums = (client: string): Waits => sumOf(stage.waits.filter((one) => one.client === client));
  const { budget, better, ...others } = sums("a");
  assert.ok(budget > 4000 && better > 2000, JSON.stringify({ budget, better }));
  assert.ok(others.ring + others.client + others.production === 0);
  const whole = WAIT_REASONS.reduce((sum, reason) => sum + sums("a")[reason], 0);
  assert.ok(whole > 9900 && whole <= 10_000, `${whole} ms`);
  assert.ok(sums("better").better === 0);
});

// Metrics and the simulator read it: it must be what the clients got.
test("usage is what left, by priority", () => {
  const floors = new Map([[Priority(9), 0.25]]);
  const stage = new Stage({ server: bucket(100) }, floors);
  stage.connect("a", { priority: 0, size: 5000 });
  stage.connect("b", { priority: 9, size: 250 });
  stage.run(5000);
  const usages = [...stage.dispatcher.usage];
  assert.deepEqual(
    usages.map(({ priority, bytes, handOvers }) => ({ priority, bytes, handOvers })),
    ["a", "b"].map((client, index) => ({
      priority: index * 9,
      bytes: stage.bytesOf(client),
      handOvers: stage.left.filter((one) => one.client === client).length,
    })),
  );
  const [first, second] = usages as [Usage, Usage];
  assert.equal(first.messages, Math.ceil(stage.bytesOf("a") / 5000));
  assert.deepEqual({ ...second.waits }, sumOf(stage.waits.filter(({ client }) => client === "b")));
  const share = stage.bytesOf("b") / (stage.bytesOf("a") + stage.bytesOf("b"));
  assert.ok(Math.abs(share - 0.25) < 0.01, `a share of ${share}`);
});

function sumOf(all: readonly { readonly waits: Waits }[]): Waits {
  const sum = Object.fromEntries(WAIT_REASONS.map((reason) => [reason, 0])) as Record<keyof Waits, number>;
  for (const { waits } of all) for (const reason of WAIT_REASONS) sum[reason] += waits[reason];
  return sum;
}
