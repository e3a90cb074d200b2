import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { kernelBuffers } from "./kernelBuffers.ts";

// The first two numbers are where buffers begin and what is usual; the bound is the third.
test("the kernel's bounds are the last numbers of its settings, with pages as bytes", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "mutoscope-kernel-"));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "tcp_wmem"), "4096\t16384\t4194304\n");
  await writeFile(join(folder, "tcp_rmem"), "4096\t131072\t6291456\n");
  await writeFile(join(folder, "tcp_mem"), "10\t20\t30\n");
  assert.deepEqual(kernelBuffers(folder), { send: 4_194_304, receive: 6_291_456, most: 122_880 });
  await writeFile(join(folder, "tcp_mem"), "plenty\n");
  assert.equal(kernelBuffers(folder), undefined);
});

// Other systems have no such files, and the server runs there all the same.
test("a system that does not tell has no known bounds", () => {
  assert.equal(kernelBuffers("/nonexistent"), undefined);
});
