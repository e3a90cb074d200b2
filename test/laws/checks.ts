import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Receipt } from "../../src/base/events.ts";
import type { Plan } from "../../src/playback/plan.ts";
import { digestOf } from "../../src/simulate/frames.ts";
import { type Tick, timeline } from "./expected.ts";
import type { Arrived } from "./reader.ts";
import type { Movie, Show, Story } from "./scenario.ts";

/** A thousandth of a millisecond: what adding up fractions of a period may differ by. */
const HAIR = 1e-3;

/** What one epoch sent, beside what it was asked for. */
export type EpochStory = {
  readonly movie: Movie;
  readonly plan: Plan;
  readonly arrived: readonly Arrived[];
  readonly receipt: Receipt | undefined;
  /** Of the command that followed, in hand-overs. */
  readonly replacedAt: number;
};

export function epochsOf(show: Show, story: Story): readonly EpochStory[] {
  return story.epochs.flatMap((asked, epoch) => {
    if (asked?.plan === undefined) return [];
    return {
      movie: show.movieNamed(asked.plan.log.name),
      plan: asked.plan,
      arrived: story.arrived.filter((message) => message.epoch === epoch),
      receipt: story.viewer.ended.find(({ receipt }) => receipt.epoch === epoch)?.receipt,
      replacedAt: story.epochs[epoch + 1]?.handOvers ?? Number.POSITIVE_INFINITY,
    };
  });
}

/**
 * Law 1: epochs one after another, numbers 0, 1, 2 …, every message whole but the last of a client that is
 * gone.
 */
export function checkOrder({ arrived, closed, watcher }: Story): void {
  const isGone = closed || watcher.link.rate === 0;
  for (const [index, message] of arrived.entries()) {
    const before = arrived[index - 1];
    const isNext = before?.epoch === message.epoch;
    assert.ok(before === undefined || before.epoch <= message.epoch, "an epoch came back");
    assert.equal(message.message, isNext ? before.message + 1 : 0, "a message number is missing or doubled");
    assert.ok(message.isWhole || (index === arrived.length - 1 && isGone), "a message is not whole");
  }
}

/** Law 7: what comes after the command is of the epochs after it. */
export function checkStops({ arrived, epochs }: Story): void {
  for (const message of arrived) {
    const next = epochs[message.epoch + 1];
    assert.ok(next === undefined || message.handOver < next.handOvers, "an old epoch's message started");
  }
}

/** Contract `all`, and the missing-frame policies: exactly the ticks of the timeline that show something. */
export function checkEverything({ movie, plan, arrived, receipt }: EpochStory): void {
  const ticks = timeline(movie, plan, (arrived.length + 2) * 20);
  const end = ticks.findIndex((tick) => tick.shown === "error");
  const shown = (end < 0 ? ticks : ticks.slice(0, end)).filter((tick) => tick.shown !== undefined);
  for (const [index, message] of arrived.entries()) checkShown(message, shown[index]);
  if (receipt?.end === "finished") assert.equal(arrived.length, shown.length, "finished before its end");
  if (receipt?.end === "failed") {
    assert.ok(end >= 0 || (shown.length === 0 && plan.missing === "skip"), "failed, and nothing is missing");
    assert.equal(arrived.length, shown.length, "failed before its error");
  }
}

export function checkShown(message: Arrived, tick: Tick | undefined): void {
  assert.equal(message.frame, tick?.number, "another frame than the timeline's next");
  const { number: frame, policy } = message.line;
  assert.deepEqual({ frame, policy }, tick?.shown, "another stand-in than the policy's");
}

/** Contract `all` with a rate: the next due is max(due, sent) + period. */
export function checkSlowing({ movie, plan, arrived }: EpochStory): void {
  const period = periodOf(plan);
  let due = Number.NEGATIVE_INFINITY;
  let before = 0;
  const ticks = timeline(movie, plan, (arrived.length + 2) * 20);
  for (const message of arrived) {
    const tick = ticks.findIndex((one, index) => index >= before && one.number === message.frame);
    due += (tick - before) * period;
    assert.ok(message.time >= due - HAIR, `sent ${due - message.time} ms before its due`);
    due = Math.max(due, message.time);
    before = tick;
  }
}

/** Which tick a message was of, as far as its number tells, and whether it was late. */
type Reading = { readonly tick: number; readonly isBehind: boolean };

/**
 * Contracts `paced` and `latest`: every message is one of a tick that is due and not over. The timeline is
 * pinned to the clock by the first message.
 *
 * One exception, or a server whose turns come more than a period apart would send nothing at all: a frame
 * that took the place of a late one may leave late itself, and as long as messages leave late, so may the
 * next. Whoever is on time has lost this grace until frames are skipped again.
 *
 * In a movie that repeats, a number is that of many ticks: one way to read the messages has to be right.
 */
