import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Fault } from "../base/errors.ts";
import { TextRaster } from "./netpbmText.ts";

type Case = readonly [text: string, maxval: number, isBits: boolean, samples: readonly number[]];

const TABLE: readonly Case[] = [
  ["1 22 255\n", 255, false, [1, 22, 255]],
  ["  007\t0\r\n0000000031 ", 31, false, [7, 0, 31]],
  ["65535 0 12 and what follows does not matter", 65_535, false, [65_535, 0, 12]],
  ["1#one\n2 # two 9\r3#", 255, false, [1, 2, 3]],
  ["101", 255, true, [0, 255, 0]],
  ["1 0\n#1 1\n1", 255, true, [0, 255, 0]],
];

function read([text, maxval, isBits, expected]: Case, pieces: readonly string[]): void {
  const samples = maxval > 255 ? new Uint16Array(expected.length) : new Uint8Array(expected.length);
  const raster = new TextRaster(samples, { maxval, isBits });
  for (const piece of pieces) raster.push(Buffer.from(piece));
  assert.ok(raster.isFull, text);
  assert.deepEqual([...samples], expected);
}

describe("samples as text", () => {
  // Files are read in pieces, and a number may lie across two of them.
  it("are the same however they come: whole, byte by byte, and cut at every place", () => {
    for (const one of TABLE) {
      const [text] = one;
      read(one, [text]);
      read(one, text.split(""));
      for (let at = 0; at <= text.length; at++) read(one, [text.slice(0, at), text.slice(at)]);
    }
  });

  // "25" may be the beginning of "255": the netpbm programs do not take it either.
  it("have no last number until something follows it", () => {
    const raster = new TextRaster(new Uint8Array(2), { maxval: 255, isBits: false });
    raster.push(Buffer.from("1 25"));
    assert.equal(raster.filled, 1);
    raster.push(Buffer.from("5\n"));
    assert.ok(raster.isFull);
  });

  it("are refused when they are no numbers, or above maxval", () => {
    const refused: readonly (readonly [string, boolean])[] = [
      ["1 x", false],
      ["-1 ", false],
      ["1 256 ", false],
      ["99999999999999999999999999 ", false],
      ["1.5 ", false],
      ["12", true],
      ["a", true],
    ];
    for (const [text, isBits] of refused) {
      const raster = new TextRaster(new Uint8Array(9), { maxval: 255, isBits });
      assert.throws(
        () => raster.push(Buffer.from(text)),
        (error) => error instanceof Fault && error.code === "FRAME_CORRUPT",
        text,
      );
    }
  });
});
