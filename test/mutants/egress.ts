import type { Mutant } from "./mutant.ts";

const LAW_2 = "law 2: every hand-over is the one that a naive sorted chooser makes, ring full or not";
const ALL_BYTES =
  "over every time t at most σ + C·t bytes leave: of the server, each client and each priority";
const BEST = "under a budget the best that becomes ready waits for its own bytes, and nothing worse goes";
const OWN_BUCKETS = "who has no bytes left in a bucket of its own holds up nobody, however small the ring";
const STALL = "after a stall of everybody the bucket's burst leaves at once, and no more";
const FLOORS =
  "weighted: a backlogged playback waits for 2·N·L/φ + L bytes at most, and its priority keeps φ";

/** What the budgets and the floors promise. */
export const EGRESS_MUTANTS: readonly Mutant[] = [
  {
    name: "burst after a stall",
    breaks: "the budget: whoever sent nothing for an hour sends an hour's bytes at once",
    file: "src/dispatch/bucket.ts",
    change: `
-    return Math.min(this.#burst - this.#taken + time * this.#perMs, this.#burst);
+    return this.#burst - this.#taken + time * this.#perMs;
@@
-    if (now > this.readyAt(this.#burst)) {
+    if (this.#taken === 0 && this.#cycles === 0) {
`,
    caughtBy: { "test/laws/priority.test.ts": [LAW_2], "test/laws/budget.test.ts": [ALL_BYTES, STALL] },
  },
  {
    name: "a budget charged by halves",
    breaks: "the budget: twice as much leaves as it says, and queues build in the kernel",
    file: "src/dispatch/gate.ts",
    change: `
     if (!this.#hasLimits) return NOBODY;
-    this.#server?.take(bytes, now);
+    this.#server?.take(bytes / 2, now);
`,
    caughtBy: { "test/laws/priority.test.ts": [LAW_2], "test/laws/budget.test.ts": [ALL_BYTES, STALL] },
  },
  {
    name: "a priority's bucket is looked at and nothing waits for it",
    breaks: "own limits: the priority takes all there is, and the worse ones have nothing",
    file: "src/dispatch/ranks.ts",
    change: `
-    const isOpen = rank.shutSlot < 0 && (rank.timed.size > 0 || !rank.untimed.isEmpty);
+    const isOpen = rank.timed.size > 0 || !rank.untimed.isEmpty;
`,
    caughtBy: { "test/laws/priority.test.ts": [LAW_2], "test/laws/budget.test.ts": [ALL_BYTES] },
  },
  {
    name: "who waits for its own bucket holds up the worse ones",
    breaks: "own limits: the server does nothing while the best client's bucket fills",
    file: "src/dispatch/gate.ts",
    change: `
-    return this.#bucketOf(queue.account, this.#client).readyAt(most);
+    return most < 0 ? this.#bucketOf(queue.account, this.#client).readyAt(most) : ALWAYS;
@@
-    return this.#server === undefined ? ALWAYS : this.#server.readyAt(this.need(queue));
+    const bytes = this.need(queue);
+    const own = queue.account.bucket?.readyAt(bytes) ?? ALWAYS;
+    const server = this.#server?.readyAt(bytes) ?? ALWAYS;
+    return own > server ? own : server;
`,
    caughtBy: { "test/laws/priority.test.ts": [LAW_2], "test/laws/budget.test.ts": [OWN_BUCKETS] },
  },
  {
    name: "the budget asked before the choice",
    breaks: "law 2: the worse one that waited first has the tokens that the better one needs",
    file: "src/dispatch/dispatcher.ts",
    change: `
   #attached = 0;
+  #promised: Queue | undefined;
@@
     this.#tokensAt = tokensAt;
+    this.#promised = queue;
@@
   #step(now: MonotonicMs): boolean {
-    const first = this.#choice.next(now);
+    const promised = this.#promised;
+    const isAble = promised !== undefined && !promised.setAside && !promised.isHeld;
+    const next = this.#choice.next(now);
+    const first = isAble && promised.hasWork ? promised : next;
@@
     const starting = this.#parcels.start(queue, this.#gate.roomFor(queue, now));
+    this.#promised = undefined;
`,
    caughtBy: { "test/laws/priority.test.ts": [LAW_2], "test/laws/budget.test.ts": [BEST] },
  },
  {
    name: "the worse go while the better waits for the budget",
    breaks: "law 2: small worse messages use up the tokens that a large better one waits for, for ever",
    file: "src/dispatch/dispatcher.ts",
    change: `
-    if (this.#gate.serverReadyAt(queue) > now) return false;
-    this.#handOver(queue, now);
-    return true;
+    if (this.#gate.serverReadyAt(queue) <= now) this.#handOver(queue, now);
+    else {
+      this.#ranks.leave(queue);
+      const other = this.#ranks.best();
+      this.#ranks.enter(queue);
+      if (other === undefined || this.#gate.serverReadyAt(other) > now) return false;
+      this.#handOver(other, now);
+    }
+    return true;
`,
    caughtBy: { "test/laws/priority.test.ts": [LAW_2], "test/laws/budget.test.ts": [BEST] },
  },
  {
    name: "a bucket for each playback of a client",
    breaks: "own limits: whoever asks for frame after frame is sent as many as it asks for",
    file: "src/dispatch/gate.ts",
    change: `
     queue.account.queues?.delete(queue);
+    queue.account.bucket = undefined;
`,
    caughtBy: { "test/laws/egress.test.ts": ["a client's bucket is no fuller for what it asks for next"] },
  },
  {
    name: "a small message waits for the tokens of a large one",
    breaks: "law 5: nothing waits for company",
    file: "src/dispatch/gate.ts",
    change: `
-    return Math.min(bytes, this.#slice);
+    return this.#slice;
`,
    caughtBy: { "test/laws/priority.test.ts": [LAW_2], "test/laws/budget.test.ts": [BEST] },
  },
  {
    name: "gathering beyond the tokens",
    breaks: "the budget: a hand-over takes more than there is",
    file: "src/dispatch/parcel.ts",
    change: `
-    const most = Math.min(this.#limits.handOver, room);
+    const most = this.#limits.handOver;
`,
    caughtBy: { "test/laws/priority.test.ts": [LAW_2], "test/laws/budget.test.ts": [ALL_BYTES] },
  },
  {
    name: "no alarm for tokens",
    breaks: "law 5: when the tokens are there nobody goes, until something else happens",
    file: "src/dispatch/dispatcher.ts",
    change: `
-    this.#alarm.set(earliest(this.#holds.next, this.#tokensAt, this.#choice.changesAt));
+    this.#alarm.set(earliest(this.#holds.next, this.#choice.changesAt));
`,
    caughtBy: { "test/laws/priority.test.ts": [LAW_2], "test/laws/budget.test.ts": [BEST] },
  },
  {
    name: "floors ignored",
    breaks: "weighted: the worst starves",
    file: "src/dispatch/ranks.ts",
    change: `
-    const priority = this.#floors?.choose() ?? this.#open.best();
+    const priority = this.#open.best();
`,
    caughtBy: { "test/laws/priority.test.ts": [LAW_2], "test/laws/weightedBacklog.test.ts": [FLOORS] },
  },
  {
    name: "floors save up while away",
    breaks: "weighted: who comes back after an hour has an hour's share before everybody else",
    file: "src/dispatch/floors.ts",
    change: `
-      floor.release = Math.max(floor.release, this.#total);
`,
    caughtBy: { "test/laws/priority.test.ts": [LAW_2] },
  },
  {
    name: "floors before the best even when they are not owed anything",
    breaks: "weighted: a floor of a tenth takes everything",
    file: "src/dispatch/floors.ts",
    change: `
-      if (next === undefined || next.release > this.#total) break;
+      if (next === undefined) break;
`,
    caughtBy: { "test/laws/priority.test.ts": [LAW_2] },
  },
];
