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
import { Worker } from "node:worker_threads";
import { Fault } from "../../base/errors.ts";
import type { FrameSource } from "../../library/log.ts";
import { identityKey, readAt, withFrameFile } from "./read.ts";
import type { FrameFile } from "./read.ts";
import { isSameState, restlessFor } from "./stillness.ts";

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

function writeHere(path: string, bytes: Uint8Array): void {
  const descriptor = openSync(path, "r+");
  writeSync(descriptor, bytes, 0, bytes.length, 0);
  closeSync(descriptor);
}

// A renderer may rewrite a frame while it is read: the half that was read before belongs to another picture.
test("a file that is rewritten in place while it is read is read again", () => {
  const source = frame("rewritten", OLD);
  let reads = 0;
  const read = withFrameFile(source, (file) => {
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

test("a file that is cut while it is read is read again as what is left", () => {
  const source = frame("cut", OLD);
  let reads = 0;
  const read = withFrameFile(source, (file) => {
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
test("a fault found in a file that changes meanwhile is forgotten with it", () => {
  const source = frame("faulty", OLD);
  let reads = 0;
  const read = withFrameFile(source, (file) => {
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
  assert.ok(withFrameFile(source, readAll).equals(NEW));
  await writer.terminate();
});

test("a file that is written to without end is refused in about a second", () => {
  const source = frame("busy", OLD);
  const start = performance.now();
  assert.throws(
    () =>
      withFrameFile(source, (file) => {
        writeHere(source.path, NEW);
        return readAll(file);
      }),
    (error) => error instanceof Fault && error.code === "FRAME_CHANGING",
  );
  const took = performance.now() - start;
  assert.ok(took > 500 && took < 3000, `${took} ms`);
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

test("a modification time in the future delays a file once, and refuses it never", () => {
  const source = frame("future", OLD);
  const tomorrow = Date.now() / 1000 + 86_400;
  utimesSync(source.path, tomorrow, tomorrow);
  const start = performance.now();
  assert.ok(withFrameFile(source, readAll).equals(OLD));
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