export function checkPunctual({ movie, plan, arrived }: EpochStory): void {
  const period = periodOf(plan);
  const [first, last] = [arrived[0], arrived.at(-1)];
  if (first === undefined || last === undefined) return;
  const span = Math.floor((last.time - first.time) / period) + 2;
  const ticks = timeline(movie, plan, span + 60);
  const zeroTick = ticks.findIndex((tick) => isOf(first, tick));
  const isFinal = (tick: number): boolean => !plan.repeat && tick === ticks.length - 1;
  let readings: readonly Reading[] = [{ tick: -1, isBehind: false }];
  for (const message of arrived) {
    const now: number = zeroTick + (message.time - first.time) / period;
    const next: Reading[] = [];
    for (const [tick, one] of ticks.entries()) {
      if (!isOf(message, one) || tick > now + HAIR) continue;
      const isBehind = tick + 1 <= now - HAIR && !isFinal(tick);
      const isRight = (before: Reading): boolean =>
        tick > before.tick && (!isBehind || before.isBehind || tick > before.tick + 1);
      if (readings.some(isRight)) next.push({ tick, isBehind });
    }
    readings = next;
    assert.ok(readings.length > 0, `frame ${message.frame} was sent at tick ${now}, early, late or again`);
  }
}

/** Nothing is due behind the last frame: whoever has watched to the end has seen it, however late it came. */
export function checkEndShown({ movie, plan, arrived, receipt }: EpochStory): void {
  if (plan.repeat || receipt?.end !== "finished") return;
  const last = timeline(movie, plan, Number.POSITIVE_INFINITY).at(-1)?.number;
  // What cannot be read is passed over where the plan says so.
  if (last === undefined || movie.unreadable.includes(last)) return;
  assert.equal(arrived.at(-1)?.frame, last, "the last frame never came");
}

function isOf(message: Arrived, tick: Tick): boolean {
  return message.frame === tick.number;
}

function periodOf({ rate }: Plan): number {
  assert.ok(rate, "no rate");
  return (1000 * rate.denominator) / rate.numerator;
}

/** Law 8: what the receipt says of messages is what the bytes say. */
export function checkReceipt({ arrived, receipt, plan }: EpochStory): void {
  assert.ok(receipt, "an epoch without a receipt");
  const hash = createHash("sha256");
  for (const { frame, line } of arrived) {
    const number = Buffer.alloc(8);
    number.writeBigInt64BE(BigInt(frame));
    hash.update(number).update(digestOf(line));
  }
  const { movie, first, last, sent, substituted, bytes, digest } = receipt;
  assert.deepEqual(
    { movie, first, last, sent, substituted, bytes, digest },
    {
      movie: plan.log.name,
      first: arrived[0]?.frame,
      last: arrived.at(-1)?.frame,
      sent: arrived.length,
      substituted: arrived.filter((message) => message.isSubstitute).length,
      bytes: arrived.reduce((sum, message) => sum + message.bytes, 0),
      digest: hash.digest("hex"),
    },
  );
}

/** Law 8: every number that was passed was sent, skipped or missing. */
export function checkNothingSilent({ arrived, receipt, plan, movie }: EpochStory): void {
  if (receipt === undefined || plan.repeat) return;
  const { sent, skipped, missing, substituted } = receipt;
  const isDown = plan.direction === -1;
  const last = isDown
    ? Math.max(plan.from ?? Number.NEGATIVE_INFINITY, Math.min(...movie.numbers))
    : Math.min(plan.to ?? Number.POSITIVE_INFINITY, Math.max(...movie.numbers));
  const upTo = (number: number): number => Math.abs(number - plan.start) + 1;
  const accounted = sent + skipped + missing - substituted;
  if (receipt.end === "finished") {
    assert.equal(accounted, upTo(last), "sent, skipped and missing are not everything");
    return;
  }
  const reached = arrived.at(-1)?.frame;
  const passed = reached === undefined ? 0 : upTo(reached);
  assert.ok(accounted >= passed, `${accounted} accounted for, and ${passed} passed`);
  // Looked ahead is not passed: behind the last message only what cannot be read is, up to what comes next.
  if (plan.contract === "all" && receipt.end === "stopped") {
    const isBehind = ({ number }: Tick): boolean => reached === undefined || upTo(number) > passed;
    const next = timeline(movie, plan, 100).find((tick) => isBehind(tick) && isShown(tick));
    const most = plan.missing === "skip" ? (next === undefined ? upTo(last) : upTo(next.number) - 1) : passed;
    assert.ok(accounted <= most, "counted what was never reached");
  }
}

function isShown({ shown }: Tick): boolean {
  return shown !== undefined && shown !== "error";
}
