import type { Mutant } from "./mutant.ts";

const CHARGED = "lines are charged afterwards to the budget: frames wait until it has made up for them";
const SHARED = "all that are open share an eighth of the budget in equal parts, as they come and go";
const HELD_BACK = "while its lines are too many a client is not read, and goes on in order when they are not";

/** What errors and receipts cost. */
export const LINE_MUTANTS: readonly Mutant[] = [
  {
    name: "lines that cost nothing",
    breaks: "P1: what is sent in lines comes on top of the budget, and queues on the link",
    file: "src/dispatch/gate.ts",
    change: `
   charge(account: Account, bytes: number, now: MonotonicMs): void {
-    this.#server?.take(bytes, now);
`,
    caughtBy: { "test/laws/room.test.ts": [CHARGED] },
  },
  {
    name: "an allowance for each and not for all",
    breaks: "P1: a thousand clients that flood are sent a thousand times what one is",
    file: "src/transports/lineAllowance.ts",
    change: `
-    if (this.#open > 0) this.#given += (time * this.#perMs) / this.#open;
+    if (this.#open > 0) this.#given += time * this.#perMs;
`,
    caughtBy: { "src/transports/lineAllowance.test.ts": [SHARED] },
  },
  {
    name: "a first allowance for whoever comes",
    breaks: "P1: whoever connects again and again is sent 4 KiB of errors each time",
    file: "src/transports/lineAllowance.ts",
    change: `
-    const taken = Math.min(bytes, this.#store.level);
+    const taken = bytes;
`,
    caughtBy: {
      "src/transports/lineAllowance.test.ts": [
        "whoever comes again and again gets no more than whoever stays, but for one answer each time",
      ],
    },
  },
  {
    name: "whoever floods is read on",
    breaks: "P1: as many errors leave as the client asks for",
    file: "src/transports/tcp/intake.ts",
    change: `
-      if (until !== undefined) return this.#keep(request, until);
+      if (until !== undefined) this.#kept = undefined;
`,
    caughtBy: { "src/transports/tcp/intake.test.ts": [HELD_BACK] },
  },
  {
    name: "a floor with too small a window",
    breaks: "P5: a priority with small frames gets a part of its floor, and nobody says why",
    file: "src/settings/rules.ts",
    change: `
-    holds: ({ window, slice, floors }) => floors.size === 0 || window >= slice,
+    holds: ({ window, slice, floors }) => floors.size === 0 || window * slice > 0,
`,
    caughtBy: { "src/settings/rules.test.ts": ["with floors a window holds a slice at least"] },
  },
];
