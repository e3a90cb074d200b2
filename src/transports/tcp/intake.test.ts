import assert from "node:assert/strict";
import { test } from "node:test";
import { Bytes, MonotonicMs, Ms } from "../../base/units.ts";
import { VirtualClock } from "../../simulate/clock.ts";
import { Turns } from "../turns.ts";
import { Intake } from "./intake.ts";

/** An intake whose requests that begin with `?` are answered later. */
class Desk {
  readonly clock = new VirtualClock();
  readonly answered: string[] = [];
  isReading = true;
  caughtUp = 0;
  waitsUntil: MonotonicMs | undefined;
  readonly intake: Intake;

  constructor() {
    const owner = {
      pause: () => void (this.isReading = false),
      resume: () => void (this.isReading = true),
      answer: (request: unknown) => this.#answer(request),
      makesSense: () => true,
      unreadLines: () => 0,
      waitsUntil: () => this.waitsUntil,
      caughtUp: () => void (this.caughtUp += 1),
      overran: () => assert.fail("nothing is too long"),
    };
    const limits = { limit: Bytes(4096), unterminated: Ms(1000) };
    this.intake = new Intake({ clock: this.clock, turns: new Turns(this.clock), ...limits, owner });
  }

  read(text: string): this {
    this.intake.read(Buffer.from(text));
    return this;
  }

  #answer(request: unknown): void {
    assert.ok(request instanceof Uint8Array);
    const text = Buffer.from(request).toString();
    this.answered.push(text);
    if (text.startsWith("?")) this.intake.wait();
  }
}

// A stop that overtakes the start before it would leave the movie playing.
test("requests behind one that is being decided on wait, and come in their order", () => {
  const desk = new Desk().read("a\n?b\nc\n").read("d\n?e\n").read("f");
  desk.clock.run();
  assert.deepEqual([desk.answered, desk.intake.isDeciding], [["a", "?b"], true]);
  desk.intake.goOn();
  desk.clock.run();
  assert.deepEqual(desk.answered, ["a", "?b", "c", "d", "?e"]);
  desk.intake.goOn();
  desk.read("\n");
  desk.clock.run();
  assert.deepEqual(desk.answered, ["a", "?b", "c", "d", "?e", "f"]);
  assert.ok(desk.isReading && !desk.intake.isDeciding);
});

// The end of the client must be seen while a disk is slow; megabytes of requests need not be.
test("the client is read on while a request is decided on, up to 64 KiB", () => {
  const desk = new Desk().read("?a\n");
  desk.read("x\n".repeat(16 * 1024));
  assert.ok(desk.isReading);
  desk.read("x\n".repeat(16 * 1024)).read("x\n");
  assert.ok(!desk.isReading);
  desk.intake.goOn();
  desk.clock.run();
  assert.equal(desk.answered.length, 32 * 1024 + 2);
  assert.ok(desk.isReading);
});

// `nc -N` closes its half with the request: its answer is still to come.
test("a client that has closed its half is not done before its last request is answered", () => {
  const desk = new Desk().read("?a");
  desk.intake.end();
  assert.deepEqual([desk.answered, desk.intake.isDone], [["?a"], false]);
  const before = desk.caughtUp;
  desk.intake.goOn();
  desk.clock.run();
  assert.deepEqual([desk.intake.isDone, desk.caughtUp], [true, before + 1]);
});

// Old clients send no end; what they send next belongs to the next request all the same.
test("a request that silence has ended may be decided on, too", () => {
  const desk = new Desk().read("?a");
  desk.clock.run(MonotonicMs(1000));
  assert.deepEqual(desk.answered, ["?a"]);
  desk.read("b\n");
  desk.clock.run(MonotonicMs(5000));
  assert.deepEqual(desk.answered, ["?a"]);
  desk.intake.goOn();
  desk.clock.run();
  assert.deepEqual(desk.answered, ["?a", "b"]);
});

// What was decided on when its connection ended is nobody's any more.
test("a closed intake answers nothing, whatever is decided afterwards", () => {
  const desk = new Desk().read("?a\nb\n");
  desk.intake.close();
  desk.intake.goOn();
  desk.intake.wait();
  desk.read("c\n");
  desk.clock.run();
  assert.deepEqual([desk.answered, desk.intake.isDone, desk.isReading], [["?a"], true, false]);
});

// What is held back is one request: the end of what was asked for must be seen when it has been answered.
test("while its lines are too many a client is not read, and goes on in order when they are not", () => {
  const desk = new Desk().read("a\n");
  desk.waitsUntil = MonotonicMs(50);
  desk.read("b\nc\nd");
  desk.intake.end();
  desk.clock.run(MonotonicMs(49));
  assert.deepEqual([desk.answered, desk.isReading, desk.intake.isHeldBack], [["a"], false, true]);
  assert.ok(!desk.intake.isDone);
  desk.waitsUntil = undefined;
  desk.clock.run(MonotonicMs(50));
  assert.deepEqual(desk.answered, ["a", "b", "c", "d"]);
  assert.ok(desk.isReading && desk.intake.isDone && desk.caughtUp === 2);
});

// A timer that outlives its connection would keep it.
test("a client that goes while it is held back leaves no timer", () => {
  const desk = new Desk();
  desk.waitsUntil = MonotonicMs(50);
  desk.read("a\n").intake.close();
  assert.deepEqual(desk.clock.pending, { turns: 0, timers: 0 });
});
