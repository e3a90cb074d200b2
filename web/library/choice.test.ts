import assert from "node:assert/strict";
import { it } from "node:test";
import { readView, viewQuery } from "./choice.ts";

// Whoever is sent a link sees what the sender saw.
it("a link has the search, the order and the density, and says nothing of what is usual", () => {
  const view = { search: "50% & ü/x", sort: "-changed", density: "list" } as const;
  assert.deepEqual(readView(viewQuery(view)), view);
  assert.equal(viewQuery(readView("")), "");
});

it("a link that says something else shows what is usual", () => {
  assert.deepEqual(readView("?sort=loudness&view=round&x=1"), readView(""));
});
