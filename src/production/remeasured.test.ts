import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { PictureRendition } from "../base/rendition.ts";
import type { FrameWish, ProducedFrame } from "../library/frame.ts";
import type { Answer } from "./order.ts";
import { Stage, logOf, urgent, wish } from "./stage.testing.ts";

const JPEG: PictureRendition = {
  format: "jpeg",
  width: 100,
  quality: undefined,
  levels: undefined,
  exposure: undefined,
};
const NEEDS: Answer = { needs: "levels" };

function picture(number: number): FrameWish {
  return { ...wish(number), rendition: JPEG };
}

/** Ends the work that was begun first. */
async function answer(stage: Stage, given: Answer): Promise<void> {
  stage.pool.works[0]?.end(given);
  await turn();
}

const measured = (low: number, high: number): Answer => ({ measured: { low, high } });

/** A stage on which a movie of one frame has been measured, for a playback that was shown it. */
async function grownStage(flat?: true): Promise<{ stage: Stage; early: FrameWish }> {
  const sample = [wish(1).entry];
  const stage = new Stage({ log: () => logOf(sample) });
  const early = { ...picture(1), playback: {} };
  stage.ask("early", early);
  await answer(stage, NEEDS);
  await answer(stage, { measured: { low: 95, high: 105, ...(flat && { flat }) } });
  await stage.finish();
  sample.push(wish(2).entry, wish(3).entry);
  return { stage, early };
}

const textOf = (frame: ProducedFrame | undefined): string =>
  Buffer.concat((frame?.parts ?? []).map((part) => Buffer.from(part))).toString();

// What is kept must never be shown under other levels than it was made with.
test("a picture is kept by its levels: each playback sees it under its own, and no other's", async () => {
  const { stage, early } = await grownStage();
  const late = { ...early, playback: {} };
  assert.equal(stage.production.peek(late), undefined);
  stage.ask("late", late);
  assert.equal(stage.pool.works[0]?.name, "levels 2");
  for (const _ of [2, 3]) await answer(stage, measured(0, 4095));
  assert.deepEqual(stage.pool.works[0]?.order.levels, { low: 0, high: 4095 });
  await stage.finish("yz");
  assert.deepEqual(stage.heard, ["early: frame", "late: frame"]);
  assert.ok(textOf(stage.production.peek(early)).endsWith("ab"));
  assert.ok(textOf(stage.production.peek(late)).endsWith("yz"));
  assert.deepEqual(
    stage.frames.map(({ levels }) => levels),
    [
      { low: 95, high: 105 },
      { low: 0, high: 4095 },
    ],
  );
  stage.ask("next", { ...picture(2), playback: early.playback });
  assert.deepEqual(stage.pool.works[0]?.order.levels, { low: 95, high: 105 });
});

test("a playback of flat frames goes on while others are measured, and then sees them", async () => {
  const { stage, early } = await grownStage(true);
  const next = { ...early, ...wish(2) };
  stage.ask("dark", next);
  assert.equal(stage.pool.works[0]?.name, "levels 2");
  await answer(stage, measured(0, 4095));
  await answer(stage, measured(0, 4095));
  assert.equal(stage.pool.works[0]?.order.levels?.high, 105);
  await stage.finish("ab");
  assert.equal(stage.production.peek(next), undefined);
  stage.ask("bright", next);
  assert.deepEqual(stage.pool.works[0]?.order.levels, { low: 0, high: 4095 });
});

// Two frames of one playback wait; the movie is measured anew, for somebody else, between them.
test("a frame that comes under other levels than the playback's is made again under these", async () => {
  const sample = [wish(1).entry];
  const stage = new Stage({ log: () => logOf(sample) });
  const playback = {};
  stage.ask("a", { ...picture(1), playback });
  stage.ask("b", { ...picture(2), playback }, urgent(7));
  await answer(stage, NEEDS);
  await answer(stage, measured(95, 105));
  sample.push(wish(2).entry);
  stage.ask("other", picture(2), urgent(0));
  await stage.finish();
  await answer(stage, measured(0, 4095));
  while (stage.pool.works.length > 0) await stage.finish();
  assert.deepEqual(stage.heard.toSorted(), ["a: frame", "b: frame", "other: frame"]);
  const seen = stage.heard.map((name, index) => `${name[0]} ${stage.frames[index]?.levels?.high}`);
  assert.deepEqual(seen.toSorted(), ["a 105", "b 105", "o 4095"]);
});

// Floating point for a display: a classic client's frames are stretched too, and kept as they were.
test("originals that need levels are kept by them, and made anew when these are others", async () => {
  const sample = [wish(1).entry];
  const stage = new Stage({ log: () => logOf(sample) });
  stage.ask("a", wish(1));
  await answer(stage, NEEDS);
  await answer(stage, measured(0, 1));
  await stage.finish("ab");
  assert.ok(stage.production.peek(wish(1)));
  sample.push(wish(2).entry);
  assert.equal(stage.production.peek(wish(1)), undefined);
  stage.ask("b", wish(1));
  await answer(stage, measured(0, 5));
  assert.deepEqual(stage.pool.works[0]?.order.levels, { low: 0, high: 5 });
  await stage.finish("yz");
  assert.ok(textOf(stage.production.peek(wish(1))).endsWith("yz"));
});
