import assert from "node:assert/strict";
import { test } from "node:test";
import { hasColours } from "./palette.ts";

const terminal = { isTTY: true, hasColors: () => true };

// Escape sequences in a file or a pipe are noise to whatever reads it.
test("colours go to terminals that have them", () => {
  assert.equal(hasColours(terminal, {}), true);
  assert.equal(hasColours({}, {}), false);
  assert.equal(hasColours({ isTTY: true, hasColors: () => false }, {}), false);
});

// no-color.org: set and not empty is what counts, whatever the value.
test("NO_COLOR turns colours off, even where FORCE_COLOR asks for them", () => {
  assert.equal(hasColours(terminal, { NO_COLOR: "1" }), false);
  assert.equal(hasColours(terminal, { NO_COLOR: "" }), true);
  assert.equal(hasColours(terminal, { NO_COLOR: "1", FORCE_COLOR: "1" }), false);
});

// Build logs show colours although they are no terminals.
test("FORCE_COLOR turns colours on, and off when it is 0 or false", () => {
  assert.equal(hasColours({}, { FORCE_COLOR: "1" }), true);
  assert.equal(hasColours(terminal, { FORCE_COLOR: "0" }), false);
  assert.equal(hasColours(terminal, { FORCE_COLOR: "false" }), false);
});
