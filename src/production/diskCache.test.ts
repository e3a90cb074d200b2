import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { Bytes, KiB, MiB } from "../base/units.ts";
import { costOf, keyOf, lookUp, PART_NAME, partOf, store } from "./diskCache.ts";
import { digestOf, ENTRY_HEADER } from "./diskEntry.ts";
import type { Kept } from "./diskEntry.ts";
import { tidy } from "./diskTidy.ts";
import { makers } from "./makers.ts";

const LIMIT = Bytes(1 * MiB);

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "mutoscope-kept-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, "cache");
}

const shape = { format: "webp", width: 640, height: 480 } as const;

function kept(length: number, fill = 7): Kept {
  const bytes = new Uint8Array(length).fill(fill);
  return { bytes, headerBytes: Math.min(length, 3), shape, digest: digestOf(bytes) };
}

const useOf = (folder: string, room = 1 * MiB) => ({ folder, room: Bytes(room), leastCost: Bytes(1) });

const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
    : [];

test("what was stored is found under its key, and under no other", (t) => {
  const folder = makeFolder(t);
  assert.equal(lookUp(folder, keyOf(["a"]), LIMIT), undefined);
  assert.equal(existsSync(folder), false, "nothing is made before something is stored");
  const report = store(useOf(folder), keyOf(["a"]), kept(5000));
  assert.deepEqual(report, { kind: "stored", bytes: 8 * KiB });
  assert.deepEqual(lookUp(folder, keyOf(["a"]), LIMIT), kept(5000));
  assert.equal(lookUp(folder, keyOf(["b"]), LIMIT), undefined);
});

// After an upgrade the old pictures would come for ever, from whatever was made before it.
test("what other versions of the decoders made is not found", () => {
  const by = makers();
  assert.match(by.sharp, /^\d+\.\d+/);
  assert.equal(keyOf(["a"], { ...by }), keyOf(["a"]));
  assert.notEqual(keyOf(["a"], { ...by, sharp: "0.1.0" }), keyOf(["a"]));
  assert.notEqual(keyOf(["a"], { ...by, ours: by.ours + 1 }), keyOf(["a"]));
});

// Two parts of a key that run into each other would give one frame for another.
test("keys tell what belongs to which part", () => {
  assert.notEqual(keyOf(["1", "23"]), keyOf(["12", "3"]));
});

// Frames may be of patients, or not yet published: other users of the machine have no business there.
test("files and folders are for their user alone", (t) => {
  const folder = makeFolder(t);
  store(useOf(folder), keyOf(["a"]), kept(10));
  const [file = ""] = filesIn(folder);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  for (let above = join(file, ".."); above.startsWith(folder); above = join(above, ".."))
    assert.equal(statSync(above).mode & 0o777, 0o700);
});

test("what has no room is not stored, and says what it would need", (t) => {
  const folder = makeFolder(t);
  const report = store(useOf(folder, 4096), keyOf(["a"]), kept(5000));
  assert.deepEqual(report, { kind: "refused", bytes: 8 * KiB });
  assert.equal(existsSync(folder), false);
});

// Disks lie, power fails, and somebody may have looked with an editor.
test("a file that is damaged anywhere, cut or longer is removed and not found", (t) => {
  const folder = makeFolder(t);
  const key = keyOf(["a"]);
  store(useOf(folder), key, kept(40));
  const [file = ""] = filesIn(folder);
  const whole = readFileSync(file);
  const isFound = (bytes: Uint8Array): boolean => {
    writeFileSync(file, bytes);
    const found = lookUp(folder, key, LIMIT);
    assert.equal(existsSync(file), found !== undefined);
    return found !== undefined;
  };
  assert.ok(isFound(whole));
  for (let length = 0; length < whole.byteLength; length++) assert.ok(!isFound(whole.subarray(0, length)));
  assert.ok(!isFound(Buffer.concat([whole, Buffer.of(0)])));
  for (let at = 0; at < whole.byteLength; at++) {
    const damaged = Buffer.from(whole);
    damaged[at] = (damaged[at] ?? 0) ^ 0x40;
    assert.ok(!isFound(damaged), `a damaged byte ${at} was not seen`);
  }
});

// Servers with other limits may share the folder, and a limit may be raised again.
test("a frame above the limit is not found, and stays for who allows it", (t) => {
  const folder = makeFolder(t);
  store(useOf(folder), keyOf(["a"]), kept(5000));
  assert.equal(lookUp(folder, keyOf(["a"]), Bytes(4999)), undefined);
  assert.deepEqual(lookUp(folder, keyOf(["a"]), Bytes(5000)), kept(5000));
});

// Each container counts its processes from 1: two would write into one file, and publish the mixture.
test("servers whose processes have the same number write parts of different names", async () => {
  const again = `${new URL("./diskCache.ts", import.meta.url).href}?again`;
  const other = (await import(again)) as { readonly partOf: typeof partOf };
  const name = keyOf(["a"]).slice(2);
  assert.notEqual(other.partOf(name), partOf(name));
  for (const part of [other.partOf(name), partOf(name)]) assert.match(part, PART_NAME);
});

