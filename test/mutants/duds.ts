import type { Mutant } from "./mutant.ts";

const file = "src/dispatch/slicer.ts";
const guards = "src/dispatch/slicer.test.ts";
const caughtBy = {
  [guards]: ["slices of any size are the message's bytes in order, none larger than asked for"],
};

/** What must not count as a mutant that was caught: nobody has seen a law broken. */
export const DUDS: readonly Mutant[] = [
  {
    name: "unbroken",
    breaks: "nothing: the tests pass",
    file,
    change: `
-    let room: number = Math.min(limit, this.#left);
+    let room: number = Math.min(this.#left, limit);
`,
    caughtBy,
  },
  {
    name: "crash",
    breaks: "everything: the file cannot be loaded, and no test runs",
    file,
    change: `
 import type { Message } from "./message.ts";
+nobody.knows();
`,
    caughtBy,
  },
  {
    name: "blunder",
    breaks: "no rule: something is called that is no function",
    file,
    change: `
     const views: Uint8Array[] = [];
+    this.nobody();
`,
    caughtBy,
  },
  {
    name: "bystander",
    breaks: "law 4, but what is named as its guard has nothing to do with it",
    file,
    change: `
-    let room: number = Math.min(limit, this.#left);
+    let room: number = this.#left;
`,
    caughtBy: { [guards]: ["a slice is a view and not a copy"] },
  },
  {
    name: "unguarded",
    breaks: "law 4, and its guard does not exist",
    file,
    change: `
-    let room: number = Math.min(limit, this.#left);
+    let room: number = this.#left;
`,
    caughtBy: { [guards]: ["a title that no test has"] },
  },
  {
    name: "misspelt",
    breaks: "the syntax",
    file,
    change: `
-    const views: Uint8Array[] = [];
+    const views: Uint8Array[] = = [];
`,
    caughtBy,
  },
  {
    name: "stale",
    breaks: "a line that is not there",
    file,
    change: `
-    const views: NoSuchThing[] = [];
`,
    caughtBy,
  },
  {
    name: "ambiguous",
    breaks: "a line that is there more than once",
    file,
    change: `
-  }
`,
    caughtBy,
  },
];
