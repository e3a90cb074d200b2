import assert from "node:assert/strict";
import { test } from "node:test";
import { type Key, actionOf } from "./keys.ts";
import { type Move, PAUSED, type Transport, turn } from "./transport.ts";

/** Presses keys, and gives what came of the last one. */
function press(...keys: Key[]): { transport: Transport; move?: Move | undefined } {
  let last: { transport: Transport; move?: Move | undefined } = { transport: PAUSED };
  for (const key of keys) {
    const action = actionOf(key);
    if (action !== undefined) last = turn(last.transport, action);
  }
  return last;
}

const named = (name: string): Key => ({ name });
const typed = (text: string): Key[] => Array.from(text, (sequence) => ({ sequence }));

// The hands of people who review film all day know these keys.
test("L plays, again faster; K stops; J goes the other way, again faster", () => {
  const l = named("l");
  const j = named("j");
  assert.equal(press(l).transport.speed, 1);
  assert.equal(press(l, l, l).transport.speed, 4);
  assert.equal(press(l, l, l, l, l, l).transport.speed, 8);
  assert.equal(press(l, l, named("k")).transport.speed, 0);
  assert.equal(press(l, l, j).transport.speed, -1);
  assert.equal(press(j, j).transport.speed, -2);
});

test("space plays and pauses, stepping pauses", () => {
  assert.equal(press(named("space")).transport.speed, 1);
  assert.equal(press(named("space"), named("space")).transport.speed, 0);
  const stepped = press(named("l"), named("right"));
  assert.deepEqual(stepped, { transport: PAUSED, move: { kind: "step", frames: 1 } });
  assert.deepEqual(press({ name: "left", shift: true }).move, { kind: "step", frames: -10 });
  assert.deepEqual(press({ sequence: "," }).move, { kind: "step", frames: -1 });
  assert.deepEqual(press(named("end")).move, { kind: "end", which: "last" });
});

// Negative numbers exist, and a slip is corrected.
test("a typed number is gone to with Enter, and forgotten with Escape", () => {
  assert.deepEqual(press(...typed("1042"), named("return")).move, { kind: "go", frame: 1042 });
  assert.deepEqual(press(...typed("-1-2"), named("return")).move, { kind: "go", frame: -12 });
  assert.deepEqual(press(...typed("12"), named("backspace"), named("return")).move, { kind: "go", frame: 1 });
  assert.equal(press(...typed("12"), named("escape"), named("return")).move, undefined);
  assert.equal(press(...typed("-"), named("return")).move, undefined);
  assert.equal(press(...typed("1".repeat(40))).transport.typed.length, 15);
});

test("q and Ctrl-C end, and other keys do nothing", () => {
  assert.deepEqual(press(named("q")).move, { kind: "quit" });
  assert.deepEqual(press({ name: "c", ctrl: true }).move, { kind: "quit" });
  assert.equal(actionOf({ name: "c" }), undefined);
  assert.equal(actionOf({ name: "constructor", sequence: "toString" }), undefined);
});
