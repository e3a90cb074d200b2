import assert from "node:assert/strict";
import { test } from "node:test";
import type { Family, Plan } from "./family.ts";
import { runSession } from "./session.ts";
import { seededRandom } from "./statistics.ts";
import { FAMILIES, TARGETS } from "./targets.ts";

/** A family that writes down what it is asked for. */
function recordingFamily(targets: readonly string[], journal: string[]): Family {
  return {
    targets,
    open: (_bench, wanted) => {
      journal.push(`open ${wanted.join()}`);
      return Promise.resolve({
        works: (repetition) => [() => Promise.resolve(void journal.push(`${targets[0]} ${repetition}`))],
        rows: () => [],
        figures: () => [1],
      });
    },
  };
}

function planOf(targets: readonly string[]): Plan {
  return {
    targets,
    repetitions: 2,
    isQuick: true,
    warmMs: 1,
    measureMs: 1,
    seeks: 1,
    seed: 1,
    random: seededRandom(1),
    progress: () => {},
    ours: [],
  };
}

// Two families with one name would fill each other's rows.
test("every target has one family", () => {
  assert.equal(new Set(TARGETS).size, TARGETS.length);
  assert.ok(FAMILIES.every(({ targets }) => targets.length > 0));
});

// Preparing takes memory, disk and time that nobody asked for.
test("a family prepares and measures only what is wanted of it", async () => {
  const journal: string[] = [];
  const families = [recordingFamily(["a", "b"], journal), recordingFamily(["c"], journal)];
  const { figures } = await runSession(planOf(["b"]), families);
  assert.deepEqual(journal, ["open b", "a 1", "a 2"]);
  assert.deepEqual(figures, { b: [1] });
});
