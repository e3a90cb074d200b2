import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Fault } from "../base/errors.ts";
import type { ErrorCode } from "../base/errors.ts";
import { parseAnyHeader } from "./netpbmHeaders.ts";
import type { AnyNetpbmHeader } from "./netpbmPicture.ts";
import { LONGEST_NETPBM_HEADER } from "./netpbmScan.ts";

const parse = (text: string) => parseAnyHeader(Buffer.from(text, "latin1"));

function refused(text: string, code: ErrorCode): void {
  assert.throws(
    () => parse(text),
    (error) => error instanceof Fault && error.code === code,
    text,
  );
}

const PICTURE = { width: 160, height: 120, maxval: 255, isLittleEndian: false } as const;
const PAM = "P7\nWIDTH 160\nHEIGHT 120\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n";

const TABLE: readonly (readonly [header: string, says: Omit<AnyNetpbmHeader, "headerBytes">])[] = [
  ["P1\n160 120\n", { ...PICTURE, coding: "bitsText", depth: 1, maxval: 1 }],
  ["P2\n# c\n160 120\n31\n", { ...PICTURE, coding: "text", depth: 1, maxval: 31 }],
  ["P3 160 120 65535 ", { ...PICTURE, coding: "text", depth: 3, maxval: 65_535 }],
  ["P4\n160 120\n", { ...PICTURE, coding: "bits", depth: 1, maxval: 1 }],
  ["P5\n160 120\n255\n", { ...PICTURE, coding: "binary", depth: 1 }],
  ["P6 160 120 # c\n255\n", { ...PICTURE, coding: "binary", depth: 3 }],
  ["PF\n160 120\n-1.0\n", { ...PICTURE, coding: "float", depth: 3, maxval: 1, isLittleEndian: true }],
  ["Pf\n160 120\n1e-3\n", { ...PICTURE, coding: "float", depth: 1, maxval: 1 }],
  [PAM, { ...PICTURE, coding: "binary", depth: 4 }],
  [
    "P7\n# c\nMAXVAL 1\n\nDEPTH 1\nTUPLTYPE BLACKANDWHITE\n  WIDTH   160 \nHEIGHT 120\nENDHDR\n",
    { ...PICTURE, coding: "binary", depth: 1, maxval: 1 },
  ],
  ["P7\nWIDTH 160\nHEIGHT 120\nDEPTH 2\nMAXVAL 255\nENDHDR\n", { ...PICTURE, coding: "binary", depth: 2 }],
];

describe("headers of the netpbm family", () => {
  // The forms that the netpbm documents allow and programs write; fed byte by byte they give the same.
  for (const [header, says] of TABLE) {
    it(`reads ${JSON.stringify(header)}`, () => {
      const expected = { ...says, headerBytes: header.length };
      assert.deepEqual(parse(header), expected);
      assert.deepEqual(parse(`${header}# 1\n`), expected, "the raster may hold any bytes");
      for (let at = 0; at < header.length; at++)
        assert.equal(parse(header.slice(0, at)), undefined, `${at} bytes`);
    });
  }

  it("refuses other kinds of files, and tuples that are no picture", () => {
    for (const text of ["P8\n1 1\n", "\x89PNG", "PG 1 1", PAM.replace("RGB_ALPHA", "STEREO")])
      refused(text, "FRAME_UNSUPPORTED");
    refused(PAM.replace("DEPTH 4", "DEPTH 5").replace("TUPLTYPE RGB_ALPHA\n", ""), "FRAME_UNSUPPORTED");
  });

  it("refuses a header that is none", () => {
    for (const text of [
      "P1\nx",
      "P4\n0 1\n",
      "P2 1 1 65536 ",
      "PF 1 1 0 ",
      "PF 1 1 one ",
      "PF 1 1 1e999 ",
      PAM.replace("DEPTH 4", "DEPTH 3"),
      PAM.replace("WIDTH 160\n", ""),
      PAM.replace("WIDTH", "WIDE"),
      PAM.replace("HEIGHT 120", "HEIGHT 0"),
      PAM.replace("MAXVAL 255", "MAXVAL 65536"),
      PAM.replace("P7\n", "P7 x\n"),
    ])
      refused(text, "FRAME_CORRUPT");
  });

  it("refuses a size that a number does not hold exactly", () => {
    refused("P1 4294967295 4294967295 ", "FRAME_TOO_LARGE");
    refused(PAM.replace("160", "999999999999999"), "FRAME_TOO_LARGE");
  });

  // A header could go on for ever: by comments, by white space, by lines.
  it("refuses a header of more than 64 KiB", () => {
    for (const filler of ["#", "# c\n", "\n"]) {
      const long = filler.repeat(LONGEST_NETPBM_HEADER / filler.length);
      assert.equal(parse(`P7\n${long.slice(0, -4)}`), undefined);
      refused(`P7\n${long}`, "FRAME_CORRUPT");
      refused(`PF\n${long}`, "FRAME_CORRUPT");
    }
  });
});
