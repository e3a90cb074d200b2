import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Ms } from "../../base/units.ts";
import { Decoder } from "./decoder.ts";

const folder = mkdtempSync(join(tmpdir(), "mutoscope-environment-"));
after(() => rmSync(folder, { recursive: true, force: true }));

// Frames come from anywhere: what goes wrong in ffmpeg must not find the operator's token.
test("the ffmpeg that decodes frames knows nothing of the operator's token", async () => {
  const seen = join(folder, "seen");
  const ffmpeg = join(folder, "ffmpeg");
  writeFileSync(ffmpeg, `#!/bin/sh\nenv >"${seen}"\n`, { mode: 0o755 });
  const set = { MUTOSCOPE_OPERATOR_TOKEN: "a-secret", FFMPEG_PATH: ffmpeg };
  Object.assign(process.env, set);
  after(() => {
    for (const name of Object.keys(set)) delete process.env[name];
  });
  const decoder = new Decoder({ program: ffmpeg, options: [], allows: () => true, pictureTime: Ms(10_000) });
  const outcome = await decoder.decode(new Uint8Array(8));
  assert.equal(outcome.kind, "ended");
  const environment = readFileSync(seen, "utf8");
  assert.match(environment, /^PATH=/m);
  assert.match(environment, /^FFMPEG_PATH=/m);
  assert.doesNotMatch(environment, /MUTOSCOPE_|a-secret/);
});
