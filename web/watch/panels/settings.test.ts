import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { QUALITIES, grantedText, qualityOf, readPriority } from "./settings.ts";

describe("a viewer's settings", () => {
  it("know which picture quality a player has, and that it has another", () => {
    for (const { key, wish } of QUALITIES) assert.equal(qualityOf({ ...wish, exposure: 1 }), key);
    assert.equal(qualityOf({ format: "webp" }), undefined);
    assert.equal(qualityOf({}), "auto");
  });

  it("take priorities from 0 to 255 and nothing else", () => {
    assert.deepEqual(["0", " 7 ", "255", "256", "-1", "1.5", ""].map(readPriority), [
      0,
      7,
      255,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  // Who gets less than was asked for learns it here, and not from a picture that stutters.
  it("say what was granted, and whether that is what was wished", () => {
    assert.equal(grantedText(3, { priority: 3 }), "The server grants 3.");
    assert.match(grantedText(0, { priority: 5, wished: 0 }), /wish for 0; the server grants 5/);
    assert.match(grantedText(5, { priority: 1 }), /gave this 1/);
    assert.match(grantedText(5, undefined), /while it plays/);
  });
});
