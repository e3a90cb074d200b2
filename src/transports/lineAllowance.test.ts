import assert from "node:assert/strict";
import { test } from "node:test";
import { BitRate, MonotonicMs } from "../base/units.ts";
import { VirtualClock } from "../simulate/clock.ts";
import { LINE_BURST, LineAllowances } from "./lineAllowance.ts";

/** 64 bytes of lines in a millisecond, of 512. */
const EGRESS = BitRate(4_096_000);
const PER_MS = 64;

function open(count: number): { clock: VirtualClock; lines: ReturnType<LineAllowances["open"]>[] } {
  const clock = new VirtualClock();
  const all = new LineAllowances(clock, EGRESS);
  return { clock, lines: Array.from({ length: count }, () => all.open()) };
}

// Whoever types its requests must never notice that there is a limit.
test("some KiB of lines may be sent at once, and again when time has passed", () => {
  const { clock, lines } = open(1);
  const [line] = lines;
  line?.told(LINE_BURST);
  assert.equal(line?.waitsUntil, undefined);
  clock.run(MonotonicMs(1_000_000));
  line?.told(LINE_BURST);
  assert.equal(line?.waitsUntil, undefined);
  line?.told(1);
  assert.ok(line?.waitsUntil !== undefined);
});

// One request answered for each byte that comes back would cost a timer each.
test("whoever had too much goes on when it has half of that again, and not before", () => {
  const { clock, lines } = open(1);
  const [line] = lines;
  line?.told(LINE_BURST + 640);
  const until = line?.waitsUntil;
  assert.equal(until, 10 + LINE_BURST / 2 / PER_MS);
  clock.run(MonotonicMs(until - 1));
  assert.ok(line?.waitsUntil !== undefined);
  clock.run(MonotonicMs(until));
  assert.equal(line?.waitsUntil, undefined);
});

// A thousand who ask for nonsense must get no more of the link than one.
test("all that are open share an eighth of the budget in equal parts, as they come and go", () => {
  const { clock, lines } = open(4);
  const sent = lines.map(() => 0);
  for (let time = 1; time <= 10_000; time += 1) {
    clock.run(MonotonicMs(time));
    if (time === 5000) for (const line of lines.slice(2)) line.close();
    for (const [index, line] of lines.entries()) {
      if ((time > 5000 && index > 1) || line.waitsUntil !== undefined) continue;
      line.told(100);
      sent[index] = (sent[index] ?? 0) + 100;
    }
  }
  const shares = [3, 3, 1, 1].map((part) => (part * 5000 * PER_MS) / 4);
  for (const [index, share] of shares.entries()) {
    const bytes = sent[index] ?? 0;
    assert.ok(Math.abs(bytes - share) <= LINE_BURST + 100, `${bytes} bytes, of ${share}`);
  }
});

// Sixty errors for each connection, and a thousand connections a second, were more than the whole budget.
test("whoever comes again and again gets no more than whoever stays, but for one answer each time", () => {
  const clock = new VirtualClock();
  const all = new LineAllowances(clock, EGRESS);
  const viewer = all.open();
  let [sent, answers] = [0, 0];
  for (let time = 1; time <= 10_000; time += 1) {
    clock.run(MonotonicMs(time));
    const line = all.open();
    for (let count = 0; count < 60 && line.waitsUntil === undefined; count += 1) {
      line.told(100);
      sent += 100;
    }
    answers += 100;
    line.close();
  }
  const stored = 2000 * PER_MS;
  const given = 10_000 * (PER_MS + PER_MS / 8);
  assert.ok(sent <= stored + given + answers, `${sent} bytes`);
  viewer.told(LINE_BURST);
  assert.equal(viewer.waitsUntil, undefined, "whoever was there before has what it had");
});

// A hundred who watch and ask for nothing must leave something for the next.
test("whoever is sent nothing takes nothing of what is there for those who come", () => {
  const { lines } = open(1000);
  const line = lines.at(-1);
  line?.told(LINE_BURST);
  assert.equal(line?.waitsUntil, undefined);
});

// Its share has grown, and it must not wait for the time that was right before.
test("whoever waits looks again every second", () => {
  const { clock, lines } = open(1000);
  const [line, ...others] = lines;
  line?.told(2 * LINE_BURST);
  assert.equal(line?.waitsUntil, 1000);
  for (const other of others) {
    other.close();
    other.close();
  }
  clock.run(MonotonicMs(1000));
  assert.equal(line?.waitsUntil, undefined);
});

// Who asks by connection after connection would otherwise be answered once by each.
test("what is taken before it is told is never more than was there, however many come for it", () => {
  const clock = new VirtualClock();
  const all = new LineAllowances(clock, EGRESS);
  let sent = 0;
  for (let time = 1; time <= 10_000; time += 1) {
    clock.run(MonotonicMs(time));
    const lines = [all.open(), all.open()];
    for (const line of lines) {
      if (line.take(1000) === undefined) sent += 1000;
      line.close();
    }
  }
  assert.ok(sent <= 2000 * PER_MS + (10_000 * PER_MS) / 8, `${sent} bytes`);
  assert.ok(sent >= 2000 * PER_MS, `${sent} bytes`);
});

// It must come in the end, also where it is larger than any allowance.
test("what is not there to be taken will be, at the time that is said", () => {
  const { clock, lines } = open(1);
  const [line] = lines;
  assert.equal(line?.take(LINE_BURST), undefined);
  const until = line?.take(2 * LINE_BURST);
  assert.equal(until, LINE_BURST / PER_MS);
  clock.run(MonotonicMs(until - 1));
  assert.ok(line?.take(2 * LINE_BURST) !== undefined);
  clock.run(MonotonicMs(until));
  assert.equal(line?.take(2 * LINE_BURST), undefined);
  assert.ok(line?.waitsUntil !== undefined, "what was taken beyond the allowance is owed");
});
