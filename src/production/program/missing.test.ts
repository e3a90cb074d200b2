import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { lay } from "../decode/frames.testing.ts";
import { codeOf, run, writeExr } from "./samples.testing.ts";

const light = new Float32Array(20 * 14);
const source = lay(writeExr({ R: light, G: light, B: light }));
const folder = mkdtempSync(join(tmpdir(), "mutoscope-missing-"));
after(() => rmSync(folder, { recursive: true, force: true }));

// Whoever opens a folder of EXR on a bare machine must learn what to do, on every surface.
describe("without ffmpeg", () => {
  it("a frame is refused with what to install, and with no path", async () => {
    process.env["FFMPEG_PATH"] = join(folder, "nowhere");
    const [result] = await run("exr", [source]);
    assert.equal(codeOf(result), "FRAME_UNSUPPORTED");
    assert.ok(result instanceof Error);
    assert.match(result.message, /exr.*install.*apt install ffmpeg.*FFMPEG_PATH/);
    assert.doesNotMatch(result.message, /mutoscope-/);
  });

  it("that runs, a frame is refused in the same way", async () => {
    const broken = join(folder, "broken");
    writeFileSync(broken, "#!/bin/sh\necho no library >&2\nexit 127\n", { mode: 0o755 });
    process.env["FFMPEG_PATH"] = broken;
    const [result] = await run("exr", [source]);
    assert.equal(codeOf(result), "FRAME_UNSUPPORTED");
  });

  // It may be installed while the server runs.
  it("frames are read as soon as it is there", async () => {
    delete process.env["FFMPEG_PATH"];
    const [result] = await run("exr", [source]);
    assert.equal(codeOf(result), undefined);
  });
});
