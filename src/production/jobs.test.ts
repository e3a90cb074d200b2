import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { MonotonicMs, Priority } from "../base/units.ts";
import { Jobs } from "./jobs.ts";
import type { Waiter, Wanted } from "./jobs.ts";
import { compareUrgency } from "./urgency.ts";
import type { Urgency } from "./urgency.ts";

const urgent = (priority: number, deadline = Infinity): Urgency => ({
  priority: Priority(priority),
  deadline: MonotonicMs(deadline),
});

const ignore = (): void => {};

/** All in one folder, which may have as many workers as it likes. */
const newJobs = (): Jobs<string, string> =>
  new Jobs({ workers: 1000, maxWorkers: 1000 }, () => MonotonicMs(0));

const wanted = (key: string): Wanted<string> => ({ key, folder: "", group: undefined, task: key });

function takeAll(jobs: Jobs<string, string>): string[] {
  const keys: string[] = [];
  for (let job = jobs.take(); job !== undefined; job = jobs.take()) keys.push(job.key);
  return keys;
}

// Law 2: the better priority first, inside it the earlier deadline; without either, nobody overtakes.
test("jobs come out by priority, then deadline, then arrival", () => {
  const jobs = newJobs();
  jobs.join(wanted("late"), urgent(1, 20), ignore);
  jobs.join(wanted("untimed"), urgent(1), ignore);
  jobs.join(wanted("worst"), urgent(5, 1), ignore);
  jobs.join(wanted("second untimed"), urgent(1), ignore);
  jobs.join(wanted("early"), urgent(1, 10), ignore);
  jobs.join(wanted("best"), urgent(0), ignore);
  assert.deepEqual(takeAll(jobs), ["best", "early", "late", "untimed", "second untimed", "worst"]);
});

// A frame that a better viewer also wants is not produced at the worse one's pace.
test("a better one who joins makes the job more urgent, and takes that along when leaving", () => {
  const jobs = newJobs();
  jobs.join(wanted("shared"), urgent(7), ignore);
  jobs.join(wanted("other"), urgent(3), ignore);
  const better = jobs.join(wanted("shared"), urgent(1), ignore);
  assert.equal(jobs.queued, 2);
  assert.equal(jobs.take()?.key, "shared");

  const again = newJobs();
  again.join(wanted("shared"), urgent(7), ignore);
  again.join(wanted("other"), urgent(3), ignore);
  again.leave(again.join(wanted("shared"), urgent(1), ignore));
  assert.deepEqual(takeAll(again), ["other", "shared"]);
  jobs.leave(better);
});

// Law 7: what nobody waits for is not read.
test("a job leaves the queue with the last who waits for it", () => {
  const jobs = newJobs();
  const one = jobs.join(wanted("a"), urgent(1), ignore);
  const two = jobs.join(wanted("a"), urgent(1), ignore);
  jobs.leave(one);
  assert.equal(jobs.queued, 1);
  jobs.leave(two);
  jobs.leave(two);
  assert.equal(jobs.queued, 0);
  assert.equal(jobs.take(), undefined);
});

// Work that has begun is shared too: a second read of the same bytes helps nobody.
test("who asks for a job under way shares its result", () => {
  const jobs = newJobs();
  const heard: string[] = [];
  jobs.join(wanted("a"), urgent(1), (result) => heard.push(`first ${result}`));
  const job = jobs.take();
  assert.ok(job);
  jobs.join(wanted("a"), urgent(0), (result) => heard.push(`second ${result}`));
  assert.equal(jobs.queued, 0);
  jobs.finish(job, "done");
  assert.deepEqual(heard, ["second done", "first done"]);
});

// Nobody may be called after leaving, also when another's `settle` is what makes them leave.
test("one who leaves while others are settled is not settled", () => {
  const jobs = newJobs();
  const heard: string[] = [];
  jobs.join(wanted("a"), urgent(0), () => {
    heard.push("first");
    jobs.leave(second);
  });
  const second = jobs.join(wanted("a"), urgent(1), () => heard.push("second"));
  const job = jobs.take();
  assert.ok(job);
  jobs.finish(job, "done");
  assert.deepEqual(heard, ["first"]);
});

// A worker that dies costs a second try; a frame that nobody wants any more costs none.
test("a job put back keeps those who wait, and is forgotten when there are none", () => {
  const jobs = newJobs();
  const waiter = jobs.join(wanted("a"), urgent(1), ignore);
  const first = jobs.take();
  assert.ok(first);
  jobs.putBack(first);
  assert.equal(jobs.take(), first);
  jobs.leave(waiter);
  jobs.putBack(first);
  assert.equal(jobs.queued, 0);
  jobs.join(wanted("a"), urgent(1), ignore);
  assert.notEqual(jobs.take(), first);
});

const inRow = (name: string, number: number): Wanted<string> => ({
  ...wanted(`${name}${number}`),
  group: { name, number },
});

// Thousands of frames of one movie may be queued: those that follow are looked up, and not searched for.
test("the jobs that follow in a row are taken by their numbers, and only while they are queued", () => {
  const jobs = newJobs();
  const waits = [30, 10, 20, 40, 5].map((number) => jobs.join(inRow("a", number), urgent(1), ignore));
  jobs.join(inRow("b", 11), urgent(1), ignore);
  jobs.join({ ...inRow("a", 20), key: "another 20" }, urgent(1), ignore);
  jobs.join(inRow("a", 10), urgent(0), ignore);
  for (const wait of waits.slice(3, 4)) jobs.leave(wait);
  const job = jobs.take();
  assert.equal(job?.key, "a10");
  assert.ok(job);
  assert.equal(jobs.groupSize(job), 4);
  const following = jobs.takeFollowing(job, 2);
  assert.deepEqual(
    following.map(({ key }) => key),
    ["a20", "another 20"],
  );
  jobs.putBack(following[0] ?? job);
  assert.deepEqual(
    jobs.takeFollowing(job, 7).map(({ key }) => key),
    ["a20", "a30"],
  );
  assert.deepEqual(takeAll(jobs), ["a5", "b11"]);
});

