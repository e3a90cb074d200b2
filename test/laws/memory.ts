import assert from "node:assert/strict";
import type { DispatcherOptions, Dispatcher } from "../../src/dispatch/dispatcher.ts";
import type { Facts } from "./facts.ts";

type Bounds = Pick<DispatcherOptions, "ring" | "inFlight">;

/** Law 6: what a dispatcher says that it holds is what its clients know of, and within its bounds. */
export function checkMemory(held: Dispatcher["held"], clients: readonly Facts[], bounds: Bounds): void {
  const { ring, inFlight: mostUnderWay } = bounds;
  const { messages, bytes, queues, inFlight } = held;
  assert.ok(messages <= ring.slots, `${messages} messages in ${ring.slots} slots`);
  assert.ok(bytes <= ring.bytes || messages === 1, `${bytes} bytes in a ring of ${ring.bytes}`);
  const waiting = clients.flatMap((client) => client.waiting);
  assert.equal(messages, waiting.length, "messages held");
  assert.equal(bytes, sumOf(waiting), "bytes held");
  const underWay = clients.map((client) => client.underWay).filter((each) => each > 0);
  assert.equal(inFlight, sumOf(underWay), "bytes under way");
  assert.ok(inFlight <= mostUnderWay || underWay.length === 1, `${inFlight} bytes under way`);
  assert.equal(queues, clients.filter(({ closed }) => !closed).length);
  for (const client of clients) checkWindow(client, ring);
}

type Taker = { readonly facts: Facts; readonly progressAt: number };

/** Who is closed to make room has taken nothing for five seconds, and for longer than all others. */
export function checkStuck(client: Taker, clients: readonly Taker[], now: number): void {
  const stuck = clients.filter(({ facts }) => facts.setAside && facts.underWay > 0 && !facts.closed);
  const since = Math.min(...stuck.map(({ progressAt }) => progressAt));
  assert.ok(stuck.includes(client) && client.progressAt === since, "another client was given up");
  assert.ok(now - since >= 5000, "a client was given up too early");
}

/** Whoever has more than one message, and more than the window without the last, was let have it. */
function checkWindow({ waiting }: Facts, { windowMessages, windowBytes }: Bounds["ring"]): void {
  const before = waiting.slice(0, -1);
  const wasFull = before.length >= windowMessages && sumOf(before) >= windowBytes;
  assert.ok(!wasFull, `${sumOf(waiting)} bytes wait, of a window of ${windowBytes}`);
}

function sumOf(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size, 0);
}
