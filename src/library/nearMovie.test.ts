import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { nearMovie } from "./nearMovie.ts";

const named = (...names: readonly string[]) => ({
  movies: names.toSorted((a, b) => (a < b ? -1 : 1)).map((name) => ({ name })),
});

// Whoever types a name wrongly learns the right one, not only that there is none.
describe("the movie that was meant", () => {
  it("is one spelled nearly so", () => {
    const catalogue = named("sandwich", "sw", "sh010/beauty", "a");
    assert.equal(nearMovie("sandwhich", catalogue), "sandwich");
    assert.equal(nearMovie("Sw", catalogue), "sw");
    assert.equal(nearMovie("sh010/beaty", catalogue), "sh010/beauty");
  });

  // The most frequent mistake: folders are part of the name.
  it("is one whose last part the name is", () => {
    assert.equal(nearMovie("beauty", named("beautx", "sh010/beauty")), "sh010/beauty");
    assert.equal(nearMovie("010/beauty", named("sh/010/beauty")), "sh/010/beauty");
  });

  it("is none where nothing is like it", () => {
    assert.equal(nearMovie("orange", named("sw", "apple")), undefined);
    assert.equal(nearMovie("sw", named()), undefined);
    assert.equal(nearMovie("x".repeat(65), named("x".repeat(64))), undefined);
  });

  // Anybody may ask, as often as the connection allows: it may not cost what the library is large.
  it("is found in a few milliseconds among ten thousand", () => {
    const catalogue = named(
      ...Array.from({ length: 10_000 }, (_, index) => `${"show/".repeat(10)}shot${index}`),
    );
    assert.match(nearMovie(`${"show/".repeat(10)}shott500`, catalogue) ?? "", /shot\d*500$|shot\d{4}$/);
    const start = performance.now();
    for (let round = 0; round < 20; round++) nearMovie(`${"show/".repeat(10)}zz${round}`, catalogue);
    assert.ok(performance.now() - start < 20 * 100);
  });
});
