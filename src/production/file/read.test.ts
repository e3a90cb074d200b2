import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Fault } from "../../base/errors.ts";
import type { ErrorCode } from "../../base/errors.ts";
import { Bytes, MiB } from "../../base/units.ts";
import type { FrameSource } from "../../library/log.ts";
import { blankImage, readNetpbm } from "../netpbm.ts";
import { readWhole } from "./read.ts";

const folder = mkdtempSync(join(tmpdir(), "mutoscope-read-"));
const root = join(folder, "library");
mkdirSync(root);
after(() => rmSync(folder, { recursive: true }));

const LIMIT = Bytes(1 * MiB);
const HEADER = "P6\n4 2\n255\n";
const RASTER = Uint8Array.from({ length: 24 }, (_, index) => index * 10);
const PICTURE = Buffer.concat([Buffer.from(HEADER), RASTER]);

/** A file that was written long ago, so that nobody waits for it to be still. */
function frame(name: string, bytes: Uint8Array | string): FrameSource {
  return at(write(join(root, name), bytes));
}

function write(path: string, bytes: Uint8Array | string): string {
  writeFileSync(path, bytes);
  utimesSync(path, 1, 1);
  return path;
}

function at(path: string): FrameSource {
  return { kind: "file", root, path };
}

function refuses(read: () => unknown, code: ErrorCode): void {
  assert.throws(read, (error) => {
    assert.ok(error instanceof Fault, String(error));
    assert.equal(error.code, code, error.message);
    assert.ok(!error.message.includes(folder), `a client would see a path: ${error.message}`);
    return true;
  });
}

// What needs no conversion is passed through: a viewer can compare checksums with the file.
test("a netpbm file is read byte for byte, up to the end of its raster and no further", () => {
  const plain = readNetpbm(frame("plain.ppm", PICTURE), LIMIT);
  assert.deepEqual(Buffer.from(plain.bytes), PICTURE);
  assert.equal(plain.headerBytes, HEADER.length);
  const trailing = readNetpbm(
    frame("two.ppm", Buffer.concat([PICTURE, PICTURE, Buffer.from("P6 junk")])),
    LIMIT,
  );
  assert.deepEqual(Buffer.from(trailing.bytes), PICTURE);
});

// The bytes go to another thread by giving their buffer away: it must hold them and nothing else.
test("an image has a buffer of its own", () => {
  const { bytes } = readNetpbm(frame("own.ppm", PICTURE), LIMIT);
  assert.equal(bytes.buffer.byteLength, bytes.byteLength);
  assert.equal(readWhole(frame("own.png", "abc"), LIMIT).buffer.byteLength, 3);
});

// Scanners and cameras write their settings into comments, thousands of characters of them.
test("a header longer than the first look is read whole", () => {
  const header = `P5\n# ${"x".repeat(5000)}\n2 1\n65535\n`;
  const file = Buffer.concat([Buffer.from(header), Buffer.from([1, 2, 3, 4])]);
  assert.deepEqual(Buffer.from(readNetpbm(frame("comment.pgm", file), LIMIT).bytes), file);
  const endless = Buffer.alloc(200_000, "#");
  endless.write("P5\n");
  refuses(() => readNetpbm(frame("endless.pgm", endless), LIMIT), "FRAME_CORRUPT");
});

// Law 6: memory does not grow with what a header claims. 60,000 × 60,000 is 10.8 GB of nothing.
test("an image above the limit is refused by its header", () => {
  refuses(() => readNetpbm(frame("huge.ppm", "P6\n60000 60000\n255\n"), LIMIT), "FRAME_TOO_LARGE");
  refuses(() => readNetpbm(frame("limit.ppm", PICTURE), Bytes(PICTURE.length - 1)), "FRAME_TOO_LARGE");
  assert.equal(readNetpbm(frame("limit.ppm", PICTURE), Bytes(PICTURE.length)).bytes.length, PICTURE.length);
  refuses(() => readWhole(frame("huge.png", "abcd"), Bytes(3)), "FRAME_TOO_LARGE");
});

// Law 1: a message is whole or it is not sent at all.
test("a file that ends early is truncated, wherever it ends", () => {
  for (let length = 1; length < PICTURE.length; length++) {
    refuses(() => readNetpbm(frame("short.ppm", PICTURE.subarray(0, length)), LIMIT), "FRAME_TRUNCATED");
  }
});

