import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Lines } from "./lines.ts";
import { readReport } from "./reports.ts";

const SHOWN =
  "[Parsed_showinfo_1 @ 0x55] [info] n:   3 pts:      7 pts_time:7       pos: 19406540 " +
  "fmt:gbrpf32le sar:1/1 s:2048x1152 i:P iskey:1 type:I ";

// The program is understood by its words: these are what versions 5 to 7 say.
describe("what ffmpeg says", () => {
  it("announces a picture with its number, layout and size", () => {
    const picture = { kind: "picture", time: 7, layout: "gbrpf32le", width: 2048, height: 1152 };
    assert.deepEqual(readReport(SHOWN), picture);
    assert.deepEqual(readReport(SHOWN.replace(" sar", " cl:left sar")), picture);
  });

  it("is a complaint when it is an error or worse, and a remark otherwise", () => {
    const complaint = { kind: "complaint", text: "decode_block() failed.", isGivenUp: false };
    assert.deepEqual(readReport("[exr @ 0x55] [error] decode_block() failed."), complaint);
    assert.equal(readReport("[fatal] Unknown decoder 'hdr'").kind, "complaint");
    assert.equal(readReport("[exr @ 0x55] [warning] Unsupported channel Z.").kind, "remark");
    assert.equal(readReport("nothing of its kind").kind, "remark");
  });

  it("tells when a picture is given up", () => {
    for (const line of [
      "[error] Error while decoding stream #0:0: Invalid data found when processing input",
      "[vist#0:0/exr @ 0x55] [dec:exr @ 0x56] [error] Decoding error: Invalid data found",
      "[vist#0:0/exr @ 0x55] [dec:exr @ 0x56] [error] Error submitting packet to decoder: Invalid data found",
    ]) {
      const report = readReport(line);
      assert.ok(report.kind === "complaint" && report.isGivenUp, line);
    }
  });

  // Pipes cut where they like.
  it("comes out in the same lines however it arrives", () => {
    const bytes = new TextEncoder().encode(`${SHOWN}\n[error] 2048×1152 is too much\r\n\nend\n`);
    for (const size of [1, 2, 3, 7, bytes.length]) {
      const found: string[] = [];
      const lines = new Lines((line) => found.push(line));
      for (let at = 0; at < bytes.length; at += size) lines.push(bytes.subarray(at, at + size));
      assert.deepEqual(found, [SHOWN, "[error] 2048×1152 is too much", "end"]);
    }
  });
});
