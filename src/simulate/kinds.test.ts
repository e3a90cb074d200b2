import assert from "node:assert/strict";
import { test } from "node:test";
import type { Kind } from "../base/kind.ts";
import { lossKind, paceKind, shortTime, sizeModel, spanKind, stallsKind } from "./kinds.ts";

/** What can be written, and what it means. */
const WORDS: readonly (readonly [Kind<unknown>, string, unknown])[] = [
  [shortTime, "0.2ms", 0.2],
  [shortTime, "50us", 0.05],
  [shortTime, "1.5 s", 1500],
  [shortTime, "0", 0],
  [paceKind, "untimed", "untimed"],
  [paceKind, "23.976", { numerator: 2997, denominator: 125 }],
  [sizeModel, "57654B", { kind: "fixed", bytes: 57_654 }],
  [sizeModel, "14 MB", { kind: "fixed", bytes: 14_000_000 }],
  [sizeModel, "uniform 20kB 90kB", { kind: "uniform", least: 20_000, most: 90_000 }],
  [sizeModel, "lognormal  57kB 0.4", { kind: "lognormal", median: 57_000, sigma: 0.4 }],
  [lossKind, "30s", { at: 30_000 }],
  [lossKind, "3m", { at: 180_000 }],
  [lossKind, "3MB", { after: 3_000_000 }],
  [spanKind, "5s", { from: 5000, to: 5000 }],
  [spanKind, "0s - 10s", { from: 0, to: 10_000 }],
  [
    stallsKind,
    "2s-3s, 3s-4s",
    [
      { from: 2000, to: 3000 },
      { from: 3000, to: 4000 },
    ],
  ],
  [stallsKind, "10s-", [{ from: 10_000, to: Number.POSITIVE_INFINITY }]],
];

// What the program says of a value is what somebody types next.
test("every kind reads what people write, and what it writes itself", () => {
  for (const [kind, text, value] of WORDS) {
    assert.deepEqual(kind.parse(text), value, text);
    assert.deepEqual(kind.parse(kind.format(value)), value, `${text} is written ${kind.format(value)}`);
  }
});

// A value that is taken for another one is worse than an error.
test("what has no unit, no order or no end is refused", () => {
  const bad: readonly (readonly [Kind<unknown>, readonly string[]])[] = [
    [shortTime, ["5", "-1ms", "61s", "1h", ""]],
    [paceKind, ["0", "1001", "fast", ""]],
    [
      sizeModel,
      ["uniform 9kB", "uniform 9kB 3kB", "uniform 1kB 2kB 3kB", "lognormal 9kB 4", "lognormal 9kB", "0", ""],
    ],
    [lossKind, ["", "5 %", "-3s"]],
    [spanKind, ["", "5s-2s", "1s-2s-3s", "1s-", "0s-5x"]],
    [stallsKind, ["", "5s", "5s-5s", "2s-5s,4s-6s", "2s-,5s-6s"]],
  ];
  for (const [kind, texts] of bad) {
    for (const text of texts) assert.equal(kind.parse(text), undefined, `"${text}"`);
  }
});
