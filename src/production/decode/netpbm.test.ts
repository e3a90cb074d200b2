import assert from "node:assert/strict";
import { test } from "node:test";
import { Bytes, KiB } from "../../base/units.ts";
import type { Raster } from "../raster/raster.ts";
import { keptRoom } from "../raster/room.ts";
import { decodeFrame } from "./decode.ts";
import {
  LIMIT,
  bytesOf,
  decodeBytes,
  draw,
  lay,
  measureBytes,
  readByFfmpeg,
  refuses,
  run,
} from "./frames.testing.ts";

const decode = (bytes: Uint8Array | string): Promise<Raster> => decodeBytes(bytes, { format: "netpbm" });

const join = (header: string, ...parts: Uint8Array[]): Buffer =>
  Buffer.concat([Buffer.from(header), ...parts]);

const samplesOf = async (bytes: Uint8Array | string): Promise<number[]> => [...(await decode(bytes)).samples];

// Evidence and science: a sample that our decoder changes is a wrong measurement.
test("a netpbm file's samples are what ffmpeg reads, exactly, in every kind that it writes", async () => {
  const kinds: readonly (readonly [encoder: string, drawn: string, read: string, channels: number])[] = [
    ["pbm", "monow", "gray", 1],
    ["pgm", "gray", "gray", 1],
    ["pgm", "gray16be", "gray16le", 1],
    ["ppm", "rgb24", "rgb24", 3],
    ["ppm", "rgb48be", "rgb48le", 3],
    ["pam", "gray", "gray", 1],
    ["pam", "rgb24", "rgb24", 3],
    ["pam", "rgb48be", "rgb48le", 3],
  ];
  for (const [encoder, drawn, read, channels] of kinds) {
    const file = draw(drawn, [encoder]);
    const raster = await decode(file);
    assert.deepEqual([raster.width, raster.height, raster.channels], [62, 46, channels], drawn);
    assert.ok(bytesOf(raster).equals(readByFfmpeg(file, encoder, read)), `${encoder} ${drawn}`);
  }
});

// As netpbm reads it: the ffmpeg of 2022 writes and reads its rows the other way round.
test("floating point is read from the bottom to the top, in both byte orders", async () => {
  const ppm = draw("rgb24", ["ppm"]);
  for (const order of ["big", "little"]) {
    const { samples, ...shape } = await decode(run("pamtopfm", [`-endian=${order}`], ppm));
    assert.deepEqual(shape, { width: 62, height: 46, channels: 3, maxval: 1, transfer: "linear" });
    const rounded = Uint8Array.from(samples, (sample) => Math.round(sample * 255));
    assert.deepEqual(rounded, (await decode(ppm)).samples);
  }
  const values = Float32Array.of(1, 2, 3, 4, 5, 6);
  const little = Buffer.from(values.buffer);
  assert.deepEqual(await samplesOf(join("Pf\n2 3\n-1\n", little)), [5, 6, 3, 4, 1, 2]);
  assert.deepEqual(await samplesOf(join("Pf\n2 3\n1\n", Buffer.from(little).swap32())), [5, 6, 3, 4, 1, 2]);
});

test("text and binary files of the same picture have the same samples", async () => {
  const binary = await decode(draw("rgb24", ["ppm"]));
  const words = [...binary.samples].join(" ");
  const text = await decode(`P3\n62 46 # size\n255\n${words}\n`);
  assert.deepEqual(text, binary);
  const deep = await decode("P2 3 1 1023 0 512\n1023\n");
  assert.deepEqual(deep.samples, Uint16Array.of(0, 512, 1023));
  assert.equal(deep.maxval, 1023);
});

// The other way round than all other kinds; 8 bits, since no viewer shows fewer.
test("1 is black in a bitmap, and white in a PAM", async () => {
  const bits = { width: 9, height: 2, channels: 1, maxval: 255, transfer: "display" } as const;
  const samples = Uint8Array.of(0, 255, 255, 255, 255, 255, 255, 0, 0, 255, 0, 255, 0, 255, 0, 255, 0, 255);
  const expected = { ...bits, samples };
  assert.deepEqual(await decode("P1\n9 2\n100000011 010101010"), expected);
  assert.deepEqual(await decode(join("P4\n9 2\n", Uint8Array.of(0x81, 0x80, 0x55, 0x7f))), expected);
  const pam = "P7\nWIDTH 2\nHEIGHT 1\nDEPTH 1\nMAXVAL 1\nTUPLTYPE BLACKANDWHITE\nENDHDR\n";
  assert.deepEqual(await samplesOf(join(pam, Uint8Array.of(0, 1))), [0, 1]);
});

