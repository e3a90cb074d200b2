import type { Mutant } from "./mutant.ts";

/** What is made, for whom first, and of what. */
export const PRODUCTION_MUTANTS: readonly Mutant[] = [
  {
    name: "frames made in the order of asking",
    breaks: "law 2: the best waits behind everything that the others read ahead",
    file: "src/production/jobs.ts",
    change: `
-  const order = compareUrgency(urgencyOf(a), urgencyOf(b));
-  return order === 0 ? a.arrival < b.arrival : order < 0;
+  return a.arrival < b.arrival;
`,
    caughtBy: {
      "src/production/jobs.test.ts": ["jobs come out by priority, then deadline, then arrival"],
    },
  },
  {
    name: "a shared frame at the first one's pace",
    breaks: "law 2: who joins somebody worse waits as long as the worse one",
    file: "src/production/jobs.ts",
    change: `
-  return present(job.waiters.peek(), "nobody waits for a queued job").urgency;
+  const waiters = [...Array(job.waiters.size)].map(() => present(job.waiters.pop(), "nobody"));
+  for (const waiter of waiters) job.waiters.place(waiter);
+  return present(waiters.at(-1), "nobody waits for a queued job").urgency;
`,
    caughtBy: {
      "src/production/jobs.test.ts": [
        "a better one who joins makes the job more urgent, and takes that along when leaving",
      ],
    },
  },
  {
    name: "a cache without a bound",
    breaks: "law 6: every frame that was ever shown stays in memory",
    file: "src/production/cache.ts",
    change: `
-      sizeCalculation: ({ product }) => product.bytes.byteLength + ENTRY_OVERHEAD,
+      sizeCalculation: ({ product }) => Math.min(product.bytes.byteLength + ENTRY_OVERHEAD, 1),
`,
    caughtBy: {
      "src/production/cache.test.ts": [
        "what was used longest ago goes when there is no room, and is forgotten everywhere",
      ],
    },
  },
  {
    name: "the levels of the movie before",
    breaks: "a movie's pictures are shown as those of another one, stretched by its levels",
    file: "src/production/making.ts",
    change: `
-  if (keys.levels !== levels) {
+  if (keys.levels === undefined) {
`,
    caughtBy: {
      "src/production/making.test.ts": [
        "a key is always that of the levels that are given, whichever were given before",
      ],
    },
  },
  {
    name: "levels that change while a movie plays",
    breaks: "a playback flickers whenever its movie is measured again",
    file: "src/production/levels.ts",
    change: `
-    if (kept !== undefined && kept.flat !== true) return kept;
+    if (kept !== undefined && need === undefined) return kept;
`,
    caughtBy: {
      "src/production/levels.test.ts": [
        "a playback keeps the levels of its first picture, whatever is measured later",
      ],
    },
  },
  {
    name: "links that leave the library",
    breaks: "law 9: whoever may write into the library publishes the rest of the disk",
    file: "src/production/file/read.ts",
    change: `
-  if (inside === ".." || inside.startsWith(\`..\${sep}\`) || isAbsolute(inside)) {
+  if (inside === sep && isAbsolute(inside)) {
`,
    caughtBy: {
      "src/production/file/read.test.ts": [
        "a link is followed inside the library and not out of it",
        "the library's folder is compared without its links, and as a folder",
      ],
    },
  },
  {
    name: "a picture decoded for each look",
    breaks: "the design's section 4: a pointer that moves over a picture has it decoded with each pixel",
    file: "src/production/production.ts",
    change: `
-    if (known !== undefined && "kind" in known) return this.#later({ inspected: known }, deliver);
`,
    caughtBy: {
      "src/production/inspection.test.ts": [
        "a frame is decoded once for all who look at it, and at hand for the next look",
        "a histogram is kept for its bins and its range",
      ],
    },
  },
  {
    name: "a histogram without what lies outside",
    breaks: "law 8: highlights that are cut off are counted nowhere",
    file: "src/production/inspect/histogram.ts",
    change: `
-    else if (value > high) this.#above += count;
+    else if (value > high) return;
`,
    caughtBy: {
      "src/production/inspect/histogram.test.ts": [
        "every sample of every channel is counted once, in the bin that the protocol says",
        "values outside of a range are counted as such, and are extremes all the same",
      ],
    },
  },
];
