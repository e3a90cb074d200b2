import assert from "node:assert/strict";
import { test } from "node:test";
import { alignColumns } from "./columns.ts";

// Numbers are compared by their last digit, names by their first letter.
test("cells are aligned to their column's side under its heading", () => {
  const columns = [
    { heading: "MOVIE", side: "left" },
    { heading: "FRAMES", side: "right" },
  ] as const;
  assert.deepEqual(
    alignColumns(columns, [
      ["sw", "100"],
      ["sh010/beauty", "7"],
    ]),
    ["MOVIE         FRAMES", "sw               100", "sh010/beauty       7"],
  );
});

// An empty last cell must not leave blanks that a copied line then carries.
test("lines do not end in blanks", () => {
  const columns = [
    { heading: "A", side: "left" },
    { heading: "LONG", side: "left" },
  ] as const;
  assert.deepEqual(alignColumns(columns, [["x", ""]]), ["A  LONG", "x"]);
});
