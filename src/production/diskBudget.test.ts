import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { events } from "../base/events.ts";
import { Bytes, KiB, MiB } from "../base/units.ts";
import { DiskBudget } from "./diskBudget.ts";
import type { DiskUse } from "./order.ts";
import { ManualClock } from "./stage.testing.ts";

const BOUND = 100 * MiB;

function budget(options: { bound?: number; used?: number } = {}): { disk: DiskBudget; clock: ManualClock } {
  const clock = new ManualClock();
  const disk = new DiskBudget({
    folder: "/cache",
    bound: Bytes(options.bound ?? BOUND),
    frameLimit: Bytes(10 * MiB),
    clock,
  });
  if (options.used !== undefined) {
    assert.ok(disk.tidyOrder());
    disk.tidied({ bytes: Bytes(options.used) });
    clock.advance(1000);
  }
  return { disk, clock };
}

const stored = (bytes: number) => ({ kind: "stored", bytes: Bytes(bytes) }) as const;
const refused = (bytes: number) => ({ kind: "refused", bytes: Bytes(bytes) }) as const;
const use = (disk: DiskBudget): DiskUse => disk.use() ?? assert.fail("the folder is not used");

function hearFailures(t: TestContext): string[] {
  const failures: string[] = [];
  t.after(events.diskCacheFailed.subscribe(({ code, detail }) => failures.push(`${code}: ${detail}`)));
  return failures;
}

test("with a bound of 0 there is no such folder", () => {
  const { disk } = budget({ bound: 0 });
  assert.equal(disk.use(), undefined);
  assert.equal(disk.tidyOrder(), undefined);
});

// What lies there from earlier counts: a server that began with 0 would fill the disk by and by.
test("the folder is used once it has been looked through", () => {
  const { disk } = budget();
  assert.equal(disk.use(), undefined);
  const order = disk.tidyOrder();
  assert.equal(order?.bound, BOUND);
  assert.equal(disk.use(), undefined);
  assert.equal(disk.tidyOrder(), undefined, "it is being looked through");
  disk.tidied({ bytes: Bytes(60 * MiB) });
  assert.equal(use(disk).room, 10 * MiB);
});

// Law 6: whatever workers store at the same time, and in whatever order they say so.
test("what is stored and what may yet be stored are together never more than the bound", () => {
  const { disk } = budget({ used: 0 });
  const uses: DiskUse[] = [];
  let held = 0;
  for (let turn = 0; turn < 200; turn++) {
    uses.push(use(disk));
    if (turn % 3 === 0) continue;
    const ended = uses.splice((turn * 7) % uses.length, 1)[0] ?? assert.fail();
    const bytes = Math.min(ended.room, (turn % 5) * MiB);
    held += bytes;
    disk.settle(ended, bytes > 0 ? stored(bytes) : undefined);
    assert.ok(held + uses.reduce((sum, { room }) => sum + room, 0) <= BOUND);
  }
  assert.ok(held > BOUND / 2);
});

test("the room that an order did not use is there for the next", () => {
  const { disk } = budget({ used: 95 * MiB });
  const first = use(disk);
  assert.equal(first.room, 5 * MiB);
  assert.equal(use(disk).room, 0);
  disk.settle(first, undefined);
  assert.equal(use(disk).room, 5 * MiB);
});

// Removing one frame for each that is stored would be a look at the whole folder for each.
test("a frame that finds no room has the folder tidied, down to nine tenths", () => {
  const { disk } = budget({ used: 99 * MiB });
  assert.equal(disk.tidyOrder(), undefined);
  disk.settle(use(disk), refused(2 * MiB));
  const order = disk.tidyOrder() ?? assert.fail();
  assert.equal(order.goal, 90 * MiB);
  assert.ok(order.bound < 99 * MiB);
  assert.equal(use(disk).room, 0, "nothing is stored while it is tidied");
  disk.tidied({ bytes: order.goal });
  assert.equal(use(disk).room, 2 * MiB);
});

