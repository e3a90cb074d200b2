import assert from "node:assert/strict";
import { test } from "node:test";
import { ERRORS } from "../../src/base/errors.ts";
import { codeRows, readPage } from "./page.ts";

// Users look codes up: one that is not on the page, or means something else there, is worse than none.
test("the page of errors lists every code once, with the catalogue's sentence and what to do", () => {
  const rows = codeRows(readPage("errors.md"));
  assert.deepEqual(rows.map(([code]) => code).toSorted(), Object.keys(ERRORS).toSorted());
  for (const [code, meaning, advice = ""] of rows) {
    assert.equal(meaning, ERRORS[code as keyof typeof ERRORS], code);
    assert.match(advice, /^\S.{10,}\.$/, `${code}: what to do`);
  }
});
