import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import sharp from "sharp";
import { type ErrorCode, Fault } from "../base/errors.ts";
import { type Field, KINDS, type Kind, tiffOf } from "./tiff/directories.testing.ts";
import { countTiffPages, isTiff } from "./tiffPages.ts";

const root = mkdtempSync(join(tmpdir(), "tiff-"));
after(() => rmSync(root, { recursive: true, force: true }));

const PAGE: readonly Field[] = [
  [256, 640],
  [257, 480],
];
const REDUCED: readonly Field[] = [[254, 1], ...PAGE];
const [CLASSIC] = KINDS as [Kind];

async function count(file: Uint8Array): Promise<number> {
  const path = join(root, "file.tif");
  writeFileSync(path, file);
  return countTiffPages(path);
}

const refuses = (code: ErrorCode, counting: Promise<number>): Promise<void> =>
  assert.rejects(
    counting,
    (error) => error instanceof Fault && error.code === code && !error.message.includes("/"),
  );

describe("the pages of a TIFF", () => {
  it("are counted in classic and BigTIFF files of both byte orders", async () => {
    for (const kind of KINDS) {
      assert.equal(await count(tiffOf([PAGE], kind)), 1);
      assert.equal(await count(tiffOf([PAGE, PAGE, [[254, 2], ...PAGE]], kind)), 3);
    }
    const picture = sharp({ create: { width: 9, height: 5, channels: 3, background: "red" } });
    assert.equal(await count(await picture.clone().tiff().toBuffer()), 1);
    assert.equal(await count(await picture.clone().tiff({ bigtiff: true }).toBuffer()), 1);
  });

  // Pyramids of slide scanners: each size of the picture has a directory in the main chain.
  it("are not the smaller versions of others", async () => {
    for (const kind of KINDS) assert.equal(await count(tiffOf([PAGE, REDUCED, REDUCED, PAGE], kind)), 2);
    const picture = sharp({ create: { width: 600, height: 500, channels: 3, background: "red" } });
    const pyramid = await picture
      .tiff({ pyramid: true, tile: true, tileWidth: 128, tileHeight: 128 })
      .toBuffer();
    assert.equal(await count(pyramid), 1);
  });

  // A stack of a night: reading it from the beginning for each page would take hours.
  it("are counted one after the other where they are thousands", async () => {
    const pages = Array.from({ length: 5000 }, () => PAGE);
    for (const kind of KINDS) assert.equal(await count(tiffOf(pages, kind)), 5000);
  });

  // A file may be anything: counting ends.
  it("end where they lead in a circle", async () => {
    for (const kind of KINDS) {
      for (const [pages, back] of [
        [1, 0],
        [2, 0],
        [7, 3],
        [100, 99],
        [3, 1],
      ] as const) {
        const circle = tiffOf(
          Array.from({ length: pages }, () => REDUCED),
          kind,
          back,
        );
        await refuses("FRAME_CORRUPT", count(circle));
      }
    }
  });

  it("are told of as damaged where the file is cut, whatever the place", async () => {
    for (const kind of KINDS) {
      const whole = tiffOf([PAGE, PAGE], kind);
      await refuses("FRAME_EMPTY", count(new Uint8Array(0)));
      for (let length = 1; length < whole.length; length++) {
        await refuses("FRAME_TRUNCATED", count(whole.subarray(0, length)));
      }
    }
    await refuses("FRAME_CORRUPT", count(Buffer.from("P6 not a TIFF")));
    await refuses("FRAME_CORRUPT", count(tiffOf([[]], CLASSIC)));
    await refuses("FRAME_CORRUPT", count(tiffOf([], CLASSIC)));
    await refuses("FRAME_UNREADABLE", countTiffPages(join(root, "none.tif")));
    await refuses("FRAME_NOT_A_FILE", countTiffPages(root));
    execFileSync("mkfifo", [join(root, "pipe.tif")]);
    await refuses("FRAME_NOT_A_FILE", countTiffPages(join(root, "pipe.tif")));
  });

  it("are those of files named .tif and .tiff", () => {
    assert.ok(isTiff("a.tif") && isTiff("b.1.TIFF"));
    assert.ok(!isTiff("a.png") && !isTiff("tif"));
  });
});
