import assert from "node:assert/strict";
import { test } from "node:test";
import { withKnownFlags } from "./before.ts";

// A commit from before HTTP refuses a setting that it does not have, and could not be compared with.
test("an earlier server is started without the flags that it does not know, and without their values", () => {
  const command = ["node", "bin.ts", "serve", "{folder}", "--http", "off", "--classic", "{port}"];
  const old = "Usage: mutoscope serve [options]\n  --classic PORT  port\n  --log-level LEVEL";
  assert.deepEqual(withKnownFlags(command, old), command.toSpliced(4, 2));
  assert.deepEqual(withKnownFlags(command, `${old}\n  --http PORT`), command);
});