// Who is told "no" may ask again at once: ending the queue must not chase its own tail.
test("a wish that is made while the queue is abandoned waits in the queue", () => {
  const jobs = newJobs();
  jobs.join(wanted("a"), urgent(1), () => jobs.join(wanted("a"), urgent(1), ignore));
  jobs.abandon("no");
  assert.equal(jobs.queued, 1);
});

type Step =
  | { readonly kind: "join"; readonly key: number; readonly urgency: Urgency }
  | { readonly kind: "leave" | "take" | "finish" | "putBack"; readonly pick: number };

const someUrgency = fc.tuple(fc.nat(3), fc.constantFrom(1, 2, Infinity)).map(([p, d]) => urgent(p, d));
const someStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("join" as const), key: fc.nat(8), urgency: someUrgency }),
  },
  fc.record({ kind: fc.constantFrom("leave", "take", "finish", "putBack"), pick: fc.nat(20) }),
);

type NaiveWait = { readonly job: NaiveJob; readonly urgency: Urgency; over: boolean };
type NaiveJob = { readonly key: string; state: "queued" | "running" };

/** The same rules without a heap: everything is searched and sorted at every step. */
class NaiveJobs {
  readonly waits: NaiveWait[] = [];
  #jobs: NaiveJob[] = [];

  get queued(): readonly NaiveJob[] {
    return this.#jobs.filter(({ state }) => state === "queued");
  }

  join(key: string, urgency: Urgency): NaiveWait {
    const job: NaiveJob = this.#jobs.find((other) => other.key === key) ?? { key, state: "queued" };
    if (!this.#jobs.includes(job)) this.#jobs.push(job);
    const wait = { job, urgency, over: false };
    this.waits.push(wait);
    return wait;
  }

  take(): NaiveJob | undefined {
    // Sorting is stable: equals stay in the order of their arrival.
    const [best] = this.queued.toSorted((a, b) => compareUrgency(this.#urgencyOf(a), this.#urgencyOf(b)));
    if (best !== undefined) best.state = "running";
    return best;
  }

  leave(wait: NaiveWait): void {
    wait.over = true;
    if (wait.job.state === "queued") this.forgetUnwanted(wait.job);
  }

  waitsFor(job: NaiveJob): readonly NaiveWait[] {
    return this.waits.filter((wait) => wait.job === job && !wait.over);
  }

  forgetUnwanted(job: NaiveJob): void {
    if (this.waitsFor(job).length === 0) this.#jobs = this.#jobs.filter((other) => other !== job);
  }

  #urgencyOf(job: NaiveJob): Urgency {
    const [best] = this.waitsFor(job).toSorted((a, b) => compareUrgency(a.urgency, b.urgency));
    assert.ok(best);
    return best.urgency;
  }
}

/** Takes each step in both, and compares. */
class Comparison {
  readonly #jobs = newJobs();
  readonly #naive = new NaiveJobs();
  readonly #waiters: Waiter<string, string>[] = [];
  readonly #running: { real: NonNullable<ReturnType<Jobs<string, string>["take"]>>; model: NaiveJob }[] = [];

  step(step: Step): void {
    if (step.kind === "join") this.#join(String(step.key), step.urgency);
    else if (step.kind === "take") this.#take();
    else if (step.kind === "leave") this.#leave(step.pick);
    else this.#end(step.pick, step.kind);
    assert.equal(this.#jobs.queued, this.#naive.queued.length);
  }

  #join(key: string, urgency: Urgency): void {
    const wait = this.#naive.join(key, urgency);
    const settle = (): void => {
      assert.equal(wait.over, false, "settled twice, or after leaving");
      wait.over = true;
    };
    this.#waiters.push(this.#jobs.join(wanted(key), urgency, settle));
  }

  #take(): void {
    const model = this.#naive.take();
    const real = this.#jobs.take();
    assert.equal(real?.key, model?.key);
    if (real !== undefined && model !== undefined) this.#running.push({ real, model });
  }

  #leave(pick: number): void {
    const [waiter, wait] = this.#pick(pick);
    if (waiter === undefined || wait === undefined) return;
    this.#jobs.leave(waiter);
    if (!wait.over) this.#naive.leave(wait);
  }

  #end(pick: number, kind: "finish" | "putBack"): void {
    const [picked] = this.#running.splice(pick % Math.max(this.#running.length, 1), 1);
    if (picked === undefined) return;
    const { real, model } = picked;
    if (kind === "finish") {
      this.#jobs.finish(real, "done");
      assert.equal(this.#naive.waitsFor(model).length, 0, "one who waited was not settled");
    } else {
      this.#jobs.putBack(real);
      model.state = "queued";
    }
    this.#naive.forgetUnwanted(model);
  }

  #pick(pick: number): readonly [Waiter<string, string> | undefined, NaiveWait | undefined] {
    const index = pick % Math.max(this.#waiters.length, 1);
    return [this.#waiters[index], this.#naive.waits[index]];
  }
}

// The heap is fast because it moves little; this is what it must never change.
test("whatever joins and leaves, the job taken is the one that a search of all would find", () => {
  fc.assert(
    fc.property(fc.array(someStep, { maxLength: 80, size: "max" }), (steps) => {
      const comparison = new Comparison();
      for (const step of steps) comparison.step(step);
    }),
    { numRuns: 500 },
  );
});
