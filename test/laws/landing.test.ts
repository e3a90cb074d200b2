import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Plan } from "../../src/playback/plan.ts";
import { nextFrom, numbersFrom, show, type Showing, type State, statesBetween } from "./history.ts";
import { landing, type Landing, LandingShow, type Viewing, WINDOW } from "./landing.ts";
import type { Arrived } from "./reader.ts";
import { holds } from "./seed.ts";

const RUNS = 800;

/** A thousandth of a millisecond: what adding up fractions of a period may differ by. */
const HAIR = 1e-3;

/** Longer than anybody takes for all frames, in milliseconds. */
const CALM = 9000;

/** More steps than any of these playbacks looks ahead: so long ago it may have decided to begin again. */
const AHEAD = 60;

const viewings = (check: (viewing: Required<Viewing>, show: LandingShow) => void): fc.IProperty<[Landing]> =>
  fc.property(landing, (one) => {
    const played = new LandingShow(one).run();
    for (const viewing of played.viewings) if (viewing.plan !== undefined) check(viewing, played);
  });

function planOf({ plan }: Viewing): NonNullable<Viewing["plan"]> {
  assert.ok(plan);
  return plan;
}

/** The number behind one that was shown. */
function onwards({ direction = 1 }: Plan, number: number): number {
  return number + direction;
}

function isOnwards({ direction = 1 }: Plan, before: number, number: number): boolean {
  return direction * number > direction * before;
}

/** The number with which a pass ends. */
function lastOf({ first, last }: State, { from, to, direction }: Plan): number {
  return direction === -1 ? Math.max(from ?? first, first) : Math.min(to ?? last, last);
}

function shown({ frame, line }: Arrived): Showing {
  return { number: frame, frame: line.number, revision: line.revision, policy: line.policy };
}

/** A message cannot have been in the ring for longer than since the one before its window left. */
function ringSince({ arrived, wish }: Viewing, index: number, { landing }: LandingShow): number {
  const window = Math.max(WINDOW.messages, Math.ceil(WINDOW.bytes / landing.size));
  return arrived[index - window]?.time ?? wish.at;
}

/** Everything is sent the moment it can be: nothing of what is checked is a matter of time. */
function isInstant({ wish }: Viewing, { landing }: LandingShow): boolean {
  return wish.link.rate === Number.POSITIVE_INFINITY && landing.latency === 0;
}

// A viewer that waits for a frame wants it when it lands, and nothing else: not a hole where a frame is about
// to be, not the revision that was replaced.
test("a viewer that takes everything gets each frame at the moment it lands, as the policy says", (t) => {
  let waited = 0;
  const check = viewings((viewing, played) => {
    const plan = planOf(viewing);
    const { wish, arrived, viewer } = viewing;
    if (!isInstant(viewing, played) || plan.rate !== undefined || plan.repeat) return;
    const times = [wish.at, ...played.landing.deeds.map(({ at }) => at).filter((at) => at > wish.at)];
    const expected: [time: number, showing: Showing][] = [];
    let at: number = plan.start;
    let end: string | undefined;
    for (const time of times) {
      if (time >= played.leavesAt) break;
      const state = statesBetween(played.states, time, time).at(-1);
      assert.ok(state);
      let next = nextFrom(state, plan, at);
      for (; next.kind === "step"; next = nextFrom(state, plan, at)) {
        expected.push([time, next.showing]);
        at = onwards(plan, next.showing.number);
      }
      end = next.kind;
      if (end !== "wait") break;
      waited += 1;
    }
    assert.deepEqual(
      arrived.map((message) => [message.time, shown(message)]),
      expected,
    );
    const ended = viewer.ended[0];
    const code = end === "wait" ? "MOVIE_GONE" : end === "error" ? "FRAME_MISSING" : undefined;
    assert.equal(ended?.error?.code, code);
  });
  holds(t, check, 3 * RUNS);
  assert.ok(waited > 200, `only ${waited} waits`);
});

