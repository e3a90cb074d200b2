import assert from "node:assert/strict";
import { test } from "node:test";
import { makeQueue } from "./queue.testing.ts";
import { Ranks } from "./ranks.ts";

// One bit for each of 256 priorities in words of 32: the edges of the words are where a bit gets lost.
test("the best priority that has somebody goes first, at every edge of the 256", () => {
  const priorities = [0, 1, 30, 31, 32, 33, 63, 64, 127, 128, 223, 224, 254, 255];
  const ranks = new Ranks(100);
  const queues = priorities.map((priority, index) => makeQueue(index + 1, { priority }));
  for (const queue of queues.toReversed()) {
    ranks.enter(queue);
    assert.equal(ranks.best(), queue);
  }
  for (const queue of queues) {
    assert.equal(ranks.best(), queue);
    ranks.leave(queue);
  }
  assert.equal(ranks.best(), undefined);
});

// A frame that is due now is worth more than one that only comes as fast as it can.
test("inside a priority timed queues go before untimed ones, by deadline and then by attachment", () => {
  const ranks = new Ranks(100);
  const untimed = makeQueue(1, {});
  const late = makeQueue(2, { period: 40, due: 100 });
  const soon = makeQueue(3, { period: 20, due: 100 });
  const twin = makeQueue(4, { period: 20, due: 100 });
  for (const queue of [untimed, twin, late, soon]) ranks.enter(queue);
  const order = [];
  for (let best = ranks.best(); best !== undefined; best = ranks.best()) {
    order.push(best.id);
    ranks.leave(best);
  }
  assert.deepEqual(order, [3, 4, 2, 1]);
});

// Leaving is called whenever a fact changes, whether somebody was in or not.
test("leaving twice, or without having entered, changes nothing for the others", () => {
  const ranks = new Ranks(100);
  const [stays, goes] = [makeQueue(1), makeQueue(2)];
  ranks.enter(stays);
  ranks.leave(goes);
  assert.equal(ranks.best(), stays);
  ranks.leave(stays);
  ranks.leave(stays);
  assert.equal(ranks.best(), undefined);
});
