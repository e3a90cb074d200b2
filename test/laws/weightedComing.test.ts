import assert from "node:assert/strict";
import { test } from "node:test";
import { backlogOf, judgeAll } from "./backlogs.ts";
import { judgeFloors } from "./floorPromises.ts";

const RUNS = 10_000;

// Those who come and go must not save up while they are away, and pay out together when they return.
test("weighted: floors and waits are kept while other playbacks come and go", (t) => {
  const nearest = judgeAll(t, {
    runs: RUNS,
    backlogOf: (seed) => backlogOf(seed, { comes: true }),
    judge: judgeFloors,
  });
  const { rank = 0, playback = 0 } = nearest;
  assert.ok(rank > 0.5 && rank <= 1, `the longest wait of a priority was ${rank} of what is promised`);
  assert.ok(playback > 0.5 && playback <= 1, `that of a playback was ${playback}`);
});
