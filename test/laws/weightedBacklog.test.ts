import assert from "node:assert/strict";
import { test } from "node:test";
import { LARGEST, run } from "./backlog.ts";
import { backlogOf, judgeAll } from "./backlogs.ts";
import { judgeFloors } from "./floorPromises.ts";

const RUNS = 10_000;

// Whoever has a floor must be able to say how long nothing comes at the worst, whatever the others do.
test("weighted: a backlogged playback waits for 2·N·L/φ + L bytes at most, and its priority keeps φ", (t) => {
  const nearest = judgeAll(t, {
    runs: RUNS,
    backlogOf: (seed) => backlogOf(seed, { comes: false }),
    judge: judgeFloors,
  });
  // A bound that nothing comes near to is no promise: it would not notice a floor that is half kept.
  const { rank = 0, playback = 0 } = nearest;
  assert.ok(rank > 0.6 && rank <= 1, `the longest wait of a priority was ${rank} of what is promised`);
  assert.ok(playback > 0.6 && playback <= 1, `that of a playback was ${playback}`);
});

// What a hand-over of small frames takes must not be all that waits: start refuses smaller windows.
test("weighted: with a window of one slice small frames keep a floor, with a tenth they do not", () => {
  const ranks = [1001, 20].map((size, index) => ({
    priority: index,
    floor: 0.5,
    playbacks: [[size]],
    portion: undefined,
  }));
  const shareWith = (windowBytes: number): number => {
    const seen = run({ ranks, server: undefined, batch: 8, windowBytes, handOvers: 1500 });
    const bytes = ranks.map((rank) =>
      seen.reduce((sum, one) => sum + (one.rank === rank ? one.bytes : 0), 0),
    );
    return (bytes[1] ?? 0) / ((bytes[0] ?? 0) + (bytes[1] ?? 0));
  };
  assert.ok(shareWith(LARGEST) > 0.49, `${shareWith(LARGEST)}`);
  assert.ok(shareWith(LARGEST / 10) < 0.4, `${shareWith(LARGEST / 10)}`);
});

// A floor is kept in the dispatcher, and lost when the ring gives its slots to the better ones alone.
test("weighted: a floor is kept in a ring that has fewer slots than playbacks", () => {
  const greedy = { playbacks: [[500], [500], [500]], portion: undefined };
  const ranks = [
    { ...greedy, priority: 0, floor: undefined },
    { ...greedy, priority: 9, floor: 0.25 },
  ];
  for (const slots of [1, 2, 4, 8]) {
    const backlog = { ranks, server: undefined, batch: 8, windowBytes: 2000, slots, handOvers: 400 };
    const seen = run(backlog);
    const total = seen.reduce((sum, { bytes }) => sum + bytes, 0);
    const worse = seen.reduce((sum, { rank, bytes }) => sum + (rank.priority === 9 ? bytes : 0), 0);
    assert.ok(worse >= total * 0.24, `${slots} slots: ${worse} of ${total} bytes`);
  }
});
