import assert from "node:assert/strict";
import {
  closeSync,
  ftruncateSync,
  linkSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { Fault } from "../../base/errors.ts";
import type { ErrorCode } from "../../base/errors.ts";
import type { FrameSource } from "../../library/log.ts";
import { againOf } from "./again.ts";
import { identityKey, readAt, withFrameFile } from "./read.ts";
import type { FrameFile } from "./read.ts";
import { STILL_MS, isSameState, restlessFor } from "./stillness.ts";

const root = mkdtempSync(join(tmpdir(), "mutoscope-still-"));
after(() => rmSync(root, { recursive: true }));

const [OLD, NEW] = [Buffer.alloc(100_000, "o"), Buffer.alloc(100_000, "n")];

function frame(name: string, bytes: Uint8Array): FrameSource {
  const path = join(root, name);
  writeFileSync(path, bytes);
  utimesSync(path, 1, 1);
  return { kind: "file", root, path };
}

function readAll(file: FrameFile): Buffer {
  const bytes = Buffer.alloc(file.size);
  return bytes.subarray(0, readAt(file, bytes, 0));
}

/** As production does: looks again as long as it is told to. */
async function readPatiently<T>(source: FrameSource, use: (file: FrameFile) => T): Promise<T> {
  let seen: string | undefined;
  for (;;) {
    try {
      return withFrameFile({ ...source, seen }, use);
    } catch (error) {
      const again = error instanceof Fault ? againOf(source, error) : undefined;
      if (again === undefined) throw error;
      ({ seen } = again);
      await pause(again.after);
    }
  }
}

function writeHere(path: string, bytes: Uint8Array): void {
  const descriptor = openSync(path, "r+");
  writeSync(descriptor, bytes, 0, bytes.length, 0);
  closeSync(descriptor);
}

// A renderer may rewrite a frame while it is read: the half that was read before belongs to another picture.
test("a file that is rewritten in place while it is read is read again", async () => {
  const source = frame("rewritten", OLD);
  let reads = 0;
  const read = await readPatiently(source, (file) => {
    const first = Buffer.alloc(50_000);
    readAt(file, first, 0);
    if (reads++ === 0) writeHere(source.path, NEW);
    const second = Buffer.alloc(50_000);
    readAt(file, second, 50_000);
    return Buffer.concat([first, second]);
  });
  assert.equal(reads, 2);
  assert.ok(read.equals(NEW));
});

test("a file that is cut while it is read is read again as what is left", async () => {
  const source = frame("cut", OLD);
  let reads = 0;
  const read = await readPatiently(source, (file) => {
    if (reads++ === 0) {
      const descriptor = openSync(source.path, "r+");
      ftruncateSync(descriptor, 10);
      closeSync(descriptor);
    }
    return readAll(file);
  });
  assert.equal(read.length, 10);
});

// What was thrown for a file that changed meanwhile says nothing about the file that is there now.
test("a fault found in a file that changes meanwhile is forgotten with it", async () => {
  const source = frame("faulty", OLD);
  let reads = 0;
  const read = await readPatiently(source, (file) => {
    if (reads++ > 0) return readAll(file);
    writeHere(source.path, NEW);
    throw new Fault("FRAME_TRUNCATED", "found half a file");
  });
  assert.ok(read.equals(NEW));
});

// Rename is exact: whoever opened the old file has all of it, and waiting would show nothing better.
test("a file that is replaced by another while it is read is read as it was, at once", () => {
  const source = frame("replaced", OLD);
  const { path: next } = frame("next", NEW);
  let reads = 0;
  const read = withFrameFile(source, (file) => {
    if (reads++ === 0) renameSync(next, source.path);
    return { bytes: readAll(file), key: identityKey(file.identity) };
  });
  assert.equal(reads, 1);
  assert.ok(read.bytes.equals(OLD));
  assert.notEqual(
    withFrameFile(source, (file) => identityKey(file.identity)),
    read.key,
  );
});

// Half a second between the first and the second half of a rewrite: a look at one moment sees a whole file.
test("a file that is being rewritten in place, slowly, is waited for", async () => {
  const source = frame("slow", OLD);
  const program = `
    const { workerData: path, parentPort } = require("node:worker_threads");
    const { openSync, writeSync, closeSync } = require("node:fs");
    const file = openSync(path, "r+");
    writeSync(file, Buffer.alloc(50000, "n"), 0, 50000, 0);
    parentPort.postMessage("half");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    writeSync(file, Buffer.alloc(50000, "n"), 0, 50000, 50000);
    closeSync(file);`;
  const writer = new Worker(program, { eval: true, workerData: source.path });
  await new Promise((resolve) => writer.once("message", resolve));
  assert.ok((await readPatiently(source, readAll)).equals(NEW));
  await writer.terminate();
});

// A worker makes one frame at a time: while it waited, everybody would.
test("a file that is being written is refused at once, and worth another look soon", () => {
  const source = frame("busy", OLD);
  const start = performance.now();
  const read = (): unknown =>
    withFrameFile(source, (file) => {
      writeHere(source.path, NEW);
      return readAll(file);
    });
  for (let tries = 0; tries < 3; tries++) {
    assert.throws(read, (error) => {
      assert.ok(error instanceof Fault);
      assert.equal(error.code, "FRAME_CHANGING");
      const after = againOf(source, error)?.after ?? 0;
      assert.ok(after > STILL_MS / 2 && after <= STILL_MS + 1, `${after} ms`);
      return true;
    });
  }
  assert.ok(performance.now() - start < STILL_MS);
});

const FAULTS: readonly (readonly [ErrorCode, string, number, boolean])[] = [
  ["FRAME_TRUNCATED", "was written a moment ago", 0, true],
  ["FRAME_EMPTY", "was written three seconds ago", 3, true],
  ["FRAME_CORRUPT", "was written eight seconds ago", 8, true],
  ["FRAME_TRUNCATED", "was written eleven seconds ago", 11, false],
  ["FRAME_CORRUPT", "is a day old", 86_400, false],
  ["FRAME_UNSUPPORTED", "was written a moment ago", 0, false],
  ["FRAME_TOO_LARGE", "was written a moment ago", 0, false],
];

// Half a picture may become a whole one; what is old, or no picture at all, stays what it is.
for (const [code, what, seconds, expected] of FAULTS) {
  test(`${code} of a file that ${what} ${expected ? "may pass" : "is final"}`, () => {
    const source = frame("faulty", OLD);
    const then = Date.now() / 1000 - seconds;
    utimesSync(source.path, then, then);
    assert.equal(againOf(source, new Fault(code, "")) !== undefined, expected);
  });
}

test("a file that is not there any more is not waited for", () => {
  const source = frame("vanished", OLD);
  rmSync(source.path);
  assert.equal(againOf(source, new Fault("FRAME_CHANGING", "")), undefined);
});

const NOW_MS = 1_800_000_000_000;
const at = (ms: number): bigint => BigInt(NOW_MS + ms) * 1_000_000n;
const state = (mtimeMs: number, ctimeMs: number) => ({
  size: 1n,
  nlink: 1n,
  mtimeNs: at(mtimeMs),
  ctimeNs: at(ctimeMs),
});

// [modified, changed, still restless for], in milliseconds before and after now.
const TIMES: readonly (readonly [string, number, number, number])[] = [
  ["was written an hour ago", -3_600_000, -3_600_000, 0],
  ["was written 100 ms ago", -100, -100, 200],
  ["was written just now", 0, 0, 300],
  ["is a copy made just now, with its old time", -3_600_000, 0, 0],
  ["has a modification time that is yet to come, set long ago", 86_400_000, -3_600_000, 0],
  ["lies on a server whose clock is ahead", 60_000, 60_000, 300],
];

// The ordinary file costs nothing; a wrong clock must not make a frame unreadable, nor slow for ever.
for (const [what, mtimeMs, ctimeMs, expected] of TIMES) {
  test(`a file that ${what} must stay as it is for ${expected} ms`, () => {
    assert.equal(restlessFor(state(mtimeMs, ctimeMs), NOW_MS), expected);
  });
}

test("a modification time in the future delays a file once, and refuses it never", async () => {
  const source = frame("future", OLD);
  const tomorrow = Date.now() / 1000 + 86_400;
  utimesSync(source.path, tomorrow, tomorrow);
  const start = performance.now();
  assert.ok((await readPatiently(source, readAll)).equals(OLD));
  assert.ok(performance.now() - start < 2000);
});

// A second name for the same bytes changes the file's change time, and no byte.
test("a new name is no change, and new permissions or bytes are", () => {
  const before = state(-1000, -1000);
  assert.ok(isSameState(before, { ...before, nlink: 2n, ctimeNs: at(0) }));
  assert.ok(!isSameState(before, { ...before, ctimeNs: at(0) }));
  assert.ok(!isSameState(before, { ...before, mtimeNs: at(0), ctimeNs: at(0) }));
  assert.ok(!isSameState(before, { ...before, size: 2n }));
  const source = frame("named", OLD);
  let reads = 0;
  withFrameFile(source, () => {
    if (reads++ === 0) linkSync(source.path, join(root, "other"));
  });
  assert.equal(reads, 1);
});
