import type { Mutant } from "./mutant.ts";

const LAW_1 = "law 1: messages reach the client whole, in order, each once, nothing between slices";
const LAW_2 = "law 2: every hand-over is the one that a naive sorted chooser makes, ring full or not";
const LAW_5 = "law 5: whatever the order of offers, drains, seeks and closes, nothing that can go waits";
const LAW_6 = "law 6: everything is given back when all have closed";
const LAW_7 = "law 7: after start, seek and stop no message of the old epoch starts";
const BYTES = "equal untimed clients get the same bytes within two quanta, however large their frames";

/** The pump, and who goes next. */
export const DISPATCH_MUTANTS: readonly Mutant[] = [
  {
    name: "lost wake-up",
    breaks: "law 5: a client that has drained is asked for only when something else happens",
    file: "src/dispatch/dispatcher.ts",
    change: `
     // Placed first: while others are evicted in its favour, every heap must know that it is back.
-    this.#place(queue, now);
     if (queue.refused) queue.source.drain();
-    this.#askForTurn();
`,
    caughtBy: { "test/laws/liveness.test.ts": [LAW_5] },
  },
  {
    name: "one turn and no more",
    breaks: "law 5: what a turn of `batch` hand-overs has left waits for the next event",
    file: "src/dispatch/dispatcher.ts",
    change: `
     this.#turnAsked = false;
-    if (hasNext) this.#askForTurn();
-    else this.#setAlarm();
+    if (!hasNext) this.#setAlarm();
`,
    caughtBy: { "test/laws/liveness.test.ts": [LAW_5] },
  },
  {
    name: "wait for a full batch",
    breaks: "law 5: nothing goes before `batch` messages wait, and the tail of a movie stays",
    file: "src/dispatch/dispatcher.ts",
    change: `
   #turn(): void {
+    if (this.#ring.used.messages < this.#options.batch) {
+      this.#turnAsked = false;
+      return;
+    }
`,
    caughtBy: {
      "test/laws/liveness.test.ts": [LAW_5],
      "test/laws/contracts.test.ts": ["law 5: every playback whose client reads comes to its end"],
    },
  },
  {
    name: "routing by descriptor",
    breaks: "law 1: who leaves and who comes share a number, and one gets what the other was to get",
    file: "src/dispatch/dispatcher.ts",
    change: `
   #attached = 0;
+  readonly #sinks: Sink[] = [];
+  readonly #descriptors = new Map<Queue, number>();
@@
-    return this.#gate.enter(new Queue(this, this.#attached, ends));
+    const queue = this.#gate.enter(new Queue(this, this.#attached, ends));
+    this.#sinks[this.#open] = sink;
+    this.#descriptors.set(queue, this.#open);
+    return queue;
@@
-    const answer = queue.sink.send(handOver);
+    const answer = (this.#sinks[this.#descriptors.get(queue) ?? 0] ?? queue.sink).send(handOver);
`,
    caughtBy: { "test/laws/liveness.test.ts": [LAW_5] },
  },
  {
    name: "no clean-up on disconnect",
    breaks: "law 6: what waits for somebody who has left keeps its slots for ever",
    file: "src/dispatch/dispatcher.ts",
    change: `
     this.#gate.leave(queue);
-    this.#ring.clear(queue);
     this.#withdraw(queue, now);
`,
    caughtBy: {
      "test/laws/liveness.test.ts": [LAW_6],
      "test/laws/contracts.test.ts": ["law 6: everything is given back when all have gone"],
    },
  },
  {
    name: "inverted priority",
    breaks: "law 2: the worst goes first",
    file: "src/dispatch/ranks.ts",
    change: `
-    const priority = this.#floors?.choose() ?? this.#open.best();
+    const priority = this.#floors?.choose() ?? this.#open.worst();
`,
    caughtBy: { "test/laws/priority.test.ts": [LAW_2] },
  },
  {
    name: "rank by message number across playbacks",
    breaks: "law 2: whoever has watched for long waits until the newcomers have caught up",
    file: "src/dispatch/ranks.ts",
    change: `
-    if (queue.period === undefined) rank.untimed.enter(queue);
-    else rank.timed.place(queue);
+    rank.timed.place(queue);
@@
 function earlierDeadline(a: Queue, b: Queue): boolean {
-  return a.deadline < b.deadline || (a.deadline === b.deadline && a.id < b.id);
+  const [first, second] = [a, b].map(
+    ({ started, waiting: [next] }) => (started?.message ?? next)?.number ?? 0,
+  );
+  return (first ?? 0) < (second ?? 0);
`,
    caughtBy: { "test/laws/priority.test.ts": [LAW_2], "test/laws/fairness.test.ts": [BYTES] },
  },
  {
    name: "timed by arrival and not by deadline",
    breaks: "law 2: of two timed playbacks the one that came first goes first, however late the other is",
    file: "src/dispatch/ranks.ts",
    change: `
-  return a.deadline < b.deadline || (a.deadline === b.deadline && a.id < b.id);
+  return a.id < b.id;
`,
    caughtBy: { "test/laws/priority.test.ts": [LAW_2] },
  },
  {
    name: "untimed before timed",
    breaks: "law 2: an export of the same priority makes those who watch late",
    file: "src/dispatch/ranks.ts",
    change: `
-    return this.timed.peek() ?? this.untimed.peek();
+    return this.untimed.peek() ?? this.timed.peek();
`,
    caughtBy: { "test/laws/priority.test.ts": [LAW_2] },
  },
  {
    name: "deficit kept while away",
    breaks: "law 2: who does not read saves up its turns, and floods when it comes back",
    file: "src/dispatch/roundRobin.ts",
    change: `
-      queue.deficit = Math.min(queue.deficit, 0);
       queue.round = this.#round;
`,
    caughtBy: {
      "src/dispatch/roundRobin.test.ts": [
        "whoever stays away for a whole round forfeits the rest of its turn, and goes behind the others",
      ],
      "test/laws/priority.test.ts": [LAW_2],
    },
  },
  {
    name: "turns counted in hand-overs",
    breaks: "law 2: equals get as much as their frames are large",
    file: "src/dispatch/roundRobin.ts",
    change: `
   charge(queue: Queue, bytes: number): void {
-    queue.deficit -= bytes;
+    queue.deficit -= this.#quantum;
`,
    caughtBy: { "test/laws/fairness.test.ts": [BYTES] },
  },
  {
    name: "a slice of another message inside of a message",
    breaks: "law 1: the next message begins before the one that was begun is whole",
    file: "src/dispatch/parcel.ts",
    change: `
-    if (queue.started !== undefined) return NO_MESSAGES;
+    if (queue.waiting.length === 0) return NO_MESSAGES;
`,
    caughtBy: { "test/laws/contracts.test.ts": [LAW_1] },
  },
  {
    name: "gathering across epochs",
    breaks: "law 7: what the epoch before had waiting goes in one hand-over with the new one's",
    file: "src/dispatch/dispatcher.ts",
    change: `
     const now = this.#now();
-    this.#ring.clear(queue);
     this.#move(queue, standing.priority, now);
`,
    caughtBy: { "test/laws/contracts.test.ts": [LAW_7] },
  },
  {
    name: "a large message in one piece",
    breaks: "law 4: whoever is better waits for a frame of 50 MB instead of a slice of it",
    file: "src/dispatch/parcel.ts",
    change: `
-    const parts = slicer.take(this.#limits.slice);
+    const parts = slicer.take(slicer.left);
`,
    caughtBy: { "test/laws/priority.test.ts": [LAW_2] },
  },
  {
    name: "sent before it is due",
    breaks: "dues: a movie of 24 frames a second is over as soon as it is read",
    file: "src/dispatch/holds.ts",
    change: `
-    const due = queue.period !== undefined && queue.started === undefined ? queue.due : ALWAYS;
+    const due = ALWAYS;
`,
    caughtBy: { "test/laws/priority.test.ts": [LAW_2] },
  },
  {
    name: "late frames are sent",
    breaks: "paced: what is late goes all the same, and delays what is not",
    file: "src/dispatch/dispatcher.ts",
    change: `
-    const isSkipped = isLate(first, now);
+    const isSkipped = first.closed;
@@
-    if (queue === undefined || isLate(queue, now)) return queue !== undefined;
+    if (queue === undefined) return false;
`,
    caughtBy: {
      "test/laws/contracts.test.ts": [
        "`paced` and `latest` send nothing before its due or after its deadline, and nothing twice",
      ],
    },
  },
  {
    name: "nobody is closed for being stuck",
    breaks: "law 6: clients that take nothing hold all that may be under way, and nobody else gets any",
    file: "src/dispatch/inFlight.ts",
    change: `
-    while (queue !== undefined && !queue.setAside) queue = queue.flightNext;
+    while (queue !== undefined) queue = queue.flightNext;
`,
    caughtBy: {
      "test/laws/bounds.test.ts": [
        "law 6: beyond the in-flight bound the connection longest without progress is closed",
      ],
    },
  },
  {
    name: "what is under way is not counted",
    breaks: "law 6: memory grows by a frame for each client that stalls",
    file: "src/dispatch/inFlight.ts",
    change: `
-    if (this.#bytes === 0) return true;
+    if (bytes > 0) return true;
`,
    caughtBy: {
      "test/laws/bounds.test.ts": [
        "law 6: beyond the in-flight bound the connection longest without progress is closed",
      ],
      "test/laws/priority.test.ts": [LAW_2],
    },
  },
];
