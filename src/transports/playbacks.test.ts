import assert from "node:assert/strict";
import { test } from "node:test";
import { Secret } from "../base/secret.ts";
import { MonotonicMs, Priority } from "../base/units.ts";
import { Access } from "./access.ts";
import { Playbacks, type RunningPlayback } from "./playbacks.ts";

const HERE = { address: "127.0.0.1" };
const ELSEWHERE = { address: "10.0.0.9" };

function playing(connection: number, epoch = 1): RunningPlayback {
  const priority = Priority(3);
  return {
    connection,
    epoch,
    client: "a",
    address: "10.0.0.1",
    movie: "sw",
    priority,
    since: MonotonicMs(5),
  };
}

function registry(): { playbacks: Playbacks; ended: string[]; open: (playback: RunningPlayback) => void } {
  const playbacks = new Playbacks(new Access(new Secret("correct-horse-battery")));
  const ended: string[] = [];
  const open = (playback: RunningPlayback): void =>
    playbacks.opened(playback, { end: ({ code }) => ended.push(`${playback.connection} ${code}`) });
  return { playbacks, ended, open };
}

// An epoch that replaces another opens before everybody has heard of the other's end.
test("what plays is listed by connection, and the end of an epoch takes no later one away", () => {
  const { playbacks, open } = registry();
  for (const playback of [playing(2), playing(1), playing(2, 2)]) open(playback);
  playbacks.ended(2, 1);
  assert.deepEqual(playbacks.list(), [playing(1), playing(2, 2)]);
  playbacks.ended(2, 2);
  playbacks.ended(1, 1);
  assert.deepEqual(playbacks.list(), []);
});

// The list is for operators; ending is the one thing that hurts, and the one that needs leave.
test("an operator ends the playback of the connection that was named, and no other", () => {
  const { playbacks, ended, open } = registry();
  open(playing(1));
  open(playing(2));
  playbacks.end(2, HERE);
  playbacks.end(1, { ...ELSEWHERE, token: "correct-horse-battery" });
  assert.deepEqual(ended, ["2 PLAYBACK_ENDED", "1 PLAYBACK_ENDED"]);
  assert.throws(() => playbacks.end(3, HERE), { code: "PLAYBACK_NOT_FOUND" });
});

// Otherwise one could find out who watches by trying.
test("others end nothing, and are not told either whether there is something", () => {
  const { playbacks, ended, open } = registry();
  open(playing(1));
  for (const connection of [1, 2])
    assert.throws(() => playbacks.end(connection, ELSEWHERE), { code: "OPERATOR_ONLY" });
  assert.deepEqual(ended, []);
});
