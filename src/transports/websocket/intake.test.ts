import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MonotonicMs } from "../../base/units.ts";
import { VirtualClock } from "../../simulate/clock.ts";
import { Turns } from "../turns.ts";
import { Intake } from "./intake.ts";
import { COMMAND_BURST, COMMANDS_PER_SECOND } from "./limits.ts";

/** An intake whose commands are numbers, and what came of them. */
function open({ cost = 1 } = {}) {
  const clock = new VirtualClock();
  const done: number[] = [];
  const state = { isPaused: false, mayAnswer: true, waitsUntil: undefined as MonotonicMs | undefined };
  const intake = new Intake(clock, new Turns(clock), {
    pause: () => (state.isPaused = true),
    resume: () => (state.isPaused = false),
    carryOut: (text) => {
      done.push(Number(text));
      return cost;
    },
    mayAnswer: () => state.mayAnswer,
    waitsUntil: () => state.waitsUntil,
  });
  const send = (count: number): void => {
    for (let index = 0; index < count; index += 1) intake.read(String(index));
  };
  return { clock, done, state, intake, send };
}

describe("an intake of commands", () => {
  // A flood of one client costs the others no more than its rate, and nothing of it is lost or swapped.
  it("carries out a burst at once, and the rest at its rate, in order, while nothing more is read", () => {
    const { clock, done, state, send } = open();
    send(COMMAND_BURST + COMMANDS_PER_SECOND);
    clock.run(MonotonicMs(0));
    assert.equal(done.length, COMMAND_BURST);
    assert.ok(state.isPaused);
    clock.run(MonotonicMs(500));
    assert.ok(Math.abs(done.length - COMMAND_BURST - COMMANDS_PER_SECOND / 2) <= 2, `${done.length}`);
    clock.run(MonotonicMs(1100));
    assert.deepEqual(
      done,
      Array.from({ length: COMMAND_BURST + COMMANDS_PER_SECOND }, (_, index) => index),
    );
    assert.ok(!state.isPaused);
  });

  // A client that does not read would have the server keep its answers.
  it("waits as long as the answers have no room", () => {
    const { done, state, intake, send } = open();
    state.mayAnswer = false;
    send(3);
    assert.deepEqual([done.length, state.isPaused], [0, true]);
    state.mayAnswer = true;
    intake.goOn();
    assert.deepEqual([done.length, state.isPaused], [3, false]);
  });

  it("waits as long as its answers have overdrawn the budget", () => {
    const { clock, done, state, send } = open();
    state.waitsUntil = MonotonicMs(40);
    send(1);
    assert.equal(done.length, 0);
    state.waitsUntil = undefined;
    clock.run(MonotonicMs(41));
    assert.equal(done.length, 1);
  });

  // What a connection has asked for must not happen behind its end.
  it("does nothing any more once it is closed, and holds no timer", () => {
    const { clock, done, intake, send } = open({ cost: COMMAND_BURST });
    send(5);
    const before = done.length;
    intake.close();
    intake.close();
    clock.run(MonotonicMs(100_000));
    send(1);
    assert.equal(done.length, before);
  });
});
