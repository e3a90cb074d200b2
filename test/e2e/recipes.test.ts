import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { type TestContext, describe, it } from "node:test";
import { events, type Receipt } from "../../src/base/events.ts";
import { type RunningServer, writeDemoMovie } from "../../src/main.ts";
import { within } from "./deadline.ts";
import { makeFolder } from "./movies.ts";
import { kitchen, readRecipes } from "./recipe.ts";
import { serve } from "./server.ts";

/** A video of four seconds is watched in its own time. */
const RECIPE_MS = 60_000;

async function run(script: string, folder: string, env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn("bash", ["-e", "-o", "pipefail", "-c", script], { cwd: folder, env });
  try {
    const all = Promise.all([once(child, "close"), buffer(child.stdout), buffer(child.stderr)]);
    const [[status], printed, complaints] = await within(all, script, RECIPE_MS);
    assert.equal(status, 0, `${script}\n${complaints.toString()}`);
    return printed.toString();
  } finally {
    child.kill("SIGKILL");
  }
}

async function kitchenOf(
  test: TestContext,
): Promise<{ server: RunningServer; folder: string; address: string }> {
  const folder = makeFolder(test);
  const library = join(folder, "images");
  await writeDemoMovie(library);
  const server = await serve(test, library);
  const { host, port } = server.http ?? assert.fail("no HTTP");
  return { server, folder, address: `${host}:${port}` };
}

/** Follows a page from its first block to its last. @returns the receipts of what was played meanwhile */
async function follow(test: TestContext, page: string): Promise<Receipt[]> {
  const { folder, address } = await kitchenOf(test);
  const receipts: Receipt[] = [];
  const unsubscribe = events.playbackEnded.subscribe(({ receipt }) => void receipts.push(receipt));
  test.after(unsubscribe);
  const { files, recipes } = readRecipes(page, address);
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  assert.ok(recipes.length > 0, "the page has nothing to run");
  const env = kitchen(folder);
  for (const { script, expected } of recipes) {
    const printed = await run(script, folder, env);
    if (expected !== undefined) assert.equal(printed, expected, script);
  }
  return receipts;
}

// What a page tells people to type must do what it says, with the programs as they are.
describe("recipes", () => {
  it("for curl do what the page says", async (test) => {
    await follow(test, "curl");
  });

  it("for ffmpeg and ffplay do what the page says", async (test) => {
    const [watched] = await follow(test, "ffmpeg");
    assert.equal(watched?.contract, "paced");
    assert.equal((watched?.sent ?? 0) + (watched?.skipped ?? 0), 100);
  });

  // VLC says nothing of what it showed: the server says what it took.
  it("for VLC do what the page says", async (test) => {
    const [watched] = await follow(test, "vlc");
    assert.equal(watched?.end, "finished");
    assert.equal(watched.sent + watched.skipped, 24);
  });

  it("for Python and OpenCV do what the page says", async (test) => {
    await follow(test, "python");
  });
});
