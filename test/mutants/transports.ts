import type { Mutant } from "./mutant.ts";

const READS_LATE = "gets everything also when it starts to read late";
const WAIT = "what the kernel does not take is answered `wait`, until it has taken all of it";
const LINE = "a line waits for the end of the message in progress, and goes before the next one";

/** What becomes of hand-overs and lines at a socket. */
export const TRANSPORT_MUTANTS: readonly Mutant[] = [
  {
    name: "early close",
    breaks: "law 1: the connection ends when its last message has begun, and the rest of it is lost",
    file: "src/transports/tcp/connection.ts",
    change: `
-    if (this.#viewer.playback.movie !== undefined || this.#sink.isInMessage) return;
+    if (this.#viewer.playback.movie !== undefined) return;
     this.#state = "ending";
`,
    caughtBy: { "test/e2e/oldClients.test.ts": [READS_LATE] },
  },
  {
    name: "ignored write result",
    breaks: "laws 3 and 6: what a client does not read piles up in the server's memory",
    file: "src/transports/tcp/socketSink.ts",
    change: `
-    if (this.#socket.writableLength === 0 && !this.#socket.destroyed) return "more";
+    if (!this.#socket.destroyed) return "more";
`,
    caughtBy: { "src/transports/tcp/socketSink.test.ts": [WAIT] },
  },
  {
    name: "a drain that is not told",
    breaks: "law 5: who was set aside once gets nothing more",
    file: "src/transports/tcp/socketSink.ts",
    change: `
       this.#waitsSince = undefined;
-      this.#owner.drained();
`,
    caughtBy: { "src/transports/tcp/socketSink.test.ts": [WAIT] },
  },
  {
    name: "a line inside of a message",
    breaks: "law 1: an error stands in the middle of a picture",
    file: "src/transports/tcp/socketSink.ts",
    change: `
-    if (!this.#isInMessage) this.#flushLines();
+    this.#flushLines();
`,
    caughtBy: { "src/transports/tcp/socketSink.test.ts": [LINE] },
  },
];
