import assert from "node:assert/strict";
import { test } from "node:test";
import type { Candidate } from "../serving.ts";
import { passes } from "../family.ts";
import { type Kept, memoryRows } from "./memoryRows.ts";

const BASE = 50e6;

function measured(candidate: Candidate, kept: Kept, added: number) {
  return { candidate, kept, connections: 4000, before: BASE, after: BASE + added };
}

function verdicts(added: number, kept: Kept): (boolean | undefined)[] {
  return memoryRows([measured("ours", kept, added), measured("epoll", kept, 1e6)]).map(passes);
}

// What a server needs without connections is not theirs, and 4,000 of them stand for 1,000.
test("t10 judges what 1,000 connections add: 8 MB when idle, the windows besides when stalled", () => {
  assert.deepEqual(verdicts(4 * 8e6, "idle"), [true]);
  assert.deepEqual(verdicts(4 * 8.1e6, "idle"), [false]);
  assert.deepEqual(verdicts(4 * 530e6, "stalled"), [true]);
  assert.deepEqual(verdicts(4 * 534e6, "stalled"), [false]);
});

// One failure is one failure, however many servers it is compared with.
test("ours is judged once, and shown beside every peer that was measured", () => {
  const rows = memoryRows([
    measured("ours", "idle", 40e6),
    measured("epoll", "idle", 1e6),
    measured("nginx", "idle", 2e6),
  ]);
  assert.deepEqual(
    rows.map((row) => [row.peer?.name, row.peer?.figures, passes(row)]),
    [
      ["C epoll", [0.25], false],
      ["nginx", [0.5], undefined],
    ],
  );
});
