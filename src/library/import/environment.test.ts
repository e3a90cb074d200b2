import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { convert } from "./convert.ts";
import { findPrograms, programEnvironment } from "./programs.ts";

const folder = mkdtempSync(join(tmpdir(), "mutoscope-environment-"));
after(() => rmSync(folder, { recursive: true, force: true }));

// Windows takes names in any case, and so must what looks for them.
test("a program may know of everything but the variables of mutoscope", () => {
  const given = {
    PATH: "/bin",
    FFMPEG_PATH: "/opt/ffmpeg",
    MUTOSCOPE_OPERATOR_TOKEN: "s",
    Mutoscope_Port: "1",
  };
  assert.deepEqual(programEnvironment(given), { PATH: "/bin", FFMPEG_PATH: "/opt/ffmpeg" });
});

// Videos come from anywhere: what goes wrong in ffmpeg must not find the operator's token.
test("an import's ffmpeg knows nothing of the operator's token, nor when asked its version", async () => {
  const seen = join(folder, "seen");
  const ffmpeg = join(folder, "ffmpeg");
  writeFileSync(ffmpeg, `#!/bin/sh\nenv >>"${seen}"\necho "ffmpeg version 7.1"\n`, { mode: 0o755 });
  process.env["MUTOSCOPE_OPERATOR_TOKEN"] = "a-secret";
  after(() => void delete process.env["MUTOSCOPE_OPERATOR_TOKEN"]);
  const programs = await findPrograms({ FFMPEG_PATH: ffmpeg });
  const conversion = { input: "v", folder, format: "ppm", range: undefined, resampleTo: undefined } as const;
  await convert(programs, { ...conversion, signal: undefined, onFrames: () => undefined });
  const environment = readFileSync(seen, "utf8");
  assert.equal(environment.match(/^PATH=/gm)?.length, 2, "it was to run twice, with a PATH");
  assert.doesNotMatch(environment, /MUTOSCOPE_|a-secret/);
});
