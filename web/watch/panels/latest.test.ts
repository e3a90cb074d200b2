import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { it } from "node:test";
import { Latest } from "./latest.ts";

type Question = {
  readonly wish: number;
  readonly signal: AbortSignal;
  answer(text: string): void;
  fail(): void;
};

function asker(): { latest: Latest<number, string>; questions: Question[]; told: string[] } {
  const questions: Question[] = [];
  const told: string[] = [];
  const latest = new Latest<number, string>(
    500,
    (wish, signal) =>
      new Promise((resolve, reject) =>
        questions.push({ wish, signal, answer: resolve, fail: () => reject(new Error("away")) }),
      ),
    { told: (answer) => told.push(answer), failed: () => told.push("failed") },
  );
  return { latest, questions, told };
}

// Each question costs the server a decoded frame: who steps through ten of them means the last.
it("of many wishes the first is asked for at once and the last after a pause", (test) => {
  test.mock.timers.enable({ apis: ["setTimeout"] });
  const { latest, questions } = asker();
  for (const wish of [1, 2, 3]) latest.want(wish);
  assert.deepEqual(
    questions.map(({ wish }) => wish),
    [1],
  );
  test.mock.timers.tick(500);
  assert.deepEqual(
    questions.map(({ wish }) => wish),
    [1, 3],
  );
  test.mock.timers.tick(5000);
  assert.equal(questions.length, 2);
});

// An answer about another frame than the one that is shown is a lie.
it("what is not wanted any more is given up and never told, whenever it comes", async () => {
  const { latest, questions, told } = asker();
  latest.want(1);
  latest.want(2);
  assert.equal(questions[0]?.signal.aborted, true);
  questions[0]?.answer("stale");
  await setImmediate();
  assert.deepEqual(told, []);
  latest.drop();
});

it("answers and failures are told, unless it was dropped", async () => {
  const { latest, questions, told } = asker();
  latest.want(1);
  questions[0]?.answer("one");
  await setImmediate();
  latest.drop();
  latest.want(2);
  questions[1]?.fail();
  await setImmediate();
  assert.deepEqual(told, ["one", "failed"]);
  latest.drop();
  latest.want(3);
  latest.drop();
  questions[2]?.answer("three");
  await setImmediate();
  assert.deepEqual(told, ["one", "failed"]);
});
