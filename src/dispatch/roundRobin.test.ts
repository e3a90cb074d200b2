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

// A client that takes each hand-over a moment later than it could would get half of what others get.
test("whoever is back in time goes first, for the rest of its turn alone", () => {
  const { round: one, queues } = round(3);
  const [first, second] = queues;
  assert.ok(first && second);
  one.charge(first, 40);
  one.leave(first);
  assert.equal(one.peek(), second);
  one.charge(second, 40);
  one.enter(first);
  assert.deepEqual(go(one, [60, 60, 100, 100]), [1, 2, 3, 1]);
});

// A client that is set aside when its turn is over must not have fewer turns than one that never is.
test("whoever comes back while the others have had their turn of the round goes before them", () => {
  const { round: one, queues } = round(2);
  const [first] = queues;
  assert.ok(first);
  one.charge(first, 100);
  one.leave(first);
  assert.deepEqual(go(one, [100]), [2]);
  one.charge(one.peek() ?? first, 30);
  one.enter(first);
  assert.deepEqual(go(one, [100, 70, 100]), [1, 2, 1]);
});

// Two clients that are both a moment late keep their order: who was back first goes first.
test("those that are back go in the order in which they came back", () => {
  const { round: one, queues } = round(4);
  const [first, second] = queues;
  assert.ok(first && second);
  for (const queue of [first, second]) {
    one.charge(queue, 70);
    one.leave(queue);
  }
  one.enter(second);
  one.enter(first);
  assert.deepEqual(go(one, [30, 30, 100, 100, 100]), [2, 1, 3, 4, 2]);
});

// Otherwise a queue could save up turns while its client reads nothing, and then flood.
test("whoever stays away for a whole round forfeits the rest of its turn, and goes behind the others", () => {
  const { round: one, queues } = round(3);
  const [first] = queues;
  assert.ok(first);
  one.charge(first, 40);
  one.leave(first);
  assert.deepEqual(go(one, [100, 100, 100, 100]), [2, 3, 2, 3]);
  one.enter(first);
  assert.equal(first.deficit, 0);
  assert.deepEqual(go(one, [100, 100, 100, 100]), [2, 3, 1, 2]);
});

// Staying away must not pay a debt: bytes that were had are owed.
test("what is owed is kept by who leaves", () => {
  const { round: one, queues } = round(2);
  const [first, second] = queues;
  assert.ok(first && second);
  one.charge(first, 180);
  one.leave(first);
  assert.equal(first.deficit, -80);
  assert.deepEqual(go(one, [100, 100, 100]), [2, 2, 2]);
  one.enter(first);
  assert.equal(first.deficit, -80);
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
