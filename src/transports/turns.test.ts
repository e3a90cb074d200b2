import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "../simulate/clock.ts";
import { REQUESTS_TOGETHER, Turns } from "./turns.ts";

/** Connections that each have so many requests, and who was answered in which turn. */
class Crowd {
  readonly clock = new VirtualClock();
  readonly answered: string[][] = [[]];
  readonly turns = new Turns({
    now: () => this.clock.now(),
    at: (time, wake) => this.clock.at(time, wake),
    defer: (turn) =>
      this.clock.defer(() => {
        this.answered.push([]);
        turn();
      }),
  });

  /** Answers as many as there are places for, at most `atOnce` in a turn; the others later. */
  ask(name: string, requests: number, atOnce = requests): void {
    let [left, done] = [requests, 0];
    while (left > 0 && done < atOnce && this.turns.take()) {
      this.answered.at(-1)?.push(name);
      left -= 1;
      done += 1;
    }
    if (left > 0) this.turns.later(() => this.ask(name, left, atOnce));
  }
}

// Law 3: frames that are due would wait for all of them.
test("a thousand who ask in one moment are answered some in each turn, all of them, in their order", () => {
  const crowd = new Crowd();
  const names = Array.from({ length: 1000 }, (_, index) => String(index));
  for (const name of names) crowd.ask(name, 1);
  crowd.clock.run();
  assert.ok(crowd.answered.every((turn) => turn.length <= REQUESTS_TOGETHER));
  assert.equal(crowd.answered.filter((turn) => turn.length > 0).length, Math.ceil(1000 / REQUESTS_TOGETHER));
  assert.deepEqual(crowd.answered.flat(), names);
});

// Whoever asks for little must not wait for those who ask for much.
test("whoever has had its part of a turn is behind those who come meanwhile", () => {
  const crowd = new Crowd();
  for (const name of ["a", "b", "c", "d", "e", "f"]) crowd.ask(name, 100, 16);
  crowd.ask("late", 1);
  crowd.clock.run();
  assert.equal(crowd.answered.flat().length, 601);
  assert.equal(
    crowd.answered.findIndex((turn) => turn.includes("late")),
    2,
  );
  for (const turn of crowd.answered.slice(0, 8)) assert.ok(new Set(turn).size >= 4, turn.join(" "));
});

test("nobody is waited for when nothing waits", () => {
  const { clock, turns } = new Crowd();
  assert.ok(turns.take());
  assert.equal(clock.run(), 1);
  assert.equal(clock.run(), 0);
});
