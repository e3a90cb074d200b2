import assert from "node:assert/strict";
import { test } from "node:test";
import { Priority } from "../base/units.ts";
import { makeQueue } from "./queue.testing.ts";
import type { Queue } from "./queue.ts";
import { RoundRobin } from "./roundRobin.ts";

const QUANTUM = 100;

function round(count: number): { readonly round: RoundRobin; readonly queues: readonly Queue[] } {
  const queues = Array.from({ length: count }, (_, index) => makeQueue(index + 1, { priority: Priority(3) }));
  const round = new RoundRobin(QUANTUM);
  for (const queue of queues) round.enter(queue);
  return { round, queues };
}

/** Who goes in the next hand-overs, each of so many bytes. */
function go(round: RoundRobin, sizes: readonly number[]): number[] {
  return sizes.map((bytes) => {
    const queue = round.peek();
    assert.ok(queue);
    round.charge(queue, bytes);
    return queue.id;
  });
}

// Turns are counted in bytes: small hand-overs until a quantum is used up, one large one uses it up at once.
test("a turn lasts until its quantum is used up, and what is owed is paid by the next", () => {
  const { round: one } = round(2);
  assert.deepEqual(go(one, [40, 40, 40, 100, 80, 100]), [1, 1, 1, 2, 1, 2]);
});

// Otherwise a queue could save up turns while its client reads nothing, and then flood.
test("whoever leaves forfeits the rest of the turn, and keeps the debt", () => {
  const { round: one, queues } = round(2);
  const [first, second] = queues;
  assert.ok(first && second);
  one.charge(first, 40);
  one.leave(first);
  assert.equal(first.deficit, 0);
  assert.equal(one.peek(), second);
  one.enter(first);
  one.charge(second, 180);
  assert.equal(second.deficit, -80);
  one.leave(second);
  assert.equal(second.deficit, -80);
});

// A broken ring would send to one client for ever, or lose one.
test("queues leave from any place, and the others go on in their order", () => {
  for (const leaver of [0, 1, 2]) {
    const { round: one, queues } = round(3);
    const gone = queues[leaver];
    assert.ok(gone);
    one.leave(gone);
    one.leave(gone);
    const others = queues.filter((queue) => queue !== gone).map((queue) => queue.id);
    assert.deepEqual(go(one, [100, 100, 100, 100]), [...others, ...others]);
    for (const queue of queues) one.leave(queue);
    assert.ok(one.isEmpty);
    assert.equal(one.peek(), undefined);
  }
});

// While too much is under way, bytes leave out of turn: whoever had them waits until that is paid.
test("a debt of many quanta is paid before the next turn", () => {
  const { round: one, queues } = round(2);
  const [first, second] = queues;
  assert.ok(first && second);
  one.charge(second, 250);
  assert.deepEqual(go(one, [100, 100, 100, 100]), [1, 1, 1, 2]);
});
