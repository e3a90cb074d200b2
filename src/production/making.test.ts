import assert from "node:assert/strict";
import { test } from "node:test";
import type { PictureRendition } from "../base/rendition.ts";
import { makingKey, resolvedKey } from "./making.ts";

const nothing = { width: undefined, quality: undefined, levels: undefined, exposure: undefined };
const jpeg = (width: number): PictureRendition => ({ format: "jpeg", ...nothing, width });

// One playback's rendition goes with the levels of one movie, and then of another: they are other pictures.
test("a key is always that of the levels that are given, whichever were given before", () => {
  const making = { kind: "frame", rendition: jpeg(100) } as const;
  const [dark, bright] = [
    { low: 0, high: 4095 },
    { low: 0, high: 65_535 },
  ];
  const keys = [undefined, dark, bright, undefined, dark].map((levels) => resolvedKey(making, levels));
  assert.equal(new Set(keys).size, 3);
  assert.deepEqual([keys[0], keys[1]], [keys[3], keys[4]]);
  assert.equal(keys[0], makingKey(making));
  assert.ok(keys[2]?.endsWith(" 0,65535"));
});

test("keys are equal for renditions that say the same, and differ for what is black", () => {
  const [one, other] = [jpeg(100), jpeg(100)].map((rendition) => ({ kind: "frame", rendition }) as const);
  assert.ok(one && other);
  assert.equal(makingKey(one), makingKey(other));
  const levels = { low: 1, high: 2 };
  assert.equal(resolvedKey(one, levels), resolvedKey(other, { ...levels }));
  const keys = [one, { ...one, kind: "black" as const }, { ...one, rendition: jpeg(101) }].map(makingKey);
  assert.equal(new Set(keys).size, 3);
});
