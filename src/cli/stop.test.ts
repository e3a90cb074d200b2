import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { MonotonicMs } from "../base/units.ts";
import { type SignalSource, type StopSignal, listenForStop } from "./stop.ts";

/** A process of which only signals and time are real. */
class FakeProcess {
  readonly emitter = new EventEmitter();
  readonly left: StopSignal[] = [];
  now = 1000;

  listen(): ReturnType<typeof listenForStop> {
    const clock = {
      now: () => MonotonicMs(this.now),
      at: () => assert.fail("stopping waits for no time"),
      defer: () => assert.fail("stopping waits for no turn"),
    };
    const leave = (signal: StopSignal) => void this.left.push(signal);
    return listenForStop({ source: this.emitter as SignalSource, clock, leave });
  }

  signal(signal: StopSignal, atMs: number): void {
    this.now = 1000 + atMs;
    this.emitter.emit(signal, signal);
  }
}

// The first signal is a request, answered by finishing what is under way.
test("the first signal asks to stop and does not leave", async () => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    const fake = new FakeProcess();
    const stop = fake.listen();
    fake.signal(signal, 0);
    assert.equal(await stop.asked, signal);
    assert.deepEqual(fake.left, []);
  }
});

// Whoever asks twice does not want to wait.
test("a second signal leaves at once, whichever of them it is", () => {
  const fake = new FakeProcess();
  fake.listen();
  fake.signal("SIGTERM", 0);
  fake.signal("SIGINT", 300);
  assert.deepEqual(fake.left, ["SIGINT"]);
});

// One Ctrl-C under npm start arrives two or three times: it must not count as two.
test("copies of the first signal are not a second one", () => {
  const fake = new FakeProcess();
  fake.listen();
  fake.signal("SIGINT", 0);
  fake.signal("SIGINT", 1);
  fake.signal("SIGINT", 200);
  assert.deepEqual(fake.left, []);
});

// A program that has finished ends by a signal like any other.
test("after release no signal is listened to", () => {
  const fake = new FakeProcess();
  const stop = fake.listen();
  stop.release();
  stop.release();
  assert.equal(fake.emitter.eventNames().length, 0);
});
