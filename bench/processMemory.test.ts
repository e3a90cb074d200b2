import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryField } from "./processMemory.ts";

// Pss_Anon and the others begin with the same letters; taking one of them would halve every figure.
test("a field of memory is found by its whole name, and told in bytes", () => {
  const text = "55d0-7ffe ---p 00000000 00:00 0 [rollup]\nRss:  10 kB\nPss_Anon:  3 kB\nPss:     7 kB\n";
  assert.equal(memoryField(text, "Pss"), 7 * 1024);
  assert.throws(() => memoryField(text, "Swap"));
});
