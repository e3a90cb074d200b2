import type { MonotonicMs, Priority } from "../base/units.ts";

/** How urgent a frame is: the best priority first, inside it the earliest deadline (Infinity: none). */
export type Urgency = { readonly priority: Priority; readonly deadline: MonotonicMs };

/**
 * Negative when `a` is the more urgent, 0 when neither is. Deadlines may both be Infinity, so nothing is
 * subtracted.
 */
export function compareUrgency(a: Urgency, b: Urgency): number {
  if (a.priority !== b.priority) return a.priority < b.priority ? -1 : 1;
  if (a.deadline !== b.deadline) return a.deadline < b.deadline ? -1 : 1;
  return 0;
}
