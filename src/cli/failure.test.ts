import assert from "node:assert/strict";
import { test } from "node:test";
import { fault } from "../base/errors.ts";
import { explain } from "./failure.ts";
import { PLAIN } from "./palette.ts";

// The world's faults are for the user to mend: a stack would hide the sentence that says how.
test("a fault is one sentence with its code, a hint, and status 1", () => {
  const { text, status } = explain(fault("ADDRESS_IN_USE", "found 127.0.0.1:7038 taken"), PLAIN);
  assert.match(
    text,
    /^mutoscope: ADDRESS_IN_USE found 127\.0\.0\.1:7038 taken\n[^\n]*--classic PORT[^\n]*\n$/,
  );
  assert.equal(status, 1);
});

// Scripts tell a wrong call, which never works, from a fault, which may pass.
test("a bad setting has status 2", () => {
  assert.equal(explain(fault("SETTING_INVALID", "--slots: found x"), PLAIN).status, 2);
});

// A file's name or a configuration line may hold anything.
test("other people's words in a fault do not drive the terminal", () => {
  assert.equal(
    explain(fault("IMPORT_FAILED", "a\u001bc\nb"), PLAIN).text,
    "mutoscope: IMPORT_FAILED a\\x1bc\\x0ab\n",
  );
});

// A bug is reported with what it takes to find it.
test("what is no fault shows its stack and has a status of its own", () => {
  const { text, status } = explain(new TypeError("oops"), PLAIN);
  assert.match(text, /^mutoscope: TypeError: oops\n +at /);
  assert.equal(status, 70);
});
