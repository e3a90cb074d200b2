import assert from "node:assert/strict";
import { test } from "node:test";
import { PatientWriter } from "./standardError.ts";

/** A reader of standard error that takes as much as a test lets it. */
function reader(): {
  taken: string;
  room: number;
  failure: string | undefined;
  take: (bytes: Uint8Array) => number;
} {
  const state = {
    taken: "",
    room: 0,
    failure: undefined as string | undefined,
    take: (bytes: Uint8Array): number => {
      const code = state.failure ?? (state.room === 0 ? "EAGAIN" : undefined);
      if (code !== undefined) throw Object.assign(new Error(code), { code });
      const count = Math.min(bytes.byteLength, state.room);
      state.room -= count;
      state.taken += Buffer.from(bytes.subarray(0, count)).toString();
      return count;
    },
  };
  return state;
}

// Whoever reads the log late must find whole lines, in order.
test("what a slow reader has not taken is kept and written in order, however it is cut", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const slow = reader();
  const writer = new PatientWriter(slow.take);
  for (const line of ["one\n", "two\n", "three\n"]) writer.write(line);
  assert.equal(slow.taken, "");
  slow.room = 6;
  t.mock.timers.tick(100);
  assert.equal(slow.taken, "one\ntw");
  slow.room = 100;
  writer.close();
  assert.equal(slow.taken, "one\ntwo\nthree\n");
});

// Law 6: a reader that hangs costs lines, not memory.
test("beyond a mebibyte of unread lines further ones are dropped", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const stuck = reader();
  const writer = new PatientWriter(stuck.take);
  const line = `${"x".repeat(1023)}\n`;
  for (let count = 0; count < 3000; count += 1) writer.write(line);
  stuck.room = Number.MAX_SAFE_INTEGER;
  t.mock.timers.tick(100);
  assert.equal(stuck.taken.length, 1024 * 1024);
});

// A full disk must not be tried for ever: that would keep the process from ending.
test("after a failure nothing is written any more, and nobody is told", () => {
  const full = reader();
  full.failure = "ENOSPC";
  const writer = new PatientWriter(full.take);
  writer.write("lost\n");
  full.failure = undefined;
  full.room = 100;
  writer.write("late\n");
  writer.close();
  assert.equal(full.taken, "");
});
