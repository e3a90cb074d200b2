import assert from "node:assert/strict";
import { test } from "node:test";
import { printable } from "./printable.ts";

// A movie named with an escape sequence could otherwise rewrite the terminal of whoever lists the library.
test("what a terminal would obey is shown as an escape", () => {
  assert.equal(printable("a\u001b[31mb\nc\u009b"), "a\\x1b[31mb\\x0ac\\x9b");
  assert.equal(printable("gpj\u202e.exe"), "gpj\\u202e.exe");
});

// Names in any script are names.
test("letters of every script stay as they are", () => {
  assert.equal(printable("Ümläut 映画 🎞"), "Ümläut 映画 🎞");
});
