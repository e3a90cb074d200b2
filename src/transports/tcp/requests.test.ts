import assert from "node:assert/strict";
import { test } from "node:test";
import { Priority } from "../../base/units.ts";
import type { Catalogue } from "../../library/log.ts";
import { SimulatedLog } from "../../simulate/log.ts";
import { readRequest } from "./requests.ts";

const movie = new SimulatedLog("sw", [1, 2, 3]);

const catalogue: Catalogue = {
  movies: [movie],
  progress: { isComplete: true, folders: 1, movies: 1, frames: 3 },
  find: (name) => (name === movie.name ? movie : undefined),
  watch: () => () => undefined,
};

/** The priority that a client gets that may have `best`, and its better wish. */
function granted(request: string, best: number): { priority?: number; wished?: number | undefined } {
  const context = { catalogue, connection: 1, bestPriority: Priority(best) };
  const { plan } = readRequest(Buffer.from(request), context);
  assert.ok(plan);
  return { priority: plan.priority, wished: plan.wished };
}

// Law 9: otherwise whoever asks for 0 is served before everybody, and all will ask for 0.
test("a better priority than the client may have is lowered, for a start and for a seek", () => {
  for (const command of ["start_movie:sw", "seek_movie:sw:2"]) {
    assert.deepEqual(granted(`a:0:${command}`, 3), { priority: 3, wished: 0 });
    assert.deepEqual(granted(`a:2:${command}`, 3), { priority: 3, wished: 2 });
  }
});

// Whoever steps back may: an export at night that nobody waits for.
test("a priority that the client may have is the one it gets", () => {
  for (const wished of [3, 4, 255]) {
    assert.deepEqual(granted(`a:${wished}:start_movie:sw`, 3), { priority: wished, wished: undefined });
  }
  assert.deepEqual(granted("a:0:start_movie:sw", 0), { priority: 0, wished: undefined });
});
