import assert from "node:assert/strict";
import { test } from "node:test";
import { WAIT_REASONS, type Waits } from "../base/events.ts";
import { MonotonicMs, Ms, Priority } from "../base/units.ts";
import { Precedence } from "./precedence.ts";
import { Meter } from "./waits.ts";

const at = MonotonicMs;
const UNTIMED = { priority: Priority(5), period: undefined };
const TIMED = { priority: Priority(5), period: Ms(40) };

/** The reasons that are not 0. */
function told(waits: Waits): Partial<Waits> {
  return Object.fromEntries(WAIT_REASONS.filter((one) => waits[one] !== 0).map((one) => [one, waits[one]]));
}

// "It was slow" is a complaint; "it waited for its client" is an answer.
test("the time from one message to the next is shared out by what the queue waited for", () => {
  const meter = new Meter(new Precedence());
  const { priority } = UNTIMED;
  meter.begin(at(100));
  meter.waitsFor("ring", priority, at(130));
  meter.waitsFor("able", priority, at(137));
  assert.deepEqual(told(meter.left(UNTIMED, at(138))), { production: 30, ring: 7, turn: 1 });
  meter.waitsFor("client", priority, at(138));
  meter.waitsFor("budget", priority, at(150));
  meter.waitsFor("able", priority, at(155));
  assert.deepEqual(told(meter.left(UNTIMED, at(155))), { client: 12, budget: 5 });
});

// Who goes is one matter of the whole dispatcher: nobody is asked for each hand-over of another.
test("who could go waits for a better priority, for the server's bucket, or for its turn", () => {
  const precedence = new Precedence();
  const meter = new Meter(precedence);
  const { priority } = UNTIMED;
  meter.begin(at(0));
  meter.waitsFor("able", priority, at(0));
  precedence.goes(Priority(0), at(0));
  precedence.goes(Priority(4), at(3));
  precedence.goes(Priority(5), at(7));
  precedence.lacksTokens(Priority(5), at(10));
  precedence.lacksTokens(Priority(2), at(20));
  precedence.goes(Priority(9), at(21));
  precedence.rests(at(24));
  assert.deepEqual(told(meter.left(UNTIMED, at(30))), { budget: 10, better: 8, turn: 12 });
});

// The clients of a priority with a bucket wait for that, whoever goes meanwhile.
test("a priority whose own bucket keeps it waits for its budget and not for those who go", () => {
  const precedence = new Precedence();
  const meter = new Meter(precedence);
  const { priority } = UNTIMED;
  meter.begin(at(0));
  meter.waitsFor("able", priority, at(0));
  precedence.goes(Priority(0), at(0));
  precedence.shut(priority, true, at(4));
  precedence.goes(Priority(9), at(6));
  precedence.shut(priority, false, at(9));
  precedence.goes(Priority(1), at(10));
  assert.deepEqual(told(meter.left(UNTIMED, at(12))), { budget: 5, better: 6, turn: 1 });
});

// Before its due a message is not wanted, whatever its client does.
test("what happened before a due does not count", () => {
  const meter = new Meter(new Precedence());
  const { priority } = TIMED;
  meter.begin(at(0));
  assert.deepEqual(told(meter.left(TIMED, at(2))), { production: 2 });
  meter.want(at(42));
  meter.waitsFor("client", priority, at(2));
  meter.waitsFor("turn", priority, at(30));
  meter.waitsFor("able", priority, at(43));
  assert.deepEqual(told(meter.left(TIMED, at(44))), { turn: 2 });
});

// A due is told with the first offer; a frame that took long to make is offered after it.
test("a due that is told late counts from the due on, with what the queue waited for since", () => {
  const meter = new Meter(new Precedence());
  const { priority } = TIMED;
  meter.begin(at(0));
  meter.left(TIMED, at(0));
  meter.waitsFor("client", priority, at(0));
  meter.waitsFor("production", priority, at(60));
  meter.want(at(40));
  meter.waitsFor("able", priority, at(75));
  assert.deepEqual(told(meter.left(TIMED, at(76))), { client: 20, production: 15, turn: 1 });
});

// After a late frame was given up, the newest may have been due for long: that time was counted.
test("no moment counts twice: a message waits from its due, or from when the one before it left", () => {
  const meter = new Meter(new Precedence());
  meter.begin(at(0));
  meter.left(TIMED, at(0));
  meter.want(at(40));
  meter.waitsFor("client", TIMED.priority, at(0));
  assert.deepEqual(told(meter.left(TIMED, at(130))), { client: 90 });
  meter.want(at(120));
  meter.waitsFor("able", TIMED.priority, at(130));
  assert.deepEqual(told(meter.left(TIMED, at(133))), { turn: 3 });
});

// The movie changed while it was waited for, and another frame goes next.
test("when another frame with another due goes next, the sum is the time since that due", () => {
  for (const [due, sum] of [
    [50, 50],
    [30, 70],
    [200, 0],
  ] as const) {
    const meter = new Meter(new Precedence());
    meter.begin(at(0));
    meter.left(TIMED, at(0));
    meter.want(at(40));
    meter.waitsFor("ring", TIMED.priority, at(45));
    meter.waitsFor("able", TIMED.priority, at(90));
    meter.want(at(due));
    const waits = meter.left(TIMED, at(100));
    assert.equal(
      WAIT_REASONS.reduce((all, reason) => all + waits[reason], 0),
      sum,
    );
  }
});