// During a look nothing has room. If each refusal wanted the next look, there would always be one under way.
test("a frame that is refused while the folder has room for it is no reason to look", () => {
  const { disk, clock } = budget({ used: 50 * MiB });
  disk.settle(use(disk), stored(11 * MiB));
  assert.ok(disk.tidyOrder(), "a tenth of the bound was stored");
  const during = use(disk);
  assert.equal(during.room, 0);
  disk.settle(during, refused(2 * MiB));
  disk.tidied({ bytes: Bytes(61 * MiB) });
  clock.advance(1000);
  assert.equal(disk.tidyOrder(), undefined);
  disk.settle(use(disk), refused(20 * MiB));
  assert.equal(disk.tidyOrder(), undefined, "the next one gets room for 20 MiB");
  assert.equal(use(disk).room, 20 * MiB);
});

test("a frame that is refused while room is being made wants no second look", () => {
  const { disk, clock } = budget({ used: 99 * MiB });
  disk.settle(use(disk), refused(2 * MiB));
  assert.ok(disk.tidyOrder());
  disk.settle(use(disk), refused(2 * MiB));
  disk.tidied({ bytes: Bytes(90 * MiB) });
  clock.advance(1000);
  assert.equal(disk.tidyOrder(), undefined);
});

test("a frame that is larger than all that there may be is no reason to remove others", () => {
  const { disk } = budget({ used: 50 * MiB });
  disk.settle(use(disk), refused(BOUND + 1));
  assert.equal(disk.tidyOrder(), undefined);
});

// Several servers may share a folder: what others add is seen by looking.
test("after a tenth of the bound has been stored the folder is looked at again", () => {
  const { disk } = budget({ used: 0 });
  disk.settle(use(disk), stored(8 * MiB));
  assert.equal(disk.tidyOrder(), undefined);
  disk.settle(use(disk), stored(3 * MiB));
  assert.ok(disk.tidyOrder());
});

// What was stored while the folder was looked at has been seen or not: it is counted once more, to be safe.
test("what is stored during a look is added to what was found", () => {
  const { disk } = budget({ used: 95 * MiB });
  const before = use(disk);
  disk.settle(use(disk), refused(6 * MiB));
  assert.ok(disk.tidyOrder());
  disk.settle(before, stored(4 * MiB));
  disk.tidied({ bytes: Bytes(94 * MiB) });
  assert.equal(use(disk).room, 2 * MiB);
});

// A full disk must not become a log of its own, nor the end of converting.
test("a failure is told once a minute at most, and the folder is tried again after it", (t) => {
  const failures = hearFailures(t);
  const { disk, clock } = budget({ used: 0 });
  const uses = [use(disk), use(disk)];
  for (const each of uses) disk.settle(each, { kind: "failed", detail: "ENOSPC" });
  assert.deepEqual(failures, ["CACHE_UNUSABLE: ENOSPC"]);
  assert.equal(disk.use(), undefined);
  assert.equal(disk.tidyOrder(), undefined);
  clock.advance(60_000);
  disk.settle(use(disk), { kind: "failed", detail: "EACCES" });
  assert.deepEqual(failures, ["CACHE_UNUSABLE: ENOSPC", "CACHE_UNUSABLE: EACCES"]);
});

test("a folder that cannot be looked through is tried again after a minute", (t) => {
  const failures = hearFailures(t);
  const { disk, clock } = budget();
  assert.ok(disk.tidyOrder());
  disk.tidied({ failed: "EACCES" });
  assert.equal(disk.tidyOrder(), undefined);
  clock.advance(60_000);
  assert.ok(disk.tidyOrder());
  disk.tidied({ bytes: Bytes(0) });
  assert.ok(disk.use());
  assert.equal(failures.length, 1);
});

// Looking through a million files would take a worker seconds, and memory that it does not have.
test("a file costs so much at least that there are never more than 131,072", () => {
  assert.equal(use(budget({ bound: 4096 * MiB, used: 0 }).disk).leastCost, 32 * KiB);
});
