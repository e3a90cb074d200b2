import assert from "node:assert/strict";
import { test } from "node:test";
import type { MissingPolicy } from "../base/contract.ts";
import { FrameNumber } from "../base/units.ts";
import { SimulatedLog } from "../simulate/log.ts";
import { standIns } from "./standIns.ts";

function candidates(numbers: readonly number[], policy: MissingPolicy, number: number, known?: number) {
  const log = new SimulatedLog("m", numbers);
  const knownEntry = known === undefined ? undefined : log.at(FrameNumber(known));
  const search = { log, policy, number: FrameNumber(number), known: knownEntry, rendition: undefined };
  const wishes = standIns(search);
  return [...wishes].map(({ entry, substitution }) => `${substitution?.policy} ${entry.number}`);
}

// OpenTimelineIO's `hold` is the nearest before; a movie that begins with a hole has none and goes black.
test("`hold` takes the nearest frame before, and black where there is none", () => {
  assert.deepEqual(candidates([1, 2, 4], "hold", 3), ["hold 2", "hold 1", "black 2", "black 1", "black 4"]);
  assert.deepEqual(candidates([4, 5], "hold", 3), ["black 4", "black 5"]);
});

// A black frame has the size of its neighbours, or players break off.
test("`black` is modelled on the frames before, or after", () => {
  assert.deepEqual(candidates([1, 2, 4], "black", 3), ["black 2", "black 1", "black 4"]);
});

// A disk that was full leaves a whole run of empty files.
test("a frame that could be read is the model of a black one, and is held when many before are not", () => {
  const numbers = Array.from({ length: 40 }, (_, index) => index);
  assert.equal(candidates(numbers, "black", 30, 5).at(-1), "black 5");
  assert.equal(candidates(numbers, "hold", 30, 5)[8], "hold 5");
  assert.ok(!candidates(numbers, "hold", 30, 35).includes("hold 35"), "only what lies before is held");
});

// Nothing may stand in where an error or nothing was asked for.
test("`error` and `skip` have no substitutes", () => {
  assert.deepEqual(candidates([1, 2, 4], "error", 3), []);
  assert.deepEqual(candidates([1, 2, 4], "skip", 3), []);
});

// A movie of which every frame is broken must not be read to its beginning for each message.
test("`hold` looks at eight frames at most", () => {
  const numbers = Array.from({ length: 100 }, (_, index) => index);
  assert.equal(candidates(numbers, "hold", 100).filter((one) => one.startsWith("hold")).length, 8);
});
