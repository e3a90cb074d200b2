import assert from "node:assert/strict";
import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Field, KINDS, tiffOf } from "../tiff/directories.testing.ts";
import type { Stage } from "./tree.testing.ts";

const [CLASSIC] = KINDS;
const PAGE: readonly Field[] = [
  [256, 640],
  [257, 480],
];

/** Long ago: nothing that was written then is being written now. */
const LONG_AGO = new Date("2020-01-01T00:00:00Z");

/** A TIFF file of so many pages, filled up to `size` bytes where that is more. */
export function tiff(pages: number, size = 0): Uint8Array {
  assert.ok(CLASSIC);
  const directories = Array.from({ length: pages }, () => PAGE);
  const file = tiffOf(directories, CLASSIC);
  return Buffer.concat([file, Buffer.alloc(Math.max(0, size - file.length))]);
}

/** Writes files of so many pages, as they were written long ago. */
export function putTiffs(stage: Stage, files: Readonly<Record<string, number>>): void {
  for (const [file, pages] of Object.entries(files)) putTiff(stage, file, tiff(pages));
}

export function putTiff(stage: Stage, file: string, bytes: Uint8Array): void {
  stage.put(file);
  writeFileSync(join(stage.root, file), bytes);
  utimesSync(join(stage.root, file), LONG_AGO, LONG_AGO);
}

/** Lets time pass, on the staged clock and on that of the disk, until nothing is being counted any more. */
export async function settle(stage: Stage): Promise<void> {
  for (let calm = 0; calm < 5; calm++) {
    stage.wait(1000);
    for (; stage.tree.isCounting; calm = 0) await sleep(1);
  }
}
