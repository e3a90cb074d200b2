import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { MonotonicMs } from "../base/units.ts";
import { Places } from "./places.ts";
import type { PlaceLimits, PlaceWork } from "./places.ts";

type Item = { readonly folder: string; readonly rank: number; place: number };

/** A queue whose time a test sets. */
class Queue {
  now = 0;
  readonly places: Places<Item>;
  #ranks = 0;

  constructor(limits: PlaceLimits = { workers: 2, maxWorkers: 8 }) {
    this.places = new Places(
      limits,
      (a, b) => a.rank < b.rank,
      () => MonotonicMs(this.now),
    );
  }

  put(folder: string, rank = this.#ranks++): Item {
    const item = { folder, rank, place: -1 };
    this.places.put(item);
    return item;
  }

  /** Begins what comes next; undefined when nothing may begin. */
  begin(): PlaceWork | undefined {
    const next = this.places.pop();
    return next && this.places.began(next.folder);
  }

  /** Begins all that may begin, and tells of which folders. */
  beginAll(): string[] {
    const begun: string[] = [];
    for (let work = this.begin(); work !== undefined; work = this.begin()) begun.push(work.folder);
    return begun;
  }

  /** Begins so many of a folder, which hang from then on. */
  hang(folder: string, count: number): PlaceWork[] {
    const works = Array.from({ length: count }, () => {
      this.put(folder, -1);
      return this.begin();
    });
    this.now += 1000;
    return works.map((work) => work ?? assert.fail("it could not begin"));
  }
}

test("what comes out is the first of all folders", () => {
  const queue = new Queue();
  queue.put("a", 3);
  queue.put("b", 1);
  queue.put("a", 2);
  const taken = [queue.places.pop(), queue.places.pop(), queue.places.pop()].map((item) => item?.rank);
  assert.deepEqual(taken, [1, 2, 3]);
  assert.equal(queue.places.size, 0);
});

// The first reads of a dead mount begin before anybody can know that they hang.
test("one folder never has more than half of all workers, or the permanent ones", () => {
  for (const [limits, most] of [
    [{ workers: 2, maxWorkers: 8 }, 4],
    [{ workers: 3, maxWorkers: 3 }, 3],
    [{ workers: 1, maxWorkers: 1 }, 1],
  ] as const) {
    const queue = new Queue(limits);
    for (let count = 0; count < 9; count++) queue.put("a");
    queue.put("b");
    assert.deepEqual(queue.beginAll(), [...Array<string>(most).fill("a"), "b"]);
  }
});

// Where there are no temporary workers, a disk that fails file by file leaves the others half of them.
test("a folder where a read hangs has half of the workers at most", () => {
  const queue = new Queue({ workers: 4, maxWorkers: 4 });
  queue.hang("a", 1);
  for (let count = 0; count < 4; count++) queue.put("a");
  queue.put("b");
  assert.deepEqual(queue.beginAll(), ["a", "b"]);
});

test("a folder that had its share goes on when one of its reads ends", () => {
  const queue = new Queue();
  const [first] = queue.hang("a", 4);
  for (const _ of [1, 2]) queue.put("a");
  assert.equal(queue.begin(), undefined);
  assert.equal(queue.places.startable, 0);
  assert.equal(queue.places.size, 2);
  queue.places.ended(first ?? assert.fail());
  assert.deepEqual(queue.beginAll(), ["a"]);
});

// A mount has many folders: each of them would get its share, until nobody had any.
test("while reads hang, folders that gave nothing leave a quarter of the workers to the others", () => {
  const queue = new Queue();
  queue.put("playing");
  queue.places.ended(queue.begin() ?? assert.fail());
  queue.now = 5;
  queue.hang("mount/a", 4);
  queue.now = 1500;
  queue.put("playing");
  queue.places.ended(queue.begin() ?? assert.fail());
  for (const folder of ["mount/b", "mount/c", "mount/d", "playing", "playing"]) queue.put(folder);
  assert.deepEqual(queue.beginAll(), ["mount/b", "mount/c", "playing", "playing"]);
});

test("folders that had to wait for others go on, the most urgent first, when a read of these ends", () => {
  const queue = new Queue();
  const [first, second] = queue.hang("mount/a", 4);
  for (const folder of ["b", "c", "late", "later"]) queue.put(folder);
  assert.deepEqual(queue.beginAll(), ["b", "c"]);
  queue.places.ended(first ?? assert.fail());
  assert.deepEqual(queue.beginAll(), ["late"]);
  queue.places.ended(second ?? assert.fail());
  assert.deepEqual(queue.beginAll(), ["later"]);
});

// A picture that takes two seconds to decode is slow and no dead mount: what it delivers shows it.
test("a run that delivers does not hang, however long it takes", () => {
  const queue = new Queue();
  queue.put("a");
  const work = queue.begin() ?? assert.fail();
  for (let count = 0; count < 5; count++) {
    queue.now += 900;
    queue.places.progressed(work);
  }
  for (let count = 0; count < 7; count++) queue.put(`${count}`);
  assert.equal(queue.beginAll().length, 7);
});

test("a job that is withdrawn is gone, and its folder with it", () => {
  const queue = new Queue();
  const one = queue.put("a");
  const two = queue.put("a");
  queue.places.remove(one);
  queue.places.remove(one);
  assert.equal(queue.places.pop(), two);
  assert.equal(queue.places.pop(), undefined);
  assert.equal(queue.places.size, 0);
});

type Step = { readonly kind: "put" | "begin" | "end" | "remove" | "wait"; readonly pick: number };

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom<Step["kind"]>("put", "put", "begin", "begin", "end", "remove", "wait"),
    pick: fc.nat(30),
  }),
  { maxLength: 120, size: "max" },
);

// Law 5: a job that was parked and is not found again waits for ever.
test("whatever hangs and ends, nothing is lost, no folder has too much, and all begin in the end", () => {
  fc.assert(
    fc.property(
      steps,
      fc.constantFrom([2, 8], [1, 2], [4, 4], [1, 1]),
      (taken, [workers = 1, maxWorkers = 1]) => {
        const queue = new Queue({ workers, maxWorkers });
        const waiting = new Set<Item>();
        const works: PlaceWork[] = [];
        const begin = (): void => {
          if (works.length >= maxWorkers) return;
          const item = queue.places.pop();
          if (item === undefined) return;
          assert.ok(waiting.delete(item));
          works.push(queue.places.began(item.folder));
          const ofFolder = works.filter(({ folder }) => folder === item.folder).length;
          assert.ok(ofFolder <= Math.max(workers, Math.floor(maxWorkers / 2)));
        };
        const end = (pick: number): void => {
          const [work] = works.splice(pick % Math.max(1, works.length), 1);
          if (work !== undefined) queue.places.ended(work);
        };
        for (const { kind, pick } of taken) {
          if (kind === "put") waiting.add(queue.put(`${pick % 5}`, pick));
          else if (kind === "begin") begin();
          else if (kind === "end") end(pick);
          else if (kind === "wait") queue.now += pick * 100;
          else {
            const item = [...waiting][pick % Math.max(1, waiting.size)];
            if (item !== undefined) queue.places.remove(item);
            if (item !== undefined) waiting.delete(item);
          }
          assert.equal(queue.places.size, waiting.size);
        }
        for (let left = works.length + waiting.size; left > 0; left--) {
          end(0);
          begin();
        }
        while (works.length > 0) {
          end(0);
          begin();
        }
        assert.equal(waiting.size, 0, "a job never began");
      },
    ),
    { numRuns: 500 },
  );
});
