import type { Mutant } from "./mutant.ts";

const GETS_THE_REST = "a client that stops it and closes its half gets the rest before the end";
const WAIT = "what the kernel does not take is answered `wait`, until it has taken all of it";
const RESPONSE_WAIT = "a response whose bytes the kernel does not take answers `wait` until it takes them";
const LINE = "a line waits for the end of the message in progress, and goes before the next one";

/** What becomes of hand-overs and lines at a socket. */
export const TRANSPORT_MUTANTS: readonly Mutant[] = [
  {
    name: "ignored write result of a response",
    breaks: "laws 3 and 6: what a browser does not read piles up in the server's memory",
    file: "src/transports/http/responseSink.ts",
    change: `
-    return this.#response.writableLength === 0 && !this.#response.destroyed;
+    return !this.#response.destroyed;
`,
    caughtBy: { "src/transports/http/responseSink.test.ts": [RESPONSE_WAIT] },
  },
  {
    name: "a broken movie that looks whole",
    breaks: "law 1: half a movie ends as a whole one does",
    file: "src/transports/http/showing.ts",
    change: `
-    if (receipt.end === "finished") this.#end(receipt);
+    if (receipt.end === "finished" || this.#sink.hasStarted) this.#end(receipt);
`,
    caughtBy: {
      "test/e2e/httpPlaying.test.ts": [
        "behind it cuts the connection after a whole frame, and the receipt says why",
      ],
    },
  },
  {
    name: "early close",
    breaks: "law 1: the connection of who stops ends in the middle of a message, and the rest of it is lost",
    file: "src/transports/tcp/connection.ts",
    change: `
-    if (this.#viewer.playback.movie !== undefined || this.#sink.isInMessage) return;
+    if (this.#viewer.playback.movie !== undefined) return;
     this.#state = "ending";
`,
    caughtBy: { "test/e2e/lastMessage.test.ts": [GETS_THE_REST] },
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
