import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { makeFolders } from "./folders.ts";

// Whoever undoes the making must know where it began.
test("folders are made from the topmost that is missing, which is told", async (t) => {
  const root = mkdtempSync(join(tmpdir(), "mutoscope-folders-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  assert.equal(await makeFolders(join(root, "a", "b", "c")), join(root, "a"));
  assert.ok(existsSync(join(root, "a", "b", "c")));
  assert.equal(await makeFolders(join(root, "a", "b", "c")), undefined);
  assert.equal(await makeFolders(join(root, "a", "d")), join(root, "a", "d"));
});

// A file in the way, or a place where nothing can be made, is an error and not a loop.
test("what cannot be made ends with the system's error", async (t) => {
  const root = mkdtempSync(join(tmpdir(), "mutoscope-folders-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  writeFileSync(join(root, "file"), "");
  await assert.rejects(makeFolders(join(root, "file", "below")), { code: "ENOTDIR" });
  if (existsSync("/proc/self")) await assert.rejects(makeFolders("/proc/nothing/below"), { code: "ENOENT" });
});
