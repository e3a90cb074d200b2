import type { Mutant } from "./mutant.ts";

const LAW_2 = "law 2: every hand-over is the one that a naive sorted chooser makes, ring full or not";
const LAW_3 = "law 3: stalled clients of any priority change nothing for the others, at no moment";
const SLOTS = "a full ring takes slots from the set aside, then from those not due, then from the worst";
const TURNS = "room goes to who was refused before an equal can have it, in the order of refusal";

/** Who has the slots, and who gives them back. */
export const RING_MUTANTS: readonly Mutant[] = [
  {
    name: "uncapped window",
    breaks: "law 6: one playback may have as much waiting as there is, and the others have nothing",
    file: "src/dispatch/ring.ts",
    change: `
-    return queue.waiting.length >= windowMessages && queue.waitingBytes >= windowBytes;
+    return queue.waiting.length < 0 && windowMessages + windowBytes < 0;
`,
    caughtBy: {
      "src/dispatch/ring.test.ts": ["a window is the larger of so many messages and so many bytes"],
    },
  },
  {
    name: "stalled clients keep slots",
    breaks: "law 3: clients that do not read hold the ring, and nobody else has room in it",
    file: "src/dispatch/holders.ts",
    change: `
-    const place = queue.setAside ? "aside" : queue.isHeld ? "held" : "ranked";
+    const place = queue.isHeld ? "held" : "ranked";
`,
    caughtBy: { "src/dispatch/ring.test.ts": [SLOTS], "test/laws/isolation.test.ts": [LAW_3] },
  },
  {
    name: "a message not due keeps its slot",
    breaks: "law 5: slow playbacks hold slots for what they may not send yet",
    file: "src/dispatch/ring.ts",
    change: `
-    if (loser.isHeld || loserOpens > now) return canGo || opens < loserOpens;
+    if (loser.isHeld || loserOpens > now) return false;
`,
    caughtBy: { "src/dispatch/ring.test.ts": [SLOTS], "test/laws/priority.test.ts": [LAW_2] },
  },
  {
    name: "the ring forgets whom it refused",
    breaks: "law 5: of many equals those who have slots keep them, and the others see nothing",
    file: "src/dispatch/ring.ts",
    change: `
-    if (this.#standsBehind(offer)) return this.#refuse(message, offer);
`,
    caughtBy: { "src/dispatch/ring.test.ts": [TURNS] },
  },
  {
    name: "an evicted message is lost",
    breaks: "law 1: what gave its slot to a better one does not come again",
    file: "src/dispatch/dispatcher.ts",
    change: `
   #wasEvicted(queue: Queue): void {
-    queue.source.returned(1);
`,
    caughtBy: {
      "test/laws/liveness.test.ts": [
        "evicted messages keep their numbers: nothing is lost or doubled in a ring of one slot",
      ],
    },
  },
];
