import assert from "node:assert/strict";
import { present } from "../../src/base/assert.ts";
import { type Receipt, WAIT_REASONS } from "../../src/base/events.ts";
import { dueOf, type Epoch, HAIR, isPaced, type Left, newestTick } from "./onlooker.ts";
import type { Workload } from "./workloads.ts";

/** A median is known to 1/64 of itself. */
const SKETCH = 0.02;

/** What an epoch's receipt says, against what its client saw. Each check takes an epoch that has ended. */
export type Account = { readonly epoch: Epoch; readonly receipt: Receipt; readonly workload: Workload };

export function accountOf(epoch: Epoch, workload: Workload): Account {
  return { epoch, workload, receipt: present(epoch.receipt, "an epoch without a receipt") };
}

/** Law 8: what was sent, and that every frame that was passed was sent, skipped or missing. */
export function checkCounts({ epoch, receipt, workload }: Account): void {
  const { play, left, frames, tick, ended } = epoch;
  const { size } = present(workload.movies[play.movie], "a movie that is not there");
  const { sent, skipped, missing, bytes, priority, contract, end, first, last } = receipt;
  assert.deepEqual(
    { sent, bytes, priority, contract, missing, first, last },
    {
      sent: left.length,
      bytes: left.length * size,
      priority: play.priority,
      contract: play.contract,
      missing: 0,
      first: left[0]?.frame,
      last: left.at(-1)?.frame,
    },
  );
  if (end === "finished")
    assert.equal(sent + skipped, frames, "finished, and not all frames are accounted for");
  if (!isPaced(epoch)) return assert.equal(skipped, 0, "`all` skipped something");
  // What was passed when it ended may have been noticed, or not; and it may have aimed at what comes.
  const reached = Math.max(newestTick(epoch, ended + 2 * workload.latency), tick) + 1;
  const passed = sent + skipped;
  assert.ok(passed >= tick + 1, `${passed} of ${tick + 1} frames that were passed are accounted for`);
  assert.ok(passed <= Math.min(reached, frames), `${passed} frames are accounted for, of ${reached}`);
}

/** The lateness that a client can compute from its own times: of last bytes, or of what came between. */
export function checkLateness({ epoch, receipt, workload }: Account): void {
  const { period, left, ended } = epoch;
  const [first, ...others] = left;
  if (period === undefined || first === undefined) {
    assert.equal(receipt.lateness, undefined, "lateness of what is never late");
    assert.equal(receipt.late, 0);
    return;
  }
  const latenessOf = ({ time, whole, due = time }: Left): number => Math.max(Math.min(whole, ended) - due, 0);
  const late = left.map(latenessOf).toSorted((a, b) => a - b);
  const median = late[Math.ceil(late.length / 2) - 1] ?? 0;
  const { lateness } = receipt;
  assert.ok(
    lateness !== undefined && Math.abs(lateness.worst - (late.at(-1) ?? 0)) < HAIR,
    "the worst lateness",
  );
  const isNear = Math.abs(lateness.median - median) <= SKETCH * median + 2 * HAIR + 1 / 64;
  assert.ok(isNear, `found a median of ${lateness.median}, expected about ${median}`);
  // How long the first frame was being made cannot be seen: at most all that the epoch waited for production.
  const making = workload.latency === 0 ? 0 : receipt.waits.production;
  const afterDeadline = (by: number, own: number): number =>
    others.filter((one) => latenessOf(one) >= period + by).length +
    (latenessOf(first) >= period + by + own ? 1 : 0);
  const isCounted = receipt.late >= afterDeadline(HAIR, making) && receipt.late <= afterDeadline(-HAIR, 0);
  assert.ok(isCounted, `${receipt.late} late, expected ${afterDeadline(0, making)}`);
}

/** Every moment of waiting has one reason, and those that a client can see are the right ones. */
export function checkWaits({ epoch, receipt, workload }: Account): void {
  const { left, ended, period, opened, tick } = epoch;
  const { waits } = receipt;
  for (const reason of WAIT_REASONS) assert.ok(waits[reason] >= -HAIR, `a negative wait for ${reason}`);
  const sum = WAIT_REASONS.reduce((all, reason) => all + waits[reason], 0);
  const expected = left.reduce((all, { time, wanted }) => all + time - wanted, 0);
  const hair = HAIR * (left.length + 1);
  // What was wanted when the epoch ended was given up.
  const next = period === undefined ? 0 : dueOf(epoch, tick + 1);
  const isCutShort = receipt.end !== "finished" || receipt.skipped > 0;
  const rest = isCutShort ? Math.max(ended - Math.max(next, left.at(-1)?.time ?? opened), 0) : 0;
  assert.ok(
    sum <= expected + rest + hair,
    `found waits of ${sum} ms, expected at most ${expected} + ${rest}`,
  );
  // Aiming at a frame that will be made in time leaves moments in which nothing was wanted.
  const isWhole = receipt.skipped === 0 || workload.latency === 0;
  const least = expected + (period === undefined ? rest : 0);
  if (isWhole) assert.ok(sum >= least - hair, `found waits of ${sum} ms, expected ${least}`);
  const aside = left.reduce((all, one) => all + one.aside, 0);
  // While slices go, the next due may not be known: what was waited for before it is mixed with the rest.
  const isCut = epoch.bytes > workload.limits.slice;
  const unsure = left.reduce(
    (all, one, index) => all + one.wanted - (left[index - 1]?.time ?? one.wanted),
    0,
  );
  const isRight = Math.abs(waits.client - aside) <= hair + rest + (isCut ? unsure : 0);
  assert.ok(isRight || receipt.skipped > 0, `${waits.client} ms for the client, expected ${aside}`);
  const { limits } = workload;
  const isLimited = limits.server !== undefined || limits.client !== undefined || limits.priorities.size > 0;
  if (!isLimited) assert.ok(waits.budget <= hair, `${waits.budget} ms for no budget`);
}
