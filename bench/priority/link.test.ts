import assert from "node:assert/strict";
import { test } from "node:test";
import { staleNames } from "./link.ts";

// Another bench may be running, and other programs have namespaces, too.
test("only namespaces of benches that live no more are taken away", () => {
  const listed =
    "mutoscope-bench-12-server (id: 0)\nmutoscope-bench-12-clients\nmutoscope-bench-13-server\nvpn\n";
  assert.deepEqual(
    staleNames(listed, (pid) => pid === 13),
    ["mutoscope-bench-12-server", "mutoscope-bench-12-clients"],
  );
  assert.deepEqual(
    staleNames("", () => false),
    [],
  );
});
