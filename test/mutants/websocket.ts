import type { Mutant } from "./mutant.ts";

/** What one connection with several playbacks may get wrong. */
export const WEBSOCKET_MUTANTS: readonly Mutant[] = [
  {
    name: "credit bounds only the first message",
    breaks: "what is in flight is bounded by what the client granted",
    file: "src/dispatch/parcel.ts",
    change: `
-      if (next === undefined || bytes + next.bytes > most || messages.length === queue.sink.room) break;
+      if (next === undefined || bytes + next.bytes > most) break;
`,
    caughtBy: {
      "src/dispatch/credit.test.ts": [
        "bounds the messages that go together, and those that go one after another",
      ],
    },
  },
  {
    name: "a busy sink is given more",
    breaks: "playbacks of one connection share its way: what is in its buffer is one hand-over",
    file: "src/dispatch/dispatcher.ts",
    change: `
-    if (queue.sink.isBusy === true) return this.#setAside(queue, now);
+    if (queue.sink.room === 0) return this.#setAside(queue, now);
`,
    caughtBy: {
      "src/dispatch/credit.test.ts": [
        "keeps every sink from being given anything while it is full, and then the best goes",
      ],
    },
  },
  {
    name: "a change begins where the playback began",
    breaks: "a change goes on at the next frame: nothing is lost, nothing comes twice",
    file: "src/transports/websocket/playback.ts",
    change: `
-    this.#begins = { ...program, beginning };
+    this.#begins = { ...program, beginning: this.#program?.beginning ?? GOES_ON };
`,
    caughtBy: {
      "test/e2e/websocket.test.ts": [
        "goes on at the next frame when something is changed",
        "keeps its place through changes behind which nothing was sent",
      ],
    },
  },
  {
    name: "pages of every origin connect",
    breaks: "a page sees what its reader may see, where its origin is known",
    file: "src/transports/websocket/handshake.ts",
    change: `
-  return host !== undefined && hostOf(origin) === host.toLowerCase();
+  return host !== undefined;
`,
    caughtBy: {
      "src/transports/websocket/handshake.test.ts": [
        "of a web page is taken from the server's own origin and from those that are named",
      ],
    },
  },
  {
    name: "a flood of commands is carried out as it comes",
    breaks: "a flood of one client costs the others no more than its rate",
    file: "src/transports/websocket/intake.ts",
    change: `
-    if (this.#allowance <= 0) return this.#goOnAt(after(now, (1 - this.#allowance) / PER_MS));
+    if (this.#allowance <= -COMMAND_BURST) return this.#goOnAt(after(now, 1 / PER_MS));
`,
    caughtBy: {
      "src/transports/websocket/intake.test.ts": [
        "carries out a burst at once, and the rest at its rate, in order, while nothing more is read",
      ],
    },
  },
];
