import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Register } from "./register.ts";

setFlagsFromString("--expose-gc");
// As servers do: the engine takes nothing for old that is young.
setFlagsFromString("--no-allocation-site-pretenuring");
const collect = runInNewContext("gc") as (options?: { readonly type: "minor" }) => void;

type Visit = { readonly name: string; readonly load: readonly number[] };

function visit(name: string): Visit {
  return { name, load: Array.from({ length: 1000 }, () => 0) };
}

// Receipts are told with the oldest first, and playbacks of one connection as they were opened.
test("who is there is told in the order of coming, also after others have left and come back", () => {
  const register = new Register<string, Visit>();
  for (const name of ["a", "b", "c"]) register.set(name, visit(name));
  assert.equal(register.delete("a")?.name, "a");
  register.set("a", visit("a"));
  register.set("b", visit("another b"));
  assert.deepEqual(
    [...register.entries()].map(([key, { name }]) => `${key}: ${name}`),
    ["b: another b", "c: c", "a: a"],
  );
  assert.equal(register.size, 3);
});

test("who has left is not found, and leaves once", () => {
  const register = new Register<number, Visit>();
  register.set(7, visit("seven"));
  assert.equal(register.get(7)?.name, "seven");
  register.delete(7);
  assert.equal(register.get(7), undefined);
  assert.equal(register.delete(7), undefined);
  assert.equal(register.size, 0);
});

// With a `Map`, whose old tables refer to their successors, every request of a busy server lived until the
// next full collection, and was copied about until then.
test("who has left is gone after the next small collection, though the register is old", () => {
  const register = new Register<number, Visit>();
  const heapAfter = (first: number, last: number): number => {
    for (let key = first; key <= last; key += 1) {
      register.set(key, visit(String(key)));
      register.delete(key - 10);
      if (key % 50 === 0) collect({ type: "minor" });
    }
    return process.memoryUsage().heapUsed;
  };
  heapAfter(0, 99);
  collect();
  collect();
  const before = heapAfter(100, 199);
  const grown = heapAfter(200, 4199) - before;
  assert.ok(grown < 5_000_000, `the heap grew by ${grown} bytes, of 32,000,000 that came and went`);
});
