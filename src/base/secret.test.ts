import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { Secret, secret } from "./secret.ts";

const TEXT = "correct-horse-battery";

// A token in a log or a report of a bug is a token that everybody has.
test("a secret shows what it holds to nobody who does not ask for it", () => {
  const found = secret.parse(TEXT) ?? assert.fail();
  assert.ok(found instanceof Secret);
  const settings = { operatorToken: found };
  for (const shown of [
    String(found),
    JSON.stringify(settings),
    inspect(settings, { depth: 9, showHidden: true }),
    secret.format(found),
  ]) {
    assert.ok(!shown.includes(TEXT), shown);
  }
  assert.equal(found.reveal(), TEXT);
});

// "Found 17 characters, expected 16 to 256" is no help to whoever counts them; and nothing is repeated.
test("what is wrong with a secret is said without repeating any of it", () => {
  assert.match(secret.problem?.("sixteen letters!!") ?? "", /with spaces/);
  assert.match(secret.problem?.("\u{fc}ml\u{e4}ut-und-mehr-davon") ?? "", /not all of them visible ASCII/);
  assert.equal(secret.problem?.("x".repeat(15)), undefined);
});

// A short one can be guessed, and one with spaces or line ends would not get through a header.
test("a secret has 16 to 256 visible characters, or is none", () => {
  assert.equal(secret.parse("none"), "none");
  for (const text of ["", "x".repeat(15), "x".repeat(257), "sixteen letters!!", "ümläut-und-mehr-davon"])
    assert.equal(secret.parse(text), undefined, text);
  assert.ok(secret.parse("x".repeat(16)));
});
