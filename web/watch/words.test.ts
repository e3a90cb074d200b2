import assert from "node:assert/strict";
import { it } from "node:test";
import { type Told, newsOf, sentenceOf } from "./words.ts";

const WELL: Told = {
  frame: 57,
  isHeld: false,
  isMissing: false,
  newest: 100,
  state: "connected",
  skipped: 0,
  news: undefined,
};

// A picture that is not the one asked for must not pass for it.
it("what is not as it should be is said in one sentence, and nothing where all is well", () => {
  assert.equal(sentenceOf(WELL), "");
  assert.match(sentenceOf({ ...WELL, isHeld: true, isMissing: true }), /^Frame 57 is missing/);
  assert.match(sentenceOf({ ...WELL, isHeld: true }), /^Frame 57 cannot be read/);
  assert.equal(
    sentenceOf({ ...WELL, isHeld: true, newest: 56 }),
    "Frame 57 has not been rendered yet; showing 56.",
  );
  assert.match(sentenceOf({ ...WELL, skipped: 1 }), /^1 frame left out/);
  assert.match(sentenceOf({ ...WELL, state: "reconnecting", isHeld: true }), /^The server does not answer/);
  assert.match(sentenceOf({ ...WELL, state: "removed" }), /removed/);
});

it("what has just happened to the movie is said, and what is wrong before it", () => {
  assert.equal(newsOf({ landed: "7", revised: "", removed: "" }), "New: frame 7.");
  assert.equal(newsOf({ landed: "9", revised: "1-3,7" }), "Rendered again: frames 1-3, 7.");
  assert.equal(newsOf({}), undefined);
  const news = "New: frame 7.";
  assert.equal(sentenceOf({ ...WELL, news, skipped: 3 }), news);
  assert.match(sentenceOf({ ...WELL, news, isHeld: true }), /cannot be read/);
});
