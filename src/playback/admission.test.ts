import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { holds } from "../../test/laws/seed.ts";
import { BitRate, Priority } from "../base/units.ts";
import { Admission, Grant } from "./admission.ts";

/** Half of 2000 may be promised, and half of 800 to those of priority 3. */
const LIMITS = { budget: BitRate(2000), share: 0.5, buckets: new Map(), floors: new Map() };
const BUCKETS = new Map([[Priority(3), BitRate(800)]]);
const TOTAL = 1000;
const OF_BUCKET = 400;

/** What is admitted, by viewer, as the test keeps it: a list to be added up anew each time. */
type Book = Map<number, { priority: Priority; need: number; readonly grant: Grant }>;

function sum(book: Book, counts: (priority: number) => boolean, without?: number): number {
  let bits = 0;
  for (const [viewer, { priority, need }] of book) if (viewer !== without && counts(priority)) bits += need;
  return bits;
}

/** Whether there is room, added up from the definition. */
function fits(book: Book, viewer: number, priority: Priority, need: number): boolean {
  const ofAll = sum(book, (other) => other <= priority, viewer) + need <= TOTAL;
  const ofBucket =
    sum(book, (other) => other === priority, viewer) + need <= (priority === 3 ? OF_BUCKET : Infinity);
  const own = book.get(viewer);
  return (ofAll && ofBucket) || (own?.priority === priority && need <= own.need);
}

const viewer = fc.nat(5);
const priority = fc.constantFrom(0, 3, 4, 255).map(Priority);
const need = fc.integer({ min: 0, max: 600 });
const step = fc.oneof(
  fc.record({ kind: fc.constant("play" as const), viewer, priority, need }),
  fc.record({ kind: fc.constant("raise" as const), viewer, need }),
  fc.record({ kind: fc.constant("move" as const), viewer, priority }),
  fc.record({ kind: fc.constant("end" as const), viewer }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function apply(admission: Admission, book: Book, action: Step): void {
  const held = book.get(action.viewer);
  if (action.kind === "end") {
    held?.grant.release();
    held?.grant.release();
    held?.grant.move(Priority(7));
    book.delete(action.viewer);
  } else if (action.kind === "move") {
    held?.grant.move(action.priority);
    if (held !== undefined) held.priority = action.priority;
  } else if (action.kind === "raise") {
    held?.grant.raise(BitRate(action.need));
    if (held !== undefined) held.need = Math.max(held.need, action.need);
  } else {
    const expected = fits(book, action.viewer, action.priority, action.need);
    const grant = admission.admit(action.priority, BitRate(action.need), held?.grant);
    assert.equal(grant instanceof Grant, expected);
    if (grant instanceof Grant) book.set(action.viewer, { ...action, grant });
    else assert.ok(grant.needed === action.need && grant.free < grant.needed);
  }
}

// What was promised to those who are admitted must be there, whoever comes, seeks, grows and goes.
test("a playback is admitted just when it fits beside those of its priority and better ones", (t) => {
  const property = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const admission = new Admission({ ...LIMITS, buckets: BUCKETS });
    const book: Book = new Map();
    for (const action of steps) {
      apply(admission, book, action);
      for (const at of [0, 3, 4, 255].map(Priority))
        assert.equal(
          admission.needed(at),
          sum(book, (other) => other <= at),
        );
    }
    for (const { grant } of book.values()) grant.release();
    assert.equal(admission.needed(Priority(255)), 0);
  });
  holds(t, property, 2000);
});

// Law 2: to admit is to promise, and one can only promise what nobody better takes.
test("without growth no priority is ever promised more than the limit by its own admissions", (t) => {
  const plays = fc.array(fc.record({ priority, need }), { maxLength: 40 });
  const property = fc.property(plays, (wishes) => {
    const admission = new Admission({ ...LIMITS, buckets: BUCKETS });
    for (const wish of wishes) {
      if (!(admission.admit(wish.priority, BitRate(wish.need)) instanceof Grant)) continue;
      assert.ok(admission.needed(wish.priority) <= TOTAL);
    }
  });
  holds(t, property, 1000);
});

function admitted(admission: Admission, priority: number, need: number, replaced?: Grant): Grant {
  const grant = admission.admit(Priority(priority), BitRate(need), replaced);
  return grant instanceof Grant ? grant : assert.fail(`refused: ${JSON.stringify(grant)}`);
}

// A preview must not keep the review out, and once the review is in, the next preview stays out.
test("a better playback takes the room of worse ones, and a worse one does not take its", () => {
  const admission = new Admission(LIMITS);
  const worse = admitted(admission, 5, 900);
  admitted(admission, 0, 900);
  assert.deepEqual(admission.admit(Priority(5), BitRate(1)), { needed: 1, free: 0 });
  worse.release();
  assert.deepEqual(admission.admit(Priority(5), BitRate(101)), { needed: 101, free: 100 });
});

// Somebody who was admitted and then pushed aside would otherwise lose the film at the next seek.
test("a seek that needs no more than what it replaces is never refused", () => {
  const admission = new Admission(LIMITS);
  const own = admitted(admission, 5, 600);
  admitted(admission, 0, 900);
  const again = admitted(admission, 5, 500, own);
  assert.equal(admission.needed(Priority(5)), 1400);
  assert.ok(!(admission.admit(Priority(5), BitRate(501), again) instanceof Grant));
  assert.equal(admission.needed(Priority(5)), 1400);
});

// Half a bit is nothing on a wire and a rest in a sum that must come back to 0.
test("needs are rounded up to whole bits, and given back to 0", () => {
  const admission = new Admission(LIMITS);
  const grants = Array.from({ length: 3 }, () => admitted(admission, 3, 33.3));
  assert.equal(admission.needed(Priority(3)), 102);
  for (const grant of grants) grant.raise(BitRate(33.9));
  assert.equal(admission.needed(Priority(3)), 102);
  for (const grant of grants) grant.release();
  assert.equal(admission.needed(Priority(3)), 0);
});

// What a floor keeps for previews cannot be promised to reviews, however important they are.
test("the floors of worse priorities are not promised to better ones", () => {
  const floors = new Map([
    [Priority(3), 0.2],
    [Priority(9), 0.5],
  ]);
  const admission = new Admission({ ...LIMITS, share: 0.9, floors });
  assert.deepEqual(
    [0, 3, 9, 10].map((priority) => Math.round(admission.free(Priority(priority)))),
    [600, 1000, 1800, 1800],
  );
});