// What waits in the ring may go as it is; everything else must be what the log has now.
test("every message is what its movie had when it was offered: newest revision, nearest stand-in", (t) => {
  const check = viewings((viewing, played) => {
    const plan = planOf(viewing);
    const { arrived } = viewing;
    for (const [index, message] of arrived.entries()) {
      const before = arrived[index - 1]?.frame;
      const states = statesBetween(played.states, ringSince(viewing, index, played), message.time);
      const what = `${JSON.stringify(shown(message))} after ${before} at ${message.time}`;
      if (before === undefined || isOnwards(plan, before, message.frame)) {
        assert.ok(
          states.some((state) => isNext(state, viewing, message, before)),
          what,
        );
        continue;
      }
      // When it decided to begin again, nothing was left; what it shows is not of that time, but of now.
      assert.ok(plan.repeat, "a number came twice, or went back");
      const since = arrived[index - AHEAD]?.time ?? viewing.wish.at;
      const earlier = statesBetween(played.states, since, message.time);
      const isAtEnd = (state: State): boolean =>
        nextFrom(state, { ...plan, repeat: false }, onwards(plan, before)).kind !== "step";
      // Where late frames are skipped, so may be those at the end.
      assert.ok(plan.contract !== "all" || earlier.some(isAtEnd), `${what}: again before its end`);
      assert.ok(
        states.some((state) => isShown(state, viewing, message)),
        what,
      );
    }
  });
  holds(t, check, RUNS);
});

/** Whether a movie in this state shows the message after the number `before`. */
function isNext(state: State, viewing: Viewing, message: Arrived, before: number | undefined): boolean {
  const plan = planOf(viewing);
  if (plan.contract !== "all") return isShown(state, viewing, message);
  const next = nextFrom(state, plan, before === undefined ? plan.start : onwards(plan, before));
  return next.kind === "step" && isSame(next.showing, shown(message));
}

/** Whether a movie in this state shows the message for its number. */
function isShown(state: State, viewing: Viewing, message: Arrived): boolean {
  const plan = planOf(viewing);
  const showing = show(state, plan, message.frame);
  if (showing === undefined || !numbersFrom(state, plan, message.frame).includes(message.frame)) return false;
  return isSame(showing, shown(message));
}

// A black picture has the size of any frame near it: which one is of no importance.
function isSame(a: Showing, b: Showing): boolean {
  if (a.number !== b.number || a.policy !== b.policy) return false;
  return a.policy === "black" || (a.frame === b.frame && a.revision === b.revision);
}

// Nobody is late for what was not there, and nobody hurries for it.
test("a timed playback goes on with the frame that lands as due now, nothing skipped or late", (t) => {
  let waits = 0;
  const check = viewings((viewing, played) => {
    const plan = planOf(viewing);
    const { arrived, viewer } = viewing;
    if (!isInstant(viewing, played) || plan.rate === undefined) return;
    const period = (1000 * plan.rate.denominator) / plan.rate.numerator;
    for (const [index, message] of arrived.entries()) {
      const before = arrived[index - 1];
      if (before === undefined) continue;
      const due = before.time + period;
      assert.ok(message.time >= due - HAIR, "sooner than a period after the one before");
      if (message.time <= due + HAIR) continue;
      waits += 1;
      for (const state of statesBetween(played.states, due + HAIR, message.time - HAIR)) {
        assert.equal(
          nextFrom(state, plan, onwards(plan, before.frame)).kind,
          "wait",
          "it did not go when it landed",
        );
      }
    }
    const receipt = viewer.ended[0]?.receipt;
    assert.deepEqual([receipt?.skipped, receipt?.late], [0, 0]);
  });
  holds(t, check, 2 * RUNS);
  assert.ok(waits > 60, `only ${waits} waits`);
});

/** Frames that stay, and before the movie's end a while in which nothing happens. */
const calm: fc.Arbitrary<Landing> = landing.map((one) => ({
  ...one,
  deeds: one.deeds
    .filter(({ deed }) => deed.kind !== "remove")
    .map(({ at, deed }) => ({ at: deed.kind === "write" ? at : at + CALM, deed })),
}));

// Whoever was late for the newest frames, and waits for those behind, would see old ones until more come.
test("whoever waits for what is to come has been shown the newest there is, however late", (t) => {
  let waits = 0;
  const property = fc.property(calm, (one) => {
    const played = new LandingShow(one).run();
    const state = played.states.at(-2);
    assert.ok(state);
    for (const { plan, arrived } of played.viewings) {
      if (plan === undefined || plan.repeat || plan.direction === -1 || !state.isLive) continue;
      let newest: number | undefined;
      let next = nextFrom(state, plan, plan.start);
      for (; next.kind === "step"; next = nextFrom(state, plan, newest + 1)) newest = next.showing.number;
      if (next.kind !== "wait" || newest === undefined) continue;
      waits += 1;
      const last = arrived.at(-1)?.frame ?? Number.NEGATIVE_INFINITY;
      assert.ok(last >= newest, `${plan.contract}: ${last} is shown, and ${newest} is there`);
    }
  });
  holds(t, property, RUNS);
  assert.ok(waits > 100, `only ${waits} waits`);
});

