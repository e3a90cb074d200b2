import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const CHECKOUT = fileURLToPath(new URL("../", import.meta.url));

// Node strips types without reading them, and so does the pages' build: nothing else would notice.
test("types, lint and format hold, as npm run check has them", () => {
  const { status, stdout, stderr } = spawnSync("npm", ["run", "--silent", "check"], {
    cwd: CHECKOUT,
    encoding: "utf8",
  });
  assert.equal(status, 0, `${stdout}${stderr}`);
});
