import assert from "node:assert/strict";
import { WAIT_REASONS, type Waits } from "../../src/base/events.ts";
import { HAIR } from "./chooser.ts";

/** The reasons share out the time exactly: from when the message was wanted to when it left. */
export function checkPartition(waits: Waits, time: number): void {
  const parts = WAIT_REASONS.map((reason) => waits[reason]);
  assert.ok(Math.min(...parts) >= 0, `waited ${parts.join(", ")} ms`);
  const sum = parts.reduce((all, part) => all + part, 0);
  assert.ok(Math.abs(sum - time) < HAIR, `the reasons are ${sum} ms together, and it waited ${time} ms`);
}
