import assert from "node:assert/strict";
import { test } from "node:test";
import type { Receipt } from "../base/events.ts";
import { Secret } from "../base/secret.ts";
import { MonotonicMs, Priority } from "../base/units.ts";
import { Tally } from "../playback/tally.ts";
import { Access } from "./access.ts";
import { Playbacks, type RunningPlayback } from "./playbacks.ts";

const HERE = { address: "127.0.0.1" };
const ELSEWHERE = { address: "10.0.0.9" };
const TOKEN = "correct-horse-battery";

function playing(connection: number, { epoch = 1, id = `p-${connection}` } = {}): RunningPlayback {
  return {
    id,
    transport: "classic",
    connection,
    epoch,
    client: "a",
    address: "10.0.0.1",
    movie: "sw",
    priority: Priority(3),
    contract: "all",
    fps: "24",
    rendition: "original",
    since: MonotonicMs(5),
  };
}

const tally = (priority = 3): Tally => new Tally({ priority: Priority(priority), contract: "all" });

function receiptOf(epoch: number): Receipt {
  return tally().receipt("sw", epoch, "stopped");
}

function registry() {
  const clock = { now: MonotonicMs(0) };
  const playbacks = new Playbacks({ access: new Access(new Secret(TOKEN)), now: () => clock.now });
  const done: string[] = [];
  const open = (playback: RunningPlayback): void =>
    playbacks.opened(playback, {
      receiptSoFar: () => tally(7).receiptSoFar(playback.movie, playback.epoch),
      progress: () => ({ ...tally(7).progress(playback.movie, playback.epoch), delivered: 24 }),
      end: ({ code }) => done.push(`${playback.id} ${code}`),
      prioritize: (priority) => done.push(`${playback.id} ${priority}`),
    });
  return { playbacks, clock, done, open };
}

// An epoch that replaces another may open before everybody has heard of the other's end.
test("what plays is listed by connection, and the end of an epoch takes no later one away", () => {
  const { playbacks, open } = registry();
  const second = playing(1, { id: "p-3" });
  for (const playback of [playing(2), second, playing(1), playing(2, { epoch: 2 })]) open(playback);
  playbacks.ended("p-2", receiptOf(1));
  assert.deepEqual(playbacks.list(), [second, playing(1), playing(2, { epoch: 2 })]);
  playbacks.ended("p-2", receiptOf(2));
  for (const id of ["p-1", "p-3", "p-3"]) playbacks.ended(id, receiptOf(1));
  assert.deepEqual(playbacks.list(), []);
});

const large = (limit: number): number => limit - 36 ** 7 - 1;

// Otherwise one could read receipts, and end playbacks, by counting.
test("an id is short, never given twice, and has a part that cannot be guessed", () => {
  const { playbacks } = registry();
  const ids = Array.from({ length: 1000 }, () => playbacks.nextId());
  for (const [index, id] of ids.entries()) assert.match(id, new RegExp(`^p-${index + 1}-[0-9a-z]{8}$`));
  assert.equal(new Set(ids.map((id) => id.split("-")[2])).size, 1000);
  const same = new Playbacks({ access: new Access("none"), now: () => MonotonicMs(0), random: large });
  assert.deepEqual([same.nextId(), same.nextId()], ["p-1-yzzzzzzz", "p-2-yzzzzzzz"]);
});

// The list is for operators; ending is the one thing that hurts, and the one that needs leave.
test("an operator ends the playback that was named, and no other", () => {
  const { playbacks, done, open } = registry();
  open(playing(1));
  open(playing(2));
  playbacks.end("p-2", HERE);
  playbacks.end("p-1", { ...ELSEWHERE, token: TOKEN });
  assert.deepEqual(done, ["p-2 PLAYBACK_ENDED", "p-1 PLAYBACK_ENDED"]);
  const missing = { code: "PLAYBACK_NOT_FOUND", message: /^found "p-\\x1b"/ };
  assert.throws(() => playbacks.end("p-\u001b", HERE), missing);
  assert.throws(() => playbacks.prioritize("p-3", Priority(0), HERE), { code: "PLAYBACK_NOT_FOUND" });
});

// Best priorities bind what clients wish for; who runs the server knows what matters more today.
test("an operator gives the playback that was named any priority, and the list has it", () => {
  const { playbacks, done, open } = registry();
  open(playing(1));
  open(playing(2));
  for (const priority of [0, 255, 255])
    assert.deepEqual(playbacks.prioritize("p-2", Priority(priority), HERE), { ...playing(2), priority });
  assert.deepEqual(done, ["p-2 0", "p-2 255"]);
  assert.deepEqual(
    playbacks.list().map(({ priority }) => priority),
    [3, 255],
  );
});

// Otherwise one could find out who watches by trying.
test("others end and change nothing, and are not told either whether there is something", () => {
  const { playbacks, done, open } = registry();
  open(playing(1));
  for (const id of ["p-1", "p-2"]) {
    assert.throws(() => playbacks.end(id, ELSEWHERE), { code: "OPERATOR_ONLY" });
    assert.throws(() => playbacks.prioritize(id, Priority(0), ELSEWHERE), { code: "OPERATOR_ONLY" });
  }
  assert.deepEqual([done, playbacks.list()], [[], [playing(1)]]);
});

// A client that has lost its connection asks anew what it was sent.
test("a receipt is that of now while it plays, and the last one after its end", () => {
  const { playbacks, clock, open } = registry();
  assert.equal(playbacks.receiptOf("p-1"), undefined);
  open(playing(1));
  const now = playbacks.receiptOf("p-1");
  assert.deepEqual([now?.endedAt, now?.receipt.priority], [undefined, 7]);
  clock.now = MonotonicMs(40);
  playbacks.ended("p-1", receiptOf(1));
  assert.deepEqual(playbacks.receiptOf("p-1"), { receipt: receiptOf(1), endedAt: 40 });
  open(playing(1, { epoch: 2 }));
  assert.deepEqual(
    [playbacks.receiptOf("p-1")?.endedAt, playbacks.receiptOf("p-1")?.receipt.epoch],
    [undefined, 2],
  );
});

// A page that shows what plays follows it, and asks for nothing again and again.
test("whoever watches is told what opened, changed and ended, after it can be seen", () => {
  const { playbacks, open } = registry();
  const told: string[] = [];
  const unwatch = playbacks.watch(({ kind, playback: { id, epoch, priority } }) =>
    told.push(`${kind} ${id} ${epoch} ${priority}, ${playbacks.list().length} play`),
  );
  open(playing(1));
  playbacks.prioritize("p-1", Priority(0), HERE);
  playbacks.prioritize("p-1", Priority(0), HERE);
  playbacks.ended("p-1", receiptOf(1));
  playbacks.ended("p-1", receiptOf(1));
  assert.deepEqual(told, ["opened p-1 1 3, 1 play", "changed p-1 1 0, 1 play", "ended p-1 1 0, 0 play"]);
  unwatch();
  open(playing(2));
  assert.equal(told.length, 3);
});
