import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { type RunningServer, writeDemoMovie } from "../../src/main.ts";
import { compileClient, openPage, serveFolder } from "./browser.ts";
import { makeFolder, upTo } from "./movies.ts";
import { readRecipes } from "./recipe.ts";
import { serve } from "./server.ts";

const FRAMES = 100;

/** Mean difference, of 255, between a frame and its JPEG of quality 80 as Chromium shows it. */
const LIKE = 6;

type Shown = { readonly number: number; readonly difference: number };

async function demo(
  test: TestContext,
  origin?: string,
): Promise<{ server: RunningServer; library: string; address: string }> {
  const library = join(makeFolder(test), "images");
  await writeDemoMovie(library);
  const server = await serve(test, library, origin === undefined ? {} : { cors: [origin] });
  const { port } = server.http ?? assert.fail("no HTTP");
  return { server, library, address: `127.0.0.1:${port}` };
}

function frameFile(library: string, number: number): Buffer {
  return readFileSync(join(library, `sw${number}.ppm`));
}

/** Which of the movie's frames an element shows, by its pixels. */
async function shownIn(page: Page, rasters: readonly Buffer[]): Promise<Shown> {
  const screenshot = await page.locator("img").screenshot();
  const shown = await sharp(screenshot).removeAlpha().raw().toBuffer();
  let best: Shown = { number: 0, difference: Infinity };
  for (const [index, raster] of rasters.entries()) {
    let sum = 0;
    for (let at = 0; at < shown.byteLength; at += 1) sum += Math.abs((shown[at] ?? 0) - (raster[at] ?? 0));
    const difference = sum / shown.byteLength;
    if (difference < best.difference) best = { number: index + 1, difference };
  }
  return best;
}

/** What the client library gets in a page: of each frame its number and a digest of its bytes. */
const PROGRAM = `
import { connect } from "./client/index.js";

const client = await connect("ws://ADDRESS/ws", { name: "a page" });
const frames = [];
const playback = client.play("sw", { contract: "all" });
for await (const frame of playback) {
  const digest = await crypto.subtle.digest("SHA-256", frame.bytes);
  const bytes = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0"));
  frames.push([frame.number, bytes.join("")]);
}
const receipt = await playback.receipt;
const png = await client.frame("sw", 42, { rendition: "png" });
const bitmap = await createImageBitmap(new Blob([png.bytes], { type: "image/png" }));
client.close();
const { width, height } = bitmap;
globalThis.result = { frames, end: receipt.end, sent: receipt.sent, width, height };
`;

describe("in Chromium", () => {
  // The whole of what many people will ever type.
  it("an <img> tag shows the movie's frames, in their order", async (test) => {
    const { library, address } = await demo(test);
    const folder = makeFolder(test);
    const { files } = readRecipes("browser", address);
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
    const rasters = upTo(FRAMES).map((number) => frameFile(library, number).subarray(-160 * 120 * 3));
    const page = await openPage(test);
    await page.goto(`file://${join(folder, "page.html")}`);
    await page.waitForFunction("document.images[0].naturalWidth === 160");
    const seen: Shown[] = [];
    for (let look = 0; look < 5; look += 1) {
      seen.push(await shownIn(page, rasters));
      await page.waitForTimeout(200);
    }
    for (const { number, difference } of seen) assert.ok(difference < LIKE, `${number}: ${difference}`);
    assert.ok(new Set(seen.map(({ number }) => number)).size >= 3, JSON.stringify(seen));
  });

  // What runs in browsers must be what is tested in Node: the same files, compiled.
  it("the client library gets every frame byte for byte, from a page of another origin", async (test) => {
    const folder = makeFolder(test);
    const origin = await serveFolder(test, folder);
    const { library, address } = await demo(test, origin);
    compileClient(folder);
    writeFileSync(join(folder, "program.js"), PROGRAM.replace("ADDRESS", address));
    writeFileSync(
      join(folder, "page.html"),
      '<!doctype html><script type="module" src="program.js"></script>',
    );
    const page = await openPage(test);
    const errors: string[] = [];
    page.on("pageerror", (error) => void errors.push(error.message));
    await page.goto(`${origin}/page.html`);
    await page
      .waitForFunction("globalThis.result !== undefined", undefined, { timeout: 20_000 })
      .catch(() => assert.fail(errors.join("; ") || "the program did not end"));
    const result: unknown = await page.evaluate("globalThis.result");
    const expected = upTo(FRAMES).map((number) => {
      const digest = createHash("sha256").update(frameFile(library, number)).digest("hex");
      return [number, digest];
    });
    assert.deepEqual(result, { frames: expected, end: "finished", sent: FRAMES, width: 160, height: 120 });
  });

  // A page that somebody happens to read must not watch what lies on the reader's own machine.
  it("a page of another origin is not let in unless it is named", async (test) => {
    const folder = makeFolder(test);
    const origin = await serveFolder(test, folder);
    const { address } = await demo(test);
    const program = `
      const socket = new WebSocket("ws://${address}/ws", "mutoscope.v1");
      socket.onopen = () => (globalThis.result = "open");
      socket.onerror = () => (globalThis.result = "refused");
    `;
    writeFileSync(join(folder, "program.js"), program);
    writeFileSync(
      join(folder, "page.html"),
      '<!doctype html><script type="module" src="program.js"></script>',
    );
    const page = await openPage(test);
    await page.goto(`${origin}/page.html`);
    await page.waitForFunction("globalThis.result !== undefined");
    assert.equal(await page.evaluate("globalThis.result"), "refused");
  });
});

// A policy that is too tight for the page shows nobody anything: only a browser tells.
it("the page of documents shows every route under its policy, and no error", async (test) => {
  const { address } = await demo(test);
  const page = await openPage(test);
  const wrong: string[] = [];
  page.on("console", (message) => void (message.type() === "error" && wrong.push(message.text())));
  page.on("pageerror", ({ message }) => void wrong.push(message));
  page.on("requestfailed", (request) => void wrong.push(request.url()));
  page.on("request", (request) => {
    if (!request.url().startsWith(`http://${address}/`) && !request.url().startsWith("data:"))
      wrong.push(`asks elsewhere: ${request.url()}`);
  });
  const response = await page.goto(`http://${address}/docs`);
  assert.match(response?.headers()["content-security-policy"] ?? "", /default-src 'self'/);
  const paths = page.locator(".opblock-summary-path");
  await paths.first().waitFor();
  const shown = new Set((await paths.allInnerTexts()).map((text) => text.replaceAll("\u200B", "")));
  const description = (await (await fetch(`http://${address}/openapi.json`)).json()) as {
    paths: Record<string, object>;
  };
  for (const path of Object.keys(description.paths)) assert.ok(shown.has(path), path);
  await page.locator("#operations-movies-listMovies").click();
  await page.getByRole("button", { name: "Try it out" }).click();
  await page.getByRole("button", { name: "Execute" }).click();
  const answer = page.locator(".live-responses-table .response-col_description code").first();
  await answer.waitFor();
  assert.match(await answer.innerText(), /"name": "sw"/);
  assert.deepEqual(wrong, []);
});