test("a folder that cannot be made is a failure without a path, and leaves nothing", (t) => {
  const folder = makeFolder(t);
  writeFileSync(folder, "a file");
  const report = store(useOf(folder), keyOf(["a"]), kept(10));
  assert.equal(report.kind, "failed");
  assert.ok(report.kind === "failed" && !report.detail.includes(folder));
  assert.match(report.kind === "failed" ? report.detail : "", /ENOTDIR|EEXIST/);
});

// A disk that is full in the middle of a file: what has been written of it goes.
test("a full disk is a failure that says so, and leaves no part", { skip: !existsSync("/dev/full") }, (t) => {
  const folder = makeFolder(t);
  const key = keyOf(["a"]);
  const path = pathOf(folder, key);
  mkdirSync(join(path, ".."), { recursive: true });
  symlinkSync("/dev/full", partOf(path));
  const report = store(useOf(folder), key, kept(10));
  assert.match(report.kind === "failed" ? report.detail : "", /ENOSPC/);
  assert.deepEqual(readdirSync(join(path, "..")), []);
});

test("a file that could not be put in its place leaves no part", (t) => {
  const folder = makeFolder(t);
  const key = keyOf(["a"]);
  mkdirSync(join(folder, "frames", key.slice(0, 2), key.slice(2)), { recursive: true });
  const report = store(useOf(folder), key, kept(10));
  assert.equal(report.kind, "failed");
  assert.deepEqual(filesIn(folder), []);
});

/** Stores so many files of 4 KiB, used in the order of their numbers, an hour apart, and gives their keys. */
function fill(folder: string, count: number): string[] {
  const keys = Array.from({ length: count }, (_, number) => keyOf([`${number}`]));
  for (const [index, key] of keys.entries()) {
    store(useOf(folder), key, kept(100));
    const used = Date.now() / 1000 - 3600 * (count - index);
    utimesSync(pathOf(folder, key), used, used);
  }
  return keys;
}

const pathOf = (folder: string, key: string): string => join(folder, "frames", key.slice(0, 2), key.slice(2));
const orderOf = (folder: string, bound: number, goal: number) => ({
  folder,
  leastCost: Bytes(1),
  bound: Bytes(bound),
  goal: Bytes(goal),
});

test("tidying removes what was used longest ago, down to the goal, and nothing below the bound", (t) => {
  const folder = makeFolder(t);
  const keys = fill(folder, 10);
  const cost = costOf(ENTRY_HEADER + 100, Bytes(1));
  assert.deepEqual(tidy(orderOf(folder, 10 * cost, 0)), { bytes: 10 * cost });
  // A look makes it the one used last.
  assert.ok(lookUp(folder, keys[0] ?? "", LIMIT));
  assert.deepEqual(tidy(orderOf(folder, 9 * cost, 6 * cost)), { bytes: 6 * cost });
  const left = keys.filter((key) => existsSync(pathOf(folder, key)));
  assert.deepEqual(left, [keys[0], ...keys.slice(5)]);
});

test("tidying removes parts that a dead server left, and none that are being written", (t) => {
  const folder = makeFolder(t);
  const [key = ""] = fill(folder, 1);
  const [old, young] = [`${pathOf(folder, key)}.1-1.part`, `${pathOf(folder, key)}.2-1.part`];
  for (const part of [old, young]) writeFileSync(part, "part");
  utimesSync(old, 1, 1);
  tidy(orderOf(folder, 1 * MiB, 0));
  assert.deepEqual([existsSync(old), existsSync(young)], [false, true]);
});

// The setting may name a folder that has other things in it.
test("tidying touches nothing that is not ours", (t) => {
  const folder = makeFolder(t);
  fill(folder, 2);
  const others = ["letter.txt", "frames/letter.txt", "frames/ab/letter.txt", "frames/letters/a"];
  for (const other of others) {
    mkdirSync(join(folder, other, ".."), { recursive: true });
    writeFileSync(join(folder, other), "mine");
  }
  assert.deepEqual(tidy(orderOf(folder, 0, 0)), { bytes: 0 });
  assert.deepEqual(filesIn(folder).sort(), others.map((other) => join(folder, other)).sort());
});

test("a folder that is not there holds nothing", (t) => {
  assert.deepEqual(tidy(orderOf(makeFolder(t), 10, 5)), { bytes: 0 });
});

test("a use is noted when the last one is a minute ago, so that most cost no write", (t) => {
  const folder = makeFolder(t);
  const key = keyOf(["a"]);
  store(useOf(folder), key, kept(10));
  const used = Date.now() / 1000 - 30;
  utimesSync(pathOf(folder, key), used, used);
  lookUp(folder, key, LIMIT);
  assert.ok(Math.abs(statSync(pathOf(folder, key)).mtimeMs - used * 1000) < 2);
  utimesSync(pathOf(folder, key), used - 60, used - 60);
  lookUp(folder, key, LIMIT);
  assert.ok(Date.now() - statSync(pathOf(folder, key)).mtimeMs < 20_000);
});
