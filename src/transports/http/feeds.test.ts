import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer, get } from "node:http";
import { type TestContext, test } from "node:test";
import { KiB, MonotonicMs, Ms } from "../../base/units.ts";
import { VirtualClock } from "../../simulate/clock.ts";
import { type Feed, Feeds, type FeedsOptions, eventText } from "./feeds.ts";

/** A feed on a real response, and what its client has read. The clock stands still: nothing beats. */
async function open(
  t: TestContext,
  linesOf: FeedsOptions["linesOf"] = () => undefined,
): Promise<{ feed: Feed; answer: IncomingMessage; read: () => string }> {
  const feeds = new Feeds({ clock: new VirtualClock(), stall: Ms(60_000), linesOf });
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    feeds.close();
    server.closeAllConnections();
    server.close();
  });
  const request = get({ port: (server.address() as { port: number }).port, host: "127.0.0.1" });
  request.on("error", () => undefined);
  const [, response] = (await once(server, "request")) as [IncomingMessage, ServerResponse];
  const feed = feeds.open(response, {}, () => undefined);
  const [answer] = (await once(request, "response")) as [IncomingMessage];
  answer.setEncoding("utf8");
  let text = "";
  answer.on("data", (chunk: string) => (text += chunk));
  return { feed, answer, read: () => text };
}

const NOW = MonotonicMs(0);

async function until(fits: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000 && !fits(); turn++) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(fits());
}

// Ten thousand numbers of frames are more than a client may leave unread: it would wait for the next beat.
test("a client is told at once to look anew where an event is too long, and hears the next", async (t) => {
  const { feed, read } = await open(t);
  feed.send(eventText("frames", { landed: "1,".repeat(40 * KiB) }), NOW);
  feed.send(eventText("frames", { landed: "7" }), NOW);
  await until(() => read().includes('"7"'));
  assert.equal(read(), `event: resync\ndata: {}\n\n${eventText("frames", { landed: "7" })}`);
});

// What waits for a client is bounded, and so is how long it is told nothing once it reads again.
test("a client that has read what it left unread is told to look anew, without a beat", async (t) => {
  const { feed, answer, read } = await open(t);
  answer.pause();
  const event = eventText("frames", { landed: "1,".repeat(8 * KiB) });
  // More than the kernel's buffers of both ends take.
  const SENT = 2000;
  for (let count = 0; count < SENT; count++) {
    feed.send(event, NOW);
    if (count % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  answer.resume();
  await until(() => read().endsWith("event: resync\ndata: {}\n\n"));
  assert.ok(read().split("landed").length < SENT, "something was left out");
  feed.send(eventText("added", {}), NOW);
  await until(() => read().endsWith(eventText("added", {})));
});

// A library in which much happens would take the budget of those who watch it.
test("what its connection may not be told is left out, and made up for when something happens", async (t) => {
  const state = { waitsUntil: undefined as MonotonicMs | undefined, told: 0 };
  const lines = {
    get waitsUntil(): MonotonicMs | undefined {
      return state.waitsUntil;
    },
    told: () => void (state.told += 1),
  };
  const { feed, read } = await open(t, () => lines);
  const resync = "event: resync\ndata: {}\n\n";
  const added = eventText("added", {});
  feed.send(added, NOW);
  await until(() => read() === added);
  state.waitsUntil = MonotonicMs(100);
  feed.send(eventText("gone", {}), NOW);
  feed.send(eventText("gone", {}), NOW);
  state.waitsUntil = undefined;
  feed.send(eventText("ended", {}), NOW);
  await until(() => read() === `${added}${resync}`);
  // Longer than a line.
  feed.send(eventText("added", { long: "1,".repeat(4 * KiB) }), NOW);
  await until(() => read() === `${added}${resync}${resync}`);
  feed.send(added, NOW);
  await until(() => read() === `${added}${resync}${resync}${added}`);
  assert.equal(state.told, 4);
});
