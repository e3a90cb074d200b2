import assert from "node:assert/strict";
import { test } from "node:test";
import { BitRate, Bytes, KiB, MiB, Priority } from "../base/units.ts";
import { defaultSettings, type Settings } from "../settings.ts";
import { brokenRule } from "./rules.ts";

const settings = defaultSettings(2);

function broken(change: Partial<Settings>): string {
  const rule = brokenRule({ ...settings, ...change });
  return rule === undefined ? "nothing" : `${rule.settings[0]}: ${rule.why}`;
}

// Each would otherwise be found out at the worst moment: by a movie that does not move.
test("settings that cannot hold together are told by the rule that they break", () => {
  assert.equal(broken({}), "nothing");
  assert.match(broken({ maxWorkers: 1 }), /^maxWorkers: found max-workers 1, expected at least the 2/);
  assert.match(broken({ egressBurst: Bytes(64 * KiB) }), /^egressBurst: found a burst of 64KiB.*256KiB/);
  assert.match(
    broken({ window: Bytes(512 * MiB) }),
    /^window: found a window of 512MiB.*256MiB of ring-bytes/,
  );
  assert.match(broken({ policy: "weighted" }), /^policy: .*without floors/);
  assert.match(broken({ floors: new Map([[Priority(3), 0.2]]) }), /^floors: .*strict keeps no floor/);
});

// Whoever sets one means it to do something; it would do nothing, and nobody would be told.
test("limits that can have no effect are refused", () => {
  assert.match(broken({ egressBurst: Bytes(MiB) }), /^egressBurst: found a burst of 1MiB without an egress/);
  const egress = BitRate(1e9);
  const own = (rate: number): Partial<Settings> => ({ egress, clientEgress: BitRate(rate) });
  assert.match(broken(own(2e9)), /^clientEgress: found 2Gbit for each client, expected at most the 1Gbit/);
  const bucket = (rate: number): Partial<Settings> => ({
    egress,
    priorityEgress: new Map([[Priority(5), BitRate(rate)]]),
  });
  assert.match(broken(bucket(2e9)), /^priorityEgress: found 5=2Gbit, expected at most the 1Gbit of egress/);
  for (const rate of [1e9, 5e8])
    assert.deepEqual([broken(own(rate)), broken(bucket(rate))], ["nothing", "nothing"]);
  assert.equal(broken({ clientEgress: egress }), "nothing", "it needs no budget to have an effect");
});

// A share of what has no end would admit everybody, and promise them something.
test("admission needs a budget to be a share of", () => {
  assert.match(broken({ admission: 0.8 }), /^admission: found admission without an egress budget/);
  assert.equal(broken({ admission: 0.8, egress: BitRate(1e6) }), "nothing");
});

const weighted = (share: number, count: number): Partial<Settings> => ({
  policy: "weighted",
  floors: new Map(Array.from({ length: count }, (_, index) => [Priority(index), share])),
});

// Whoever has nothing waiting after a hand-over forgets what it is owed, and has less than its floor.
test("with floors a window holds a slice at least", () => {
  const small = { window: Bytes(255 * KiB), slice: Bytes(256 * KiB) };
  assert.match(broken({ ...weighted(0.1, 2), ...small }), /^window: .*255KiB with floors.*slice of 256KiB/);
  assert.equal(broken({ ...weighted(0.1, 2), ...small, window: Bytes(256 * KiB) }), "nothing");
  assert.equal(broken(small), "nothing");
});

// Ten times 10 % is the whole, whatever binary fractions make of it.
test("floors may be the whole together, and no more", () => {
  assert.equal(broken(weighted(0.1, 10)), "nothing");
  assert.match(broken(weighted(0.1, 11)), /^floors: found floors of 110% together, expected at most 100%/);
});