test("a file that is no picture is told from one that is damaged", () => {
  refuses(() => readNetpbm(frame("empty.ppm", ""), LIMIT), "FRAME_EMPTY");
  refuses(() => readNetpbm(frame("text.ppm", "Hello, world"), LIMIT), "FRAME_UNSUPPORTED");
  refuses(() => readNetpbm(frame("plain.ppm", "P3\n1 1\n255\n1 2 3\n"), LIMIT), "FRAME_UNSUPPORTED");
  refuses(() => readNetpbm(frame("letters.ppm", "P6\nfour 2\n255\n"), LIMIT), "FRAME_CORRUPT");
});

// Opening a pipe waits for its writer, who may never come: the worker would be lost with it.
test("only regular files are read, and nothing else is waited for", { timeout: 10_000 }, async () => {
  const pipe = join(root, "pipe.ppm");
  execFileSync("mkfifo", [pipe]);
  refuses(() => readNetpbm(at(pipe), LIMIT), "FRAME_NOT_A_FILE");
  mkdirSync(join(root, "folder.ppm"));
  refuses(() => readNetpbm(at(join(root, "folder.ppm")), LIMIT), "FRAME_NOT_A_FILE");
  refuses(() => readNetpbm(at("/dev/zero"), LIMIT), "FRAME_NOT_A_FILE");
  const socket = createServer();
  await new Promise<void>((resolve) => socket.listen(join(root, "socket.ppm"), resolve));
  refuses(() => readNetpbm(at(join(root, "socket.ppm")), LIMIT), "FRAME_NOT_A_FILE");
  socket.close();
});

test("a file that cannot be opened is unreadable", () => {
  refuses(() => readNetpbm(at(join(root, "absent.ppm")), LIMIT), "FRAME_UNREADABLE");
  refuses(() => readNetpbm(at(join(frame("file", "x").path, "below.ppm")), LIMIT), "FRAME_UNREADABLE");
  symlinkSync("loop.ppm", join(root, "loop.ppm"));
  refuses(() => readNetpbm(at(join(root, "loop.ppm")), LIMIT), "FRAME_UNREADABLE");
});

// Law 9: whoever may write into the library must not be able to publish the rest of the disk by a link.
test("a link is followed inside the library and not out of it", () => {
  const outside = join(folder, "outside");
  mkdirSync(outside);
  write(join(outside, "secret.ppm"), PICTURE);
  symlinkSync(join(outside, "secret.ppm"), join(root, "link.ppm"));
  symlinkSync(outside, join(root, "linked"));
  refuses(() => readNetpbm(at(join(root, "link.ppm")), LIMIT), "FRAME_OUTSIDE_LIBRARY");
  refuses(() => readNetpbm(at(join(root, "linked", "secret.ppm")), LIMIT), "FRAME_OUTSIDE_LIBRARY");
  refuses(() => readNetpbm(at(join(root, "..", "outside", "secret.ppm")), LIMIT), "FRAME_OUTSIDE_LIBRARY");
  symlinkSync(frame("..inside.ppm", PICTURE).path, join(root, "good.ppm"));
  assert.deepEqual(Buffer.from(readNetpbm(at(join(root, "good.ppm")), LIMIT).bytes), PICTURE);
});

// A folder beside the library may have a name that begins as the library's does; and a library may itself
// be a link.
test("the library's folder is compared without its links, and as a folder", () => {
  mkdirSync(join(folder, "library-2"));
  write(join(folder, "library-2", "a.ppm"), PICTURE);
  symlinkSync(join(folder, "library-2", "a.ppm"), join(root, "sibling.ppm"));
  refuses(() => readNetpbm(at(join(root, "sibling.ppm")), LIMIT), "FRAME_OUTSIDE_LIBRARY");
  const alias = join(folder, "alias");
  symlinkSync(root, alias);
  const { path } = frame("aliased.ppm", PICTURE);
  const read = readNetpbm({ kind: "file", root: alias, path: join(alias, "aliased.ppm") }, LIMIT);
  assert.deepEqual(Buffer.from(read.bytes), PICTURE);
  assert.ok(readNetpbm({ kind: "file", root: alias, path }, LIMIT));
});

// A black frame stands in for one of the same size, depth and colours.
test("a black image has the shape that is asked for", () => {
  const { bytes, headerBytes } = blankImage({ magic: "P5", width: 3, height: 2, maxval: 1023 }, LIMIT);
  assert.equal(Buffer.from(bytes.subarray(0, headerBytes)).toString(), "P5\n3 2\n1023\n");
  assert.deepEqual(Buffer.from(bytes.subarray(headerBytes)), Buffer.alloc(12));
  refuses(
    () => blankImage({ magic: "P6", width: 60_000, height: 60_000, maxval: 255 }, LIMIT),
    "FRAME_TOO_LARGE",
  );
});