// A hole that is not counted is a frame that got lost in silence; one that was filled in time is none.
test("law 8: receipts count the holes of a movie that is being made", (t) => {
  const check = viewings((viewing, played) => {
    const plan = planOf(viewing);
    const { arrived, viewer } = viewing;
    const receipt = viewer.ended[0]?.receipt;
    assert.ok(receipt, "no receipt");
    const { sent, skipped, missing, substituted } = receipt;
    assert.equal(sent, arrived.length);
    assert.equal(substituted, arrived.filter((message) => message.isSubstitute).length);
    if (plan.contract === "all") assert.equal(skipped, 0);
    if (plan.repeat) return;
    const end = viewer.ended[0];
    assert.ok(end);
    const { step } = played.landing.declared;
    const direction = plan.direction ?? 1;
    const reached = arrived.at(-1)?.frame ?? plan.start - direction * step;
    const farther = (last: number): number => Math.max(direction * last, direction * reached);
    const upTo = (last: number): number => Math.floor((farther(last) - direction * plan.start) / step) + 1;
    const accounted = sent + skipped + missing - substituted;
    const hasHole = end.error?.code === "FRAME_MISSING";
    if (receipt.end !== "finished") {
      // What ends a playback is missing, and passed.
      if (plan.contract === "all") assert.equal(accounted, upTo(reached) + (hasHole ? 1 : 0));
      return;
    }
    // What was declared behind the last frame is missing, too, when the movie is over.
    const lasts = statesBetween(played.states, viewing.wish.at, end.time).map((state) =>
      upTo(lastOf(state, plan)),
    );
    const now = lasts.at(-1);
    const before = lasts.at(-2);
    if (plan.contract === "all")
      assert.ok(accounted === now || accounted === before, `${accounted} of ${now}`);
    // Late frames may be skipped up to a last one that is removed in the next moment.
    else
      assert.ok(
        accounted >= Math.min(...lasts) && accounted <= Math.max(...lasts),
        `${accounted} of ${lasts.join(" or ")}`,
      );
  });
  holds(t, check, RUNS);
});

// A movie that is over and a viewer that waits for it would hold a connection until somebody looks.
test("law 5: nothing waits for ever once the movie has ended or left, and nobody listens to it", (t) => {
  const property = fc.property(landing, (one) => {
    const played = new LandingShow(one).run();
    for (const { viewer, plan } of played.viewings) {
      if (plan === undefined) continue;
      assert.equal(viewer.ended.length, 1, "a playback goes on, or has ended twice");
    }
    assert.equal(played.log.watchers, 0, "an epoch that is over still listens");
    assert.equal(played.frames.wanted, 0, "somebody who is gone waits for a frame");
    for (const { viewer } of played.viewings) viewer.close();
    played.clock.run();
    assert.deepEqual(played.clock.pending, { turns: 0, timers: 0 });
  });
  holds(t, property, RUNS);
});

// The movie's folder may be gone from the disk: what has not been read by then cannot be.
test("when a movie leaves, what lies in the ring is played, and then the playback says so", (t) => {
  let gone = 0;
  const check = viewings((viewing, played) => {
    const { arrived, viewer } = viewing;
    const window = Math.max(WINDOW.messages, Math.ceil(WINDOW.bytes / played.landing.size));
    const after = arrived.filter(({ time }) => time > played.leavesAt);
    assert.ok(after.length <= window + 1, `${after.length} messages after it had left`);
    const end = viewer.ended[0];
    if (end === undefined || end.time < played.leavesAt) return;
    if (played.leavesAt === Number.POSITIVE_INFINITY) return assert.notEqual(end.error?.code, "MOVIE_GONE");
    gone += 1;
    assert.equal(end.error?.code, "MOVIE_GONE");
  });
  holds(t, check, RUNS);
  assert.ok(gone > 50, `only ${gone} of them`);
});
