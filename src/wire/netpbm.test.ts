import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { Fault } from "../base/errors.ts";
import type { ErrorCode } from "../base/errors.ts";
import { encodeHeader, LONGEST_NETPBM_HEADER, markHeader, parseHeader, unmarkHeader } from "./netpbm.ts";
import type { NetpbmMagic } from "./netpbm.ts";

const bytes = (text: string) => Buffer.from(text, "latin1");
const parse = (text: string) => parseHeader(bytes(text));

function refused(text: string, code: ErrorCode): void {
  assert.throws(
    () => parse(text),
    (error) => error instanceof Fault && error.code === code,
  );
}

describe("netpbm headers", () => {
  const PICTURE = { width: 160, height: 120, maxval: 255 };
  const TABLE: readonly (readonly [header: string, shape: object])[] = [
    ["P6\n160 120\n255\n", { magic: "P6", ...PICTURE, rasterBytes: 57_600 }],
    ["P5 160 120 255 ", { magic: "P5", ...PICTURE, rasterBytes: 19_200 }],
    ["P5\n2 3\n256\n", { magic: "P5", width: 2, height: 3, maxval: 256, rasterBytes: 12 }],
    ["P6\t0160\v120\f\r00255\r", { magic: "P6", ...PICTURE, rasterBytes: 57_600 }],
    ["P6\r\n160\r\n120\r\n255\n", { magic: "P6", ...PICTURE, rasterBytes: 57_600 }],
    ["P6# one\n# two 9 9\n160 # three\r120\n#\n255\n", { magic: "P6", ...PICTURE, rasterBytes: 57_600 }],
    ["P6 160#cut\n120#cut\n255#last\n", { magic: "P6", ...PICTURE, rasterBytes: 57_600 }],
    [
      "P6 60000 60000 65535\n",
      { magic: "P6", width: 60_000, height: 60_000, maxval: 65_535, rasterBytes: 21_600_000_000 },
    ],
  ];

  // The forms that the netpbm documents allow and programs write.
  for (const [header, shape] of TABLE) {
    it(`reads ${JSON.stringify(header)}`, () => {
      const expected = { ...shape, headerBytes: header.length };
      assert.deepEqual(parse(header), expected);
      assert.deepEqual(parse(`${header}# 1\n`), expected, "the raster may hold any bytes");
      for (let at = 0; at < header.length; at++)
        assert.equal(parse(header.slice(0, at)), undefined, `${at} bytes`);
    });
  }

  // Only one whitespace ends the header: the next is the first sample.
  it("leaves whitespace in the raster alone", () => {
    assert.equal(parse("P5 1 1 255\r\n")?.headerBytes, 11);
    assert.equal(parse("P5 1 1 255  ")?.headerBytes, 11);
  });

  it("refuses every other kind of file as unsupported", () => {
    for (const text of ["P4\n1 1\n", "P3 1 1", "P7\n", "PF\n", "\x89PNG", "GIF", "\0"])
      refused(text, "FRAME_UNSUPPORTED");
  });

  it("refuses a header that is none, as soon as that can be seen", () => {
    for (const text of [
      "P61",
      "P6\n-",
      "P6\nx",
      "P6\n1x",
      "P6\n0 ",
      "P6\n1 0 ",
      "P6\n1 1 0 ",
      "P6\n1 1 65536 ",
      "P6 1.5",
    ]) {
      refused(text, "FRAME_CORRUPT");
    }
  });

  // A header could go on for ever: by comments, by whitespace, by digits.
  it("refuses a header of more than 64 KiB", () => {
    for (const filler of ["#", " ", "0"]) {
      assert.equal(parse(`P6 ${filler.repeat(LONGEST_NETPBM_HEADER - 4)}`), undefined);
      refused(`P6 ${filler.repeat(LONGEST_NETPBM_HEADER)}`, "FRAME_CORRUPT");
    }
  });

  // A size that wraps around or loses its last digits would let a reader past the end of the file.
  it("refuses a raster whose size a number does not hold exactly", () => {
    refused("P6 4294967295 4294967295 255\n", "FRAME_TOO_LARGE");
    refused(`P6 ${"9".repeat(400)} 1 255\n`, "FRAME_TOO_LARGE");
  });

  it("reads what it writes, with and without a comment", () => {
    const shape = fc.record(
      {
        magic: fc.constantFrom<NetpbmMagic>("P5", "P6"),
        width: fc.integer({ min: 1, max: 100_000 }),
        height: fc.integer({ min: 1, max: 100_000 }),
        maxval: fc.integer({ min: 1, max: 65_535 }),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(shape, fc.constantFrom(undefined, "", "by a camera"), (written, comment) => {
        const header = encodeHeader(written, comment);
        const {
          headerBytes,
          rasterBytes: _,
          ...read
        } = parseHeader(header) ?? assert.fail("not a whole header");
        assert.deepEqual(read, written);
        assert.equal(headerBytes, header.length);
      }),
    );
    assert.equal(
      Buffer.from(encodeHeader({ magic: "P6", ...PICTURE }, "hi")).toString(),
      "P6\n# hi\n160 120\n255\n",
    );
  });

  // Law 8: a substitute is always marked, and its digest is that of the frame without the mark.
  it("a substitute's mark is the line after the magic, and comes off without a trace", () => {
    const mark = { policy: "hold", frame: 56, for: 57 } as const;
    for (const header of [
      "P6\n160 120\n255\n",
      "P6 160 120 255\n",
      "P6\r\n160 120\n255\n",
      "P5# c\n# d\n1 1 255 ",
    ]) {
      const marked = markHeader(bytes(header), mark);
      const whole = parse(header);
      assert.deepEqual(parseHeader(marked), { ...whole, headerBytes: marked.length });
      assert.equal(Buffer.from(unmarkHeader(marked) ?? []).toString(), header);
      assert.equal(unmarkHeader(bytes(header)), undefined);
    }
    assert.equal(
      Buffer.from(markHeader(bytes("P6\n160 120\n255\n"), mark)).toString(),
      "P6\n# mutoscope: frame 56 stands in for 57 (hold)\n160 120\n255\n",
    );
    assert.equal(
      Buffer.from(markHeader(bytes("P5\n1 1\n255\n"), { policy: "black", for: 57 })).toString(),
      "P5\n# mutoscope: a black frame stands in for 57 (black)\n1 1\n255\n",
    );
  });
});
