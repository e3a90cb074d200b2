import type { Mutant } from "./mutant.ts";

const RECEIPT = "law 8: a receipt says what the client received";
const WAITS = "law 8: a receipt's waits are all the time that messages waited, each moment once";
const LATENESS = "law 8: a receipt's lateness is what the client computes from its own times";
const NOTHING_SILENT = "law 8: every frame number that was passed is sent, skipped or missing";

/** Which frame is next, when, and what the receipt says of it. */
export const PLAYBACK_MUTANTS: readonly Mutant[] = [
  {
    name: "early end",
    breaks: "law 5: the movie is over when its last message was offered, and the tail is nobody's",
    file: "src/playback/epoch.ts",
    change: `
   #finish(): void {
-    const { first } = this.#lookout.steps;
+    const first = this.#lookout.steps.next;
`,
    caughtBy: {
      "test/laws/contracts.test.ts": [
        RECEIPT,
        "`all` sends exactly the frames of the range, as the missing-frame policy says",
      ],
    },
  },
  {
    name: "catching up under all",
    breaks: "all: who was late hurries, past the viewer and before those who are on time",
    file: "src/playback/pace.ts",
    change: `
     if (this.#zero === undefined) this.#zero = MonotonicMs(now - mediaTimeAt(this.#rate, tick));
-    else if (this.#contract === "all")
-      this.#zero = MonotonicMs(this.#zero + Math.max(now - this.due(tick), 0));
`,
    caughtBy: {
      "src/playback/pace.test.ts": [
        "under `all` a late message moves everything after it; under the others it moves nothing",
      ],
      "test/laws/contracts.test.ts": [
        "`all` at a rate slows down and never catches up: the next due is max(due, sent) + period",
      ],
    },
  },
  {
    name: "stop lets one more message start",
    breaks: "law 7: who stops is shown what was waiting",
    file: "src/playback/playback.ts",
    change: `
-    this.#outlet.begin({ priority: this.#priority, period: undefined });
     this.#epoch?.end("stopped", error);
`,
    caughtBy: {
      "test/laws/contracts.test.ts": ["law 7: after start, seek and stop no message of the old epoch starts"],
    },
  },
  {
    name: "digest without the frame number",
    breaks: "law 8: a receipt is the same for the same pictures under other numbers",
    file: "src/playback/tally.ts",
    change: `
-      entries.writeInt32BE(Math.floor(number / 2 ** 32), at);
-      entries.writeUInt32BE(number >>> 0, at + 4);
+      entries.writeDoubleBE(0 * number, at);
`,
    caughtBy: {
      "src/playback/tally.test.ts": [
        "the digest is over each message's frame number, as 64 bits, and frame digest",
      ],
      "test/laws/contracts.test.ts": [RECEIPT],
    },
  },
  {
    name: "skipped frames are not counted",
    breaks: "law 8: what was late is left out, and nobody hears of it",
    file: "src/playback/lookout.ts",
    change: `
-      if (!first.isMissing) tally.skip({ frames: 1, holes: 0 });
`,
    caughtBy: { "test/laws/contracts.test.ts": [NOTHING_SILENT] },
  },
  {
    name: "frames jumped over are not counted",
    breaks: "law 8: a viewer that was stalled for an hour is told of one frame",
    file: "src/playback/lookout.ts",
    change: `
-    if (steps.length === 0) tally.skip(this.#cursor.skipTo(tick));
+    if (steps.length === 0) this.#cursor.skipTo(tick);
`,
    caughtBy: { "test/laws/contracts.test.ts": [NOTHING_SILENT] },
  },
  {
    name: "a wish outlives its playback",
    breaks: "law 7: workers make frames for those who have left",
    file: "src/playback/making.ts",
    change: `
 export function cancel(pending: Pending): void {
-  pending.request?.cancel();
`,
    caughtBy: {
      "test/laws/contracts.test.ts": ["law 6: everything is given back when all have gone"],
      "test/laws/changes.test.ts": ["what has changed while it is made is no longer waited for"],
    },
  },
  {
    name: "an end that is skipped",
    breaks: "`paced` leaves out the last frame there is, and its viewer ends or waits before an older one",
    file: "src/playback/aim.ts",
    change: `
-    return Math.min(pace.tickAt(now), lookout.lastTick);
+    return pace.tickAt(now);
`,
    caughtBy: {
      "test/laws/landing.test.ts": [
        "whoever waits for what is to come has been shown the newest there is, however late",
      ],
      "test/laws/contracts.test.ts": [
        "a playback that has come to its end has shown its last frame, however late",
      ],
    },
  },
  {
    name: "several waiting under latest",
    breaks: "`latest`: what waits for a slow client is old before it leaves",
    file: "src/playback/epoch.ts",
    change: `
-    const isAlone = this.plan.contract === "latest" || this.#aim?.isTaken === true;
+    const isAlone = this.#aim?.isTaken === true;
`,
    caughtBy: {
      "test/laws/overload.test.ts": [
        "`latest` never has more than one message waiting, whatever the window allows",
      ],
    },
  },
  {
    name: "a busy server shows nothing",
    breaks: "`paced`: with turns longer than a period every frame is late, and nothing ever leaves",
    file: "src/playback/grace.ts",
    change: `
-    return this.#isAimed && lateness <= GRACE * this.#usual.ms;
+    return this.#isAimed && lateness <= 0;
`,
    caughtBy: {
      "src/playback/grace.test.ts": ["grace ends at twice what is usual, which the next turn has learned"],
    },
  },
  {
    name: "a skip loses its place",
    breaks: "`paced`: what takes the place of a late frame is a round of all equals late itself",
    file: "src/playback/aim.ts",
    change: `
-    this.#place = { since: this.placeOf(tick), tick: this.#newestTick(now) };
`,
    caughtBy: {
      "test/laws/shortage.test.ts": [
        "over a link for a tenth of the frames none leaves older than a period, and all get as many",
      ],
    },
  },
  {
    name: "no turns in production",
    breaks: "`paced`: of equals whose frames cannot all be made some get a tenth of what others get",
    file: "src/playback/making.ts",
    change: `
-    const turn = this.stride.isBehind ? Math.min(due, now() + asked * ROUND) : due;
+    const turn = asked < 0 ? now() : due;
`,
    caughtBy: {
      "test/laws/shortage.test.ts": ["equals whose frames cannot all be made get equal parts of what can"],
    },
  },
  {
    name: "what was given up has not waited",
    breaks: "law 8: the receipt does not say why frames were skipped",
    file: "src/playback/epoch.ts",
    change: `
-    this.#tally.wait(waits);
     steps.takeBack(steps.offered);
`,
    caughtBy: {
      "test/laws/pressure.test.ts": [WAITS],
    },
  },
  {
    name: "what waited at the end has not waited",
    breaks: "law 8: whoever got nothing and gave up is told that it waited for nothing",
    file: "src/playback/playback.ts",
    change: `
-    this.#epoch?.gaveUp(this.#outlet.waited());
`,
    caughtBy: {
      "test/laws/pressure.test.ts": [WAITS],
    },
  },
  {
    name: "nothing is late",
    breaks: "law 8: a slow viewer does not see that it was slow",
    file: "src/playback/tally.ts",
    change: `
-    if (isLate) this.#late += 1;
+    if (isLate && lateness < 0) this.#late += 1;
`,
    caughtBy: {
      "src/playback/tally.test.ts": [
        "lateness has a median within 2 % and the exact worst, and late messages are counted",
      ],
      "test/laws/pacing.test.ts": [
        "messages that leave after their deadline are counted, and `paced` has none",
      ],
    },
  },
  {
    name: "punctual by the first byte",
    breaks: "law 8: a large frame that was preempted for seconds between its slices was punctual",
    file: "src/playback/epoch.ts",
    change: `
-    if (continues) this.#sending = { timing };
-    else this.#time(timing, now);
+    if (continues) this.#sending = { timing: undefined };
+    this.#time(timing, now);
`,
    caughtBy: {
      "test/laws/pressure.test.ts": [LATENESS],
      "test/laws/lateness.test.ts": ["a message is as late as its last byte, whenever its first one left"],
    },
  },
  {
    name: "ended before its last byte",
    breaks: "law 8: the receipt of a movie of one large frame says nothing of how late that was",
    file: "src/playback/epoch.ts",
    change: `
-    if (waits || this.#sending !== undefined) return;
+    if (waits) return;
`,
    caughtBy: {
      "test/laws/lateness.test.ts": ["an epoch that ends by itself ends when its last byte was handed over"],
    },
  },
  {
    name: "the first one is never late",
    breaks: "law 8: whoever waits for seconds behind others for its first picture was served in time",
    file: "src/playback/epoch.ts",
    change: `
-    const own = pace.isRunning ? 0 : waits.production;
+    const own = pace.isRunning ? 0 : Number.POSITIVE_INFINITY;
`,
    caughtBy: {
      "test/laws/lateness.test.ts": [
        "a first message that others held up for a period is late, and one that had to be made is not",
      ],
    },
  },
  {
    name: "production goes on with the old priority",
    breaks: "law 2: whoever an operator puts first waits for frames behind everybody's",
    file: "src/playback/epoch.ts",
    change: `
     this.#tally.prioritize(priority, wish);
-    this.#lookout.prioritize(priority);
`,
    caughtBy: {
      "test/laws/reprioritized.test.ts": [
        "frames that are being made for it go with the new priority, and none is begun twice",
      ],
    },
  },
  {
    name: "better ones are not to blame",
    breaks: "law 8: a receipt says of everything that its turn had not come",
    file: "src/dispatch/waits.ts",
    change: `
-    this.#sums.better += forBetter;
+    this.#sums.turn += forBetter;
`,
    caughtBy: { "test/laws/pressure.test.ts": [WAITS] },
  },
  {
    name: "waiting before it is due",
    breaks: "law 8: a movie of one frame a second waits for a second, every second",
    file: "src/dispatch/waits.ts",
    change: `
-    const wanted = Math.max(due, this.#free);
+    const wanted = Math.min(due, this.#free);
`,
    caughtBy: { "test/laws/pressure.test.ts": [WAITS] },
  },
  {
    name: "originals stand in for holes",
    breaks: "among pictures of 1280 pixels comes one of 8,000, in another format",
    file: "src/playback/standIns.ts",
    change: `
-      yield { ...wishFor(entry, rendition), substitution: { policy: "hold", for: number } };
+      yield { ...wishFor(entry, undefined), substitution: { policy: "hold", for: number } };
`,
    caughtBy: {
      "test/laws/renditions.test.ts": [
        "all that a playback wishes for, substitutes as well, is in the rendition of its plan",
      ],
    },
  },
  {
    name: "what lands above is below",
    breaks: "who plays backwards is shown the frames that were there a moment ago",
    file: "src/playback/pending.ts",
    change: `
-  const [from, to, place] = [direction * mark.at, direction * step.number, direction * number];
+  const [from, to, place] = [mark.at, step.number, number];
`,
    caughtBy: {
      "test/laws/backwards.test.ts": [
        "backwards a frame that lands among holes which were passed over in looking ahead is shown",
      ],
    },
  },
  {
    name: "backwards from the last declared",
    breaks: "who looks back at a movie that is being made is shown what has not come yet",
    file: "src/playback/mirror.ts",
    change: `
-  return state === "live" ? newest : last;
+  return state === "live" ? last : newest;
`,
    caughtBy: {
      "src/playback/cursor.test.ts": [
        "downwards nothing is waited for, and a new pass begins at what is newest then",
      ],
    },
  },
  {
    name: "any shape will do",
    breaks: "a frame of another size goes into a file that has said its size",
    file: "src/playback/epoch.ts",
    change: `
-    pending.error = this.#uniformity?.breach(pending.step.number, frame.shape);
+    pending.error = undefined;
`,
    caughtBy: {
      "test/laws/renditions.test.ts": [
        "where all frames must have one shape, one of another ends the playback before its first byte",
      ],
    },
  },
  {
    name: "a lowered wish is not told",
    breaks: "law 8: who asks for 0 and gets 3 is not told",
    file: "src/playback/tally.ts",
    change: `
-      wished: wish < priority ? wish : undefined,
       skipped: this.#skipped,
+      wished: undefined,
`,
    caughtBy: {
      "src/playback/tally.test.ts": [
        "a receipt repeats its epoch's contract and priority, and the wish that was lowered",
      ],
    },
  },
];
