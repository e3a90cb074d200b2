import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "./systemClock.ts";
import { after } from "./units.ts";

// A frame is not sent before it is due, and the platform's timers fire up to a millisecond early.
test("a timer never wakes before its time", async () => {
  const waits = Array.from({ length: 20 }, (_, index) => index * 0.7);
  const early = await Promise.all(
    waits.map(
      (wait) =>
        new Promise<number>((resolve) => {
          const time = after(systemClock.now(), wait);
          systemClock.at(time, () => resolve(time - systemClock.now()));
        }),
    ),
  );
  for (const ms of early) assert.ok(ms <= 0, `${ms} ms early`);
});

// A cancelled timer that wakes acts on a connection that is gone; one that is counted keeps the process
// alive.
test("a cancelled timer does not wake, and may be cancelled twice", async () => {
  let woke = false;
  const timer = systemClock.at(after(systemClock.now(), 1), () => {
    woke = true;
  });
  timer.cancel();
  timer.cancel();
  await new Promise<void>((resolve) => {
    systemClock.at(after(systemClock.now(), 5), resolve);
  });
  assert.equal(woke, false);
});

// The platform takes a wait of 25 days for one of a millisecond.
test("a wait longer than the platform's longest does not wake at once", async () => {
  let woke = false;
  const timer = systemClock.at(after(systemClock.now(), 2 ** 32), () => {
    woke = true;
  });
  await new Promise<void>((resolve) => {
    systemClock.at(after(systemClock.now(), 5), resolve);
  });
  timer.cancel();
  assert.equal(woke, false);
});

// The pump relies on it: a turn inside of the call that asks for it would hand over half-made facts.
test("a deferred turn is never called inside the call that defers it", async () => {
  let turned = false;
  const turn = new Promise<void>((resolve) => {
    systemClock.defer(() => {
      turned = true;
      resolve();
    });
  });
  assert.equal(turned, false);
  await turn;
  assert.equal(turned, true);
});
