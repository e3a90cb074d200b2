import assert from "node:assert/strict";
import { test } from "node:test";
import { nameParts } from "./name.ts";

// The parts become folders.
test("a name's parts are what lies between its slashes", () => {
  assert.deepEqual(nameParts("take 3"), ["take 3"]);
  assert.deepEqual(nameParts("sh010/beauty"), ["sh010", "beauty"]);
  assert.deepEqual(nameParts("-o'\"%04d été"), ["-o'\"%04d été"]);
});

// A name must not lead out of the library, hide in it, or look like another.
test("a name that is no name inside the library is refused", () => {
  const bad = [
    "",
    "/",
    "/tmp/x",
    "..",
    "../x",
    "a/../b",
    "a/.",
    ".hidden",
    "a//b",
    "a/",
    " ",
    "a\nb",
    "a\u0000",
    "a\\b",
  ];
  for (const name of [...bad, "a\u007Fb", "a\uD800", "x".repeat(201)])
    assert.throws(() => nameParts(name), { code: "MOVIE_NAME_INVALID" }, JSON.stringify(name));
});
