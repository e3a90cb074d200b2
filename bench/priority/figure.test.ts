import assert from "node:assert/strict";
import { test } from "node:test";
import sharp from "sharp";
import type { ContestFigures, GroupFigures } from "./contest.ts";
import { drawFigure, stack } from "./figure.ts";

/** 250 ms of 1 Mbit/s. */
const MEGABIT = 31_250;

function groupOf(kind: GroupFigures["kind"], priority: number, rates: readonly number[]): GroupFigures {
  const samples = rates.map((rate) => rate * MEGABIT);
  return { kind, priority, movie: "sw", samples, clients: [], viewers: [] };
}

const figures: ContestFigures = {
  sampleMs: 250,
  beganMs: 250,
  endedMs: 750,
  groups: [
    groupOf("readers", 5, [90, 50, 45, 500]),
    groupOf("viewers", 0, [0, 40, 45, 0]),
    groupOf("stalled", 0, [0, 1, 0, 0]),
  ],
};

const priorities = [
  { priority: 0, label: "viewers & others" },
  { priority: 5, label: "readers" },
];

// A rate off by a factor would be believed: nobody can see it in a picture.
test("bytes become Mbit/s, groups of a priority together, each priority upon the better one", () => {
  const [best, worse] = stack(figures, priorities);
  assert.deepEqual(
    best?.map(({ low, high }) => [low, high]),
    [0, 41, 45, 0].map((rate) => [0, rate]),
  );
  assert.deepEqual(
    worse?.map(({ low, high }) => [low, high]),
    [
      [0, 90],
      [41, 91],
      [45, 90],
      [0, 500],
    ],
  );
});

// GitHub and browsers show nothing at all of a picture that is not well-formed.
test("the figure is an image that can be drawn, whatever stands in its labels and samples", async () => {
  const panels = [{ title: "With < 100", outcome: "p99 > 1 & so on", figures }];
  const svg = drawFigure({ panels, priorities, needed: 44.3, link: 100 });
  const { format, width, height } = await sharp(Buffer.from(svg)).metadata();
  assert.equal(format, "svg");
  assert.match(svg, new RegExp(`viewBox="0 0 ${width} ${height}"`));
  assert.doesNotMatch(svg, /NaN|undefined|-\d+,|,-\d/);
});
