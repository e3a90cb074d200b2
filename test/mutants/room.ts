import type { Mutant } from "./mutant.ts";

const LAW_2 = "law 2: every hand-over is the one that a naive sorted chooser makes, ring full or not";
const RESERVE = "of what worse ones leave a priority may fill three quarters, and the sum keeps to the bound";
const BETTER = "worse clients leave room among what is under way: a better message goes within (L + σ)/C";
const TOO_LARGE =
  "a message too large for that room waits until some have ended, and says that it was for room";
const BUCKET = "beside a priority with the bucket (σ, ρ) the worse ones get C − ρ after (σ + L)/(C − ρ)";

/** What is under way, what changes its priority meanwhile, and what the worse ones are left. */
export const ROOM_MUTANTS: readonly Mutant[] = [
  {
    name: "no room is kept for better ones",
    breaks: "P2: forty clients with large frames keep a better one waiting until they have had them",
    file: "src/dispatch/inFlight.ts",
    change: `
-    return left * PARTS >= this.#bound || left * PARTS >= this.#bound - this.#worse(priority);
+    return left >= 0 && this.#worse(priority) >= 0;
`,
    caughtBy: {
      "src/dispatch/inFlight.test.ts": [RESERVE],
      "test/laws/room.test.ts": [BETTER],
      "test/laws/priority.test.ts": [LAW_2],
    },
  },
  {
    name: "room for better ones beyond the bound",
    breaks: "law 6: whoever is better than what fills the bound adds its own to it",
    file: "src/dispatch/inFlight.ts",
    change: `
-    return left * PARTS >= this.#bound || left * PARTS >= this.#bound - this.#worse(priority);
+    return left * PARTS >= this.#bound || this.#worse(priority) > 0;
`,
    caughtBy: { "src/dispatch/inFlight.test.ts": [RESERVE], "test/laws/priority.test.ts": [LAW_2] },
  },
  {
    name: "a floor without room keeps the better ones that have it",
    breaks: "P2: what a floor demands cannot start, and neither does anybody else",
    file: "src/dispatch/choice.ts",
    change: `
-    if (first !== undefined && first !== best && this.#mayGo(first)) return first;
+    if (first === undefined) return first;
`,
    caughtBy: { "test/laws/priority.test.ts": [LAW_2] },
  },
  {
    name: "of those under way the longest ends first",
    breaks: "P2: all that have started come nearer to their ends together, and none gives its room back",
    file: "src/dispatch/choice.ts",
    change: `
-  return difference === 0 ? a.id < b.id : difference < 0;
+  return difference === 0 ? a.id < b.id : difference > 0;
`,
    caughtBy: { "test/laws/room.test.ts": [TOO_LARGE] },
  },
  {
    name: "who waits for room waits for its turn",
    breaks: "law 8: a receipt blames the server where more memory would have helped",
    file: "src/dispatch/dispatcher.ts",
    change: `
-    if (blocked !== undefined) this.#precedence.lacksRoom(blocked.priority, now);
@@
-    if (blocked === undefined) this.#precedence.goes(queue.priority, now);
-    else this.#precedence.lacksRoom(blocked.priority, now);
+    if (blocked !== null) this.#precedence.goes(queue.priority, now);
`,
    caughtBy: { "test/laws/room.test.ts": [TOO_LARGE] },
  },
  {
    name: "what is under way stays in the priority that was left",
    breaks: "law 6: after changes of priority nobody knows who fills the bound",
    file: "src/dispatch/dispatcher.ts",
    change: `
-    this.#inFlight.move(queue, priority);
     this.#ring.move(queue, priority);
`,
    caughtBy: { "test/laws/priority.test.ts": [LAW_2] },
  },
  {
    name: "a turn that moves to another priority",
    breaks: "law 2: whoever has its priority changed goes before equals that wait for longer",
    file: "src/dispatch/dispatcher.ts",
    change: `
     this.#move(queue, priority, now);
-    forfeitTurn(queue);
     this.#place(queue, now);
`,
    caughtBy: { "test/laws/priority.test.ts": [LAW_2] },
  },
  {
    name: "a large message whose end is not told",
    breaks: "law 8: lateness is that of the first slice, however late the last is",
    file: "src/dispatch/dispatcher.ts",
    change: `
-      if (queue.started === undefined) queue.source.finished(before, now);
       return;
`,
    caughtBy: { "test/laws/priority.test.ts": [LAW_2] },
  },
  {
    name: "a window that timed playbacks do not have",
    breaks: "law 6: a timed playback fills the ring with what is due in an hour",
    file: "src/dispatch/ring.ts",
    change: `
-    return queue.waiting.length >= windowMessages && queue.waitingBytes >= windowBytes;
+    const isFull = queue.waiting.length >= windowMessages && queue.waitingBytes >= windowBytes;
+    return queue.period === undefined && isFull;
`,
    caughtBy: { "test/laws/priority.test.ts": [LAW_2] },
  },
  {
    name: "a priority's bucket charged by halves",
    breaks: "P4: the worse ones are left C − 2ρ, and nobody can count on the rest",
    file: "src/dispatch/gate.ts",
    change: `
-    this.bucketOf(queue.priority)?.take(bytes, now);
+    this.bucketOf(queue.priority)?.take(bytes / 2, now);
`,
    caughtBy: { "test/laws/budget.test.ts": [BUCKET], "test/laws/priority.test.ts": [LAW_2] },
  },
  {
    name: "a priority without tokens keeps the worse ones, too",
    breaks: "P4: what its bucket leaves to others goes to nobody",
    file: "src/dispatch/ranks.ts",
    change: `
-    const priority = this.#floors?.choose() ?? this.#open.best();
+    const best = this.#open.best();
+    const shut = this.set.best();
+    const isKept = best !== undefined && shut !== undefined && shut < best;
+    const priority = this.#floors?.choose() ?? (isKept ? undefined : best);
`,
    caughtBy: { "test/laws/budget.test.ts": [BUCKET], "test/laws/priority.test.ts": [LAW_2] },
  },
];
