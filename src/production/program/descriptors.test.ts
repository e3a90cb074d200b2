import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";

const DECODER = new URL("./decoder.ts", import.meta.url).href;

/** Takes every descriptor there is, and then wants a program. Says what it meets. */
const SCRIPT = `
  import { openSync } from "node:fs";
  const { Decoder } = await import(${JSON.stringify(DECODER)});
  process.on("uncaughtException", () => console.log("uncaught"));
  console.log("begun");
  try { for (;;) openSync("/dev/null", "r"); } catch (error) { console.log(error.code); }
  try { new Decoder({ program: process.execPath, options: [], allows: () => true, pictureTime: 1000 }); }
  catch (error) { console.log(error.code); }
  setTimeout(() => console.log("goes on"), 50);
`;

// The runtime then gives a child without pipes: whoever takes them for granted ends the whole worker.
test("without a descriptor left a program's frame is a coded fault, and the worker goes on", () => {
  const run = 'ulimit -n 200; exec "$0" --input-type=module --eval "$1"';
  const printed = execFileSync("sh", ["-c", run, process.execPath, SCRIPT], { encoding: "utf8" });
  assert.deepEqual(printed.trim().split("\n"), ["begun", "EMFILE", "FRAME_UNREADABLE", "goes on"]);
});
