import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import sharp from "sharp";
import { Fault } from "../base/errors.ts";
import { FrameNumber, FrameRevision } from "../base/units.ts";
import type { FrameFormat } from "./log.ts";
import { probeFrame } from "./probe.ts";

const root = mkdtempSync(join(tmpdir(), "probe-"));
after(() => rmSync(root, { recursive: true, force: true }));

const entry = (file: string, format: FrameFormat) => ({
  movie: "a",
  number: FrameNumber(1),
  revision: FrameRevision(1),
  format,
  source: { kind: "file", root, path: join(root, file) } as const,
});

async function probe(format: FrameFormat, bytes: Uint8Array | string): Promise<object> {
  writeFileSync(join(root, "frame"), bytes);
  const { bytes: size, ...look } = await probeFrame(entry("frame", format));
  assert.equal(size, bytes.length);
  return look;
}

const picture = sharp({ create: { width: 33, height: 21, channels: 3, background: "#808" } });

/** The code of the fault that a look ends with. */
const code = async (looking: Promise<unknown>): Promise<string> =>
  looking.then(
    () => "no fault",
    (error: unknown) => (error instanceof Fault ? error.code : String(error)),
  );

describe("a look at a frame's file", () => {
  it("tells the size, depth and channels of each format", async () => {
    const colour = { width: 33, height: 21, channels: 3, bits: 8 };
    assert.deepEqual(await probe("netpbm", "P6 33 21 255\n"), colour);
    assert.deepEqual(await probe("netpbm", `P5 #${"x".repeat(5000)}\n33 21 1023\n`), {
      ...colour,
      channels: 1,
      bits: 16,
    });
    assert.deepEqual(await probe("png", await picture.clone().png().toBuffer()), colour);
    assert.deepEqual(await probe("png", await picture.clone().toColourspace("rgb16").png().toBuffer()), {
      ...colour,
      bits: 16,
    });
    assert.deepEqual(await probe("png", await picture.clone().ensureAlpha().png().toBuffer()), {
      ...colour,
      channels: 4,
    });
    assert.deepEqual(await probe("jpeg", await picture.clone().jpeg().toBuffer()), colour);
    assert.deepEqual(
      await probe("jpeg", await picture.clone().jpeg({ progressive: true }).toBuffer()),
      colour,
    );
    const described = picture.clone().withExif({ IFD0: { ImageDescription: "x".repeat(50_000) } });
    assert.deepEqual(await probe("jpeg", await described.toColourspace("b-w").jpeg().toBuffer()), {
      ...colour,
      channels: 1,
    });
  });

  it("says what is wrong with a file that is none", async () => {
    for (const format of ["netpbm", "png", "jpeg"] as const) {
      assert.equal(await code(probe(format, "")), "FRAME_EMPTY");
      assert.equal(
        await code(probe(format, format === "netpbm" ? "P6 3" : "\x89P")),
        format === "jpeg" ? "FRAME_CORRUPT" : "FRAME_TRUNCATED",
      );
    }
    assert.equal(await code(probe("netpbm", "P3 1 1 1 1")), "FRAME_UNSUPPORTED");
    assert.equal(await code(probe("png", "x".repeat(100))), "FRAME_CORRUPT");
    assert.equal(await code(probe("jpeg", Buffer.alloc(100_000, 0xff).fill(0xd8, 1, 2))), "FRAME_CORRUPT");
    assert.equal(await code(probe("jpeg", Uint8Array.of(0xff, 0xd8, 0xff, 0xe0))), "FRAME_TRUNCATED");
    assert.equal(await code(probeFrame(entry("none", "png"))), "FRAME_UNREADABLE");
    assert.equal(await code(probeFrame(entry(".", "png"))), "FRAME_NOT_A_FILE");
    symlinkSync("/etc/hostname", join(root, "link"));
    assert.equal(await code(probeFrame(entry("link", "netpbm"))), "FRAME_OUTSIDE_LIBRARY");
    execFileSync("mkfifo", [join(root, "pipe")]);
    assert.equal(await code(probeFrame(entry("pipe", "netpbm"))), "FRAME_NOT_A_FILE");
  });
});