// What lies under alpha is the file's: it is not composited with a background that nobody chose.
test("a PAM's alpha is dropped, and the colours under it stay", async () => {
  const grey = "P7\nWIDTH 2\nHEIGHT 1\nDEPTH 2\nMAXVAL 255\nTUPLTYPE GRAYSCALE_ALPHA\nENDHDR\n";
  assert.deepEqual(await samplesOf(join(grey, Uint8Array.of(7, 0, 8, 255))), [7, 8]);
  const rgb = "P7\nWIDTH 1\nHEIGHT 2\nDEPTH 4\nMAXVAL 1000\nTUPLTYPE RGB_ALPHA\nENDHDR\n";
  const samples = Uint8Array.of(0, 1, 0, 2, 3, 232, 0, 0, 0, 4, 0, 5, 0, 6, 0, 0);
  assert.deepEqual(await samplesOf(join(rgb, samples)), [1, 2, 1000, 4, 5, 6]);
});

// Whoever looks a sample up in a table of maxval + 1 values must find it.
test("samples above maxval are refused", async () => {
  await refuses(decode(join("P5 1 1 200 ", Uint8Array.of(201))), "FRAME_CORRUPT");
  await refuses(decode(join("P5 1 1 1000 ", Uint8Array.of(3, 233))), "FRAME_CORRUPT");
  await refuses(decode("P2 1 1 200 201 "), "FRAME_CORRUPT");
  assert.deepEqual(await samplesOf(join("P5 1 1 200 ", Uint8Array.of(200))), [200]);
});

test("a file that ends before its samples do is truncated", async () => {
  for (const file of ["P1 2 2 101", "P2 2 1 255 1 2", "P3 1 1 255 1 2 ", "P4 9 2 abc", "Pf 1 1 -1 abc"]) {
    for (let length = 1; length <= file.length; length++)
      await refuses(decode(file.slice(0, length)), "FRAME_TRUNCATED");
  }
});

// Law 6: what a header claims is compared with the bound, and with the file, before anything is reserved.
test("a header that claims more than the limit is refused", async () => {
  await refuses(decode("P1 60000 60000 1"), "FRAME_TOO_LARGE");
  await refuses(decode("Pf 60000 60000 1 1"), "FRAME_TOO_LARGE");
  await refuses(decodeBytes("P2 2 2 255 1 2 3 4 ", { limit: Bytes(3) }), "FRAME_TOO_LARGE");
  await refuses(decode("P2 1000 1000 255 1 "), "FRAME_TRUNCATED");
});

test("a file is measured by its header, whatever follows it", async () => {
  const shape = { width: 3, height: 2, transfer: "display", isFloat: false } as const;
  assert.deepEqual(await measureBytes("P2 3 2 1023 "), { ...shape, channels: 1, maxval: 1023 });
  assert.deepEqual(await measureBytes("P4 3 2\n"), { ...shape, channels: 1, maxval: 255 });
  const float = { ...shape, isFloat: true, transfer: "linear", channels: 3, maxval: 1 };
  assert.deepEqual(await measureBytes("PF 3 2 1 "), float);
});

// netpbm's own programs are the reference for what its formats mean.
test("what pngtopam writes with alpha is read as it says", async () => {
  const png = draw("rgba", ["png"]);
  const pam = run("pngtopam", ["-alphapam"], png);
  assert.deepEqual((await decode(pam)).samples, (await decodeBytes(png)).samples);
});

// A worker uses the memory of one picture for the next: nothing of the one may be seen in the other.
test("a picture in memory that was used before is the same as in memory of its own", async () => {
  const room = keptRoom();
  room(64 * KiB).fill(0xa5);
  const deep = Buffer.from(
    "P5\n# odd\n3 2\n4095\n\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b",
    "latin1",
  );
  const files: readonly (Buffer | string)[] = [
    Buffer.concat([Buffer.from("P6\n2 1\n255\n"), Buffer.from([1, 2, 3, 4, 5, 6])]),
    deep,
    Buffer.concat([Buffer.from(" "), deep]).subarray(1),
    Buffer.concat([Buffer.from("Pf\n1 1\n-1\n"), Buffer.from(Float32Array.of(0.5).buffer)]),
    Buffer.concat([Buffer.from("P4\n9 1\n"), Buffer.from([0xaa, 0x80])]),
    "P2\n2 1\n9\n3 7\n",
    Buffer.concat([
      Buffer.from("P7\nWIDTH 1\nHEIGHT 1\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n"),
      Buffer.from([9, 8, 7, 6]),
    ]),
  ];
  for (const file of files) {
    const own = await decodeBytes(file, { format: "netpbm" });
    const used = await decodeFrame(lay(file), "netpbm", LIMIT, room);
    assert.deepEqual(used, own);
  }
  await refuses(decodeFrame(lay("P6\n2 1\n255\nabc"), "netpbm", LIMIT, room), "FRAME_TRUNCATED");
});
