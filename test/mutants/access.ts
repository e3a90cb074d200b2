import type { Mutant } from "./mutant.ts";

/** Who may have what. */
export const ACCESS_MUTANTS: readonly Mutant[] = [
  {
    name: "priority not clamped",
    breaks: "law 9: whoever asks for the best priority has it",
    file: "src/transports/movies.ts",
    change: `
-  return wished < best ? { priority: best, wished } : { priority: wished, wished: undefined };
+  return { priority: wished, wished: wished < best ? wished : undefined };
`,
    caughtBy: {
      "src/transports/tcp/requests.test.ts": [
        "a better priority than the client may have is lowered, for a start and for a seek",
      ],
    },
  },
  {
    name: "the widest block that fits",
    breaks: "law 9: a network's exception has the priority of the network",
    file: "src/transports/addresses.ts",
    change: `
-      .toSorted((a, b) => b.block.prefix - a.block.prefix);
+      .toSorted((a, b) => a.block.prefix - b.block.prefix);
`,
    caughtBy: {
      "src/transports/bestPriority.test.ts": [
        "of several blocks the most specific counts, in whatever order they are written",
      ],
    },
  },
  {
    name: "anybody ends anybody's playback",
    breaks: "law 9: changing what is another's takes loopback or the operator's token",
    file: "src/transports/access.ts",
    change: `
-    if (this.#loopback.find(address) !== undefined) return;
+    if (this.#loopback.find(address) !== undefined || token === undefined) return;
`,
    caughtBy: {
      "src/transports/access.test.ts": [
        "loopback needs no token, and everybody else the right one",
        "without a token of the server there is none that lets anybody in",
      ],
      "src/transports/playbacks.test.ts": [
        "others end and change nothing, and are not told either whether there is something",
      ],
    },
  },
  {
    name: "admitted whatever the others need",
    breaks: "admission: one more makes all of them late",
    file: "src/playback/admission.ts",
    change: `
-    if (needed > free && !isCovered) return { needed, free };
+    if (needed > this.#limits.total && !isCovered) return { needed, free };
`,
    caughtBy: {
      "src/playback/admission.test.ts": [
        "a playback is admitted just when it fits beside those of its priority and better ones",
      ],
    },
  },
  {
    name: "a need that stays behind",
    breaks: "admission: what an operator has put first is counted where it was",
    file: "src/playback/admission.ts",
    change: `
-    this.#priority = priority;
     if (!this.#isReleased) this.#add(this.#need);
`,
    caughtBy: {
      "src/playback/admittance.test.ts": [
        "the need of what goes with another priority counts there, whether it fits or not",
      ],
    },
  },
  {
    name: "worse ones count against better ones",
    breaks: "admission: a crowd of previews keeps the review out",
    file: "src/playback/admission.ts",
    change: `
-    return BitRate(this.#needs.subarray(0, priority + 1).reduce((sum, need) => sum + need, 0));
+    return BitRate(this.#needs.reduce((sum, need) => sum + need, 0 * priority));
`,
    caughtBy: {
      "src/playback/admission.test.ts": [
        "a better playback takes the room of worse ones, and a worse one does not take its",
      ],
    },
  },
  {
    name: "places that are not given back",
    breaks: "admission: after a day nobody is admitted any more",
    file: "src/playback/admission.ts",
    change: `
-    this.#add(-this.#need);
`,
    caughtBy: {
      "src/playback/admission.test.ts": ["needs are rounded up to whole bits, and given back to 0"],
    },
  },
];
