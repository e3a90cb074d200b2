import assert from "node:assert/strict";
import { test } from "node:test";
import { Bytes, KiB, MiB } from "../base/units.ts";
import { defaultSettings } from "../settings.ts";
import { kernelMemory, memoryParts } from "./memory.ts";

const settings = {
  ...defaultSettings(2),
  ringBytes: Bytes(64 * MiB),
  inFlight: Bytes(128 * MiB),
  maxWorkers: 4,
};

// Law 6: the bound is a sum, and an operator must be able to add it up.
test("the bound on memory is base, ring, in flight, cache, production and connections", () => {
  const parts = memoryParts(settings, { connections: 100, frame: Bytes(2 * MiB) });
  const bytes = new Map(parts.map(({ what, bytes }) => [what, bytes / MiB]));
  assert.equal(bytes.get("ring"), 64);
  assert.equal(bytes.get("in flight"), 128);
  assert.equal(bytes.get("cache"), 512);
  assert.equal(bytes.get("production"), 4 * (128 + 6));
  assert.equal(bytes.get("connections"), (100 * (256 + 4)) / 1024);
  assert.equal(parts.length, 6);
});

// A message larger than a bound goes alone, so it is the bound then.
test("one frame that is larger than the ring or the in-flight bound takes its place", () => {
  const parts = memoryParts(settings, { connections: 1, frame: Bytes(200 * MiB) });
  const bytes = new Map(parts.map(({ what, bytes }) => [what, bytes / MiB]));
  assert.equal(bytes.get("ring"), 200);
  assert.equal(bytes.get("in flight"), 200);
});

// What kernels hold is the larger part on a server with many slow clients, and is not the process's.
test("the kernel's part is bounded by the connections and by the machine", () => {
  const buffers = { send: Bytes(4 * MiB), receive: Bytes(6 * MiB), most: Bytes(1024 * MiB) };
  assert.equal(kernelMemory(buffers, 10).bytes, 100 * MiB);
  assert.equal(kernelMemory(buffers, 10_000).bytes, 1024 * MiB);
  assert.match(kernelMemory(buffers, 10_000).how, /tcp_mem/);
  assert.equal(kernelMemory({ ...buffers, send: Bytes(16 * KiB) }, 0).bytes, 0);
});
