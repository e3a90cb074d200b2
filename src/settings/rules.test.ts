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

// A share of what has no end would admit everybody, and promise them something.
test("admission needs a budget to be a share of", () => {
  assert.match(broken({ admission: 0.8 }), /^admission: found admission without an egress budget/);
  assert.equal(broken({ admission: 0.8, egress: BitRate(1e6) }), "nothing");
});

const weighted = (share: number, count: number): Partial<Settings> => ({
  policy: "weighted",
  floors: new Map(Array.from({ length: count }, (_, index) => [Priority(index), share])),
});

// Ten times 10 % is the whole, whatever binary fractions make of it.
test("floors may be the whole together, and no more", () => {
  assert.equal(broken(weighted(0.1, 10)), "nothing");
  assert.match(broken(weighted(0.1, 11)), /^floors: found floors of 110% together, expected at most 100%/);
});
