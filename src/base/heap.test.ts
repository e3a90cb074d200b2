import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Heap } from "./heap.ts";

type Item = { slot: number; key: number; readonly id: number };

const byKey = (a: Item, b: Item): number => a.key - b.key || a.id - b.id;

const operation = fc.record({
  kind: fc.constantFrom("place", "place", "move", "remove", "pop"),
  id: fc.nat(15),
  key: fc.nat(20),
});

// The dispatcher moves and removes items from the middle: that is where heaps go wrong.
test("a heap gives what a sorted list gives, whatever is placed, moved, removed and popped", () => {
  const property = fc.property(fc.array(operation, { maxLength: 200, size: "max" }), (operations) => {
    const heap = new Heap<"slot", Item>("slot", (a, b) => byKey(a, b) < 0);
    const items = Array.from({ length: 16 }, (_, id): Item => ({ slot: -1, key: 0, id }));
    const inside = new Set<Item>();
    const first = (): Item | undefined => [...inside].sort(byKey)[0];
    for (const { kind, id, key } of operations) {
      const item = items[id];
      assert.ok(item);
      if (kind === "place" || (kind === "move" && inside.has(item))) {
        item.key = key;
        heap.place(item);
        inside.add(item);
      } else if (kind === "remove") {
        heap.remove(item);
        inside.delete(item);
      } else if (kind === "pop") {
        const popped = heap.pop();
        assert.equal(popped, first());
        if (popped !== undefined) inside.delete(popped);
      }
      assert.equal(heap.peek(), first());
      assert.equal(heap.size, inside.size);
      assert.equal(heap.has(item), inside.has(item));
    }
  });
  fc.assert(property, { seed: 19_660, numRuns: 300 });
});

// Dispatcher, ring and undue queues share their items.
test("an item may be in two heaps at once, with a place of its own in each", () => {
  type Both = { left: number; right: number; readonly key: number };
  const left = new Heap<"left", Both>("left", (a, b) => a.key < b.key);
  const right = new Heap<"right", Both>("right", (a, b) => a.key > b.key);
  const items = [3, 1, 2].map((key): Both => ({ left: -1, right: -1, key }));
  for (const item of items) {
    left.place(item);
    right.place(item);
  }
  assert.equal(left.pop()?.key, 1);
  assert.equal(right.pop()?.key, 3);
  assert.equal(left.pop()?.key, 2);
  assert.equal(left.size, 1);
  assert.equal(right.size, 2);
});
