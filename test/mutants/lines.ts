import type { Mutant } from "./mutant.ts";

const CHARGED = "lines are charged afterwards to the budget: frames wait until it has made up for them";
const SHARED = "all that are open share an eighth of the budget in equal parts, as they come and go";
const HELD_BACK = "while its lines are too many a client is not read, and goes on in order when they are not";

const DOCUMENTS = "test/e2e/documents.test.ts";
const LEDGER = "src/transports/http/ledger.test.ts";

/** What errors and receipts cost, and what else is sent beside frames. */
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
    name: "pages beside the budget",
    breaks: "P1: whoever loads a page again and again fills the link before everybody's frames",
    file: "src/transports/http/documents.ts",
    change: `
-  if (egress === undefined) return;
+  return;
`,
    caughtBy: { [DOCUMENTS]: ["comes out of it, and another's paced frames come in time"] },
  },
  {
    name: "a place for each page that is asked for",
    breaks: "2: one connection that asks for sixty pages at once gets sixty times as much as others",
    file: "src/transports/http/pipeline.ts",
    change: `
-    if (this.#unanswered === 1) this.#begin(go);
+    if (this.#unanswered > 0) this.#begin(go);
`,
    caughtBy: { [DOCUMENTS]: ["has one place for each connection, and none when that has gone"] },
  },
  {
    name: "heads that cost nothing",
    breaks: "P1: what HTTP sends before small frames comes on top of the budget",
    file: "src/transports/http/ledger.ts",
    change: `
-    egress.charge(client, bytes);
`,
    caughtBy: {
      [LEDGER]: ["every byte is charged once: either it was handed over, or it is charged here"],
    },
  },
  {
    name: "answers before they are paid for",
    breaks: "P1: whoever connects again and again is answered each time",
    file: "src/transports/http/ledger.ts",
    change: `
-    const until = this.#allowance?.take(bytes);
+    this.#allowance?.take(bytes);
+    const until = undefined;
`,
    caughtBy: { [LEDGER]: ["answers wait for the connection's allowance, each in its order"] },
  },
  {
    name: "a frame in the middle of a list",
    breaks: "1: over WebSocket a list that has begun is taken for a part of a frame, and the connection ends",
    file: "src/transports/websocket/frameSink.ts",
    change: `
-    return !this.#writer.isEmpty || this.#writer.isInText || (this.#credit === 0 && !this.#isInMessage);
+    return !this.#writer.isEmpty || (this.#credit === 0 && !this.#isInMessage);
`,
    caughtBy: {
      [DOCUMENTS]: ["is a whole text over WebSocket, and what plays meanwhile stays in its order"],
    },
  },
  {
    name: "a page whose lost places are not taken again",
    breaks: "5: in a full ring a page never comes to its end",
    file: "src/dispatch/document.ts",
    change: `
   returned(): void {
-    this.#isInRing = false;
`,
    caughtBy: {
      "src/dispatch/document.test.ts": ["in a ring that is too small for all, each comes to its end"],
    },
  },
  {
    name: "all requests of a moment in one turn",
    breaks: "3: a thousand clients that ask at once keep everybody's frames until they are answered",
    file: "src/transports/turns.ts",
    change: `
-    if (this.#places === 0) return false;
`,
    caughtBy: {
      "src/transports/turns.test.ts": [
        "a thousand who ask in one moment are answered some in each turn, all of them, in their order",
      ],
    },
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
