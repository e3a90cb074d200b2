import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  checkEndShown,
  checkEverything,
  checkNothingSilent,
  checkOrder,
  checkPunctual,
  checkReceipt,
  checkSlowing,
  checkStops,
  type EpochStory,
  epochsOf,
} from "./checks.ts";
import { scenario, type Scenario, Show, type Story } from "./scenario.ts";
import { holds } from "./seed.ts";

const RUNS = 400;

const stories = (check: (story: Story, show: Show) => void): fc.IProperty<[Scenario]> =>
  fc.property(scenario, (one) => {
    const show = new Show(one).run();
    for (const story of show.stories) check(story, show);
  });

const epochs = (check: (epoch: EpochStory, story: Story) => void): fc.IProperty<[Scenario]> =>
  stories((story, show) => {
    for (const epoch of epochsOf(show, story)) check(epoch, story);
  });

// A client that finds one foreign byte in a frame can trust none of them.
test("law 1: messages reach the client whole, in order, each once, nothing between slices", (t) => {
  holds(t, stories(checkOrder), RUNS);
});

// Who seeks or stops must not be shown what came before the command.
test("law 7: after start, seek and stop no message of the old epoch starts", (t) => {
  holds(t, stories(checkStops), RUNS);
});

// A receipt is evidence: it must say what was received, not what was meant.
test("law 8: a receipt says what the client received", (t) => {
  const check = epochs((epoch, story) => {
    // What a closed connection had under way is not known to either side.
    if (!story.closed && epoch.receipt !== undefined) checkReceipt(epoch);
  });
  holds(t, check, RUNS);
});

// A number that is neither sent nor counted is a frame that got lost in silence.
test("law 8: every frame number that was passed is sent, skipped or missing", (t) => {
  holds(t, epochs(checkNothingSilent), RUNS);
});

// Evidence, science and export want all there is, and what stands in for a missing frame must be what was
// asked for.
test("`all` sends exactly the frames of the range, as the missing-frame policy says", (t) => {
  const check = epochs((epoch) => {
    if (epoch.plan.contract === "all") checkEverything(epoch);
  });
  holds(t, check, RUNS);
});

// Catching up would hurry past the viewer, and starve those who are on time.
test("`all` at a rate slows down and never catches up: the next due is max(due, sent) + period", (t) => {
  const check = epochs((epoch) => {
    if (epoch.plan.contract === "all" && epoch.plan.rate !== undefined) checkSlowing(epoch);
  });
  holds(t, check, RUNS);
});

// People watching want the right frame at the right time, or none.
test("`paced` and `latest` send nothing before its due or after its deadline, and nothing twice", (t) => {
  const check = epochs((epoch) => {
    if (epoch.plan.contract !== "all") checkPunctual(epoch);
  });
  holds(t, check, RUNS);
});

// A clip is judged by the frame that it ends with.
test("a playback that has come to its end has shown its last frame, however late", (t) => {
  holds(t, epochs(checkEndShown), RUNS);
});

// The last message of a movie has no other behind it that would push it out.
test("law 5: every playback whose client reads comes to its end", (t) => {
  const check = stories(({ viewer, watcher, closed }) => {
    if (closed || watcher.link.rate === 0) return;
    assert.equal(viewer.playback.movie, undefined, "a playback waits for something that does not come");
    assert.equal(viewer.sink.waits, false);
  });
  holds(t, check, RUNS);
});

// A server runs for months: what one connection leaves behind adds up.
test("law 6: everything is given back when all have gone", (t) => {
  const property = fc.property(scenario, (one) => {
    const show = new Show(one).run().closeAll();
    assert.equal(show.frames.wanted, 0, "somebody who is gone waits for a frame");
    assert.deepEqual(show.server.dispatcher.held, { queues: 0, messages: 0, bytes: 0, inFlight: 0 });
    show.clock.run();
    assert.deepEqual(show.clock.pending, { turns: 0, timers: 0 });
    assert.equal(show.frames.outstanding, 0);
    for (const { viewer, epochs } of show.stories) {
      const playing = epochs.filter((asked) => asked?.plan !== undefined);
      assert.equal(viewer.ended.length, playing.length, "an epoch has no receipt, or two");
    }
  });
  holds(t, property, RUNS);
});
