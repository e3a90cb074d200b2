import assert from "node:assert/strict";
import { test } from "node:test";
import { ComplaintLog, brief } from "./complaints.ts";

const DAMAGED =
  "[msmpeg4 @ 0x562d951bbfc0] ac-tex damaged at 39 12\n[msmpeg4 @ 0x562d951bbfc0] Error at MB: 627\n";

// Text comes from a pipe in pieces that know nothing of lines.
test("complaints are the same however the text is cut", () => {
  const whole = new ComplaintLog();
  whole.add(DAMAGED);
  const bytewise = new ComplaintLog();
  for (const character of DAMAGED) bytewise.add(character);
  assert.deepEqual(bytewise.read(), whole.read());
  assert.deepEqual(whole.read(), { count: 2, first: "ac-tex damaged at 39 12", last: "Error at MB: 627" });
});

// Addresses and closing words hide the one sentence that helps.
test("what is shown is the first and the last sentence with something in it", () => {
  assert.equal(
    brief(`${DAMAGED}    Last message repeated 3 times\nConversion failed!\n`).includes("Conversion"),
    false,
  );
  assert.equal(brief("disk: No space left on device\n"), "disk: No space left on device");
  assert.equal(brief(DAMAGED), "ac-tex damaged at 39 12; Error at MB: 627");
});

// A damaged video of hours brings millions of lines, or one without an end.
test("what is kept does not grow with what is said", () => {
  const log = new ComplaintLog();
  for (let line = 0; line < 1000; line++) log.add("x".repeat(1000));
  log.add("\nlast\n");
  assert.equal(log.read().first.length, 400);
  assert.equal(log.read().last, "last");
});
