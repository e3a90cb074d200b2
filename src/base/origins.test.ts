import assert from "node:assert/strict";
import { test } from "node:test";
import { origins } from "./origins.ts";

// Browsers compare origins letter by letter: one that could never match would only look like permission.
test("origins are read as browsers send them, once each", () => {
  assert.deepEqual(origins.parse("none"), []);
  assert.deepEqual(origins.parse("*"), ["*"]);
  assert.deepEqual(origins.parse("https://a.example, http://[::1]:8080,https://a.example"), [
    "https://a.example",
    "http://[::1]:8080",
  ]);
  assert.equal(origins.format(["https://a.example", "*"]), "https://a.example,*");
  assert.equal(origins.format([]), "none");
});

test("what no browser sends as an origin is not one", () => {
  for (const text of ["", "a.example", "https://a.example/", "https://A.example", "ftp://a.example", "a,,b"])
    assert.equal(origins.parse(text), undefined, text);
  assert.equal(origins.parse(Array.from({ length: 101 }, (_, n) => `http://a${n}`).join()), undefined);
});
