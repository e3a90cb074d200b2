import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Locator, Page } from "playwright-core";
import type { RunningServer } from "../../src/main.ts";
import type { Settings } from "../../src/settings.ts";
import { encodeHeader } from "../../src/wire/netpbm.ts";
import { openPage } from "../e2e/browser.ts";
import { makeFolder, upTo } from "../e2e/movies.ts";
import { serve } from "../e2e/server.ts";
import { urlOf } from "../e2e/web.ts";

/** Of the frames of `deep`: each sample is its place in the picture, in counts of a file of 16 bits. */
export const WIDTH = 256;
export const HEIGHT = 128;
export const DEEP_FRAMES = 24;

/** What the files of `deep` have: red grows to the right, green downwards, blue with the frame. */
export function sampleAt(frame: number, x: number, y: number): readonly [number, number, number] {
  return [x * 16, y * 16, frame * 100];
}

export function writeDeepMovie(library: string): void {
  for (const frame of upTo(DEEP_FRAMES)) {
    const raster = Buffer.alloc(WIDTH * HEIGHT * 6);
    for (let y = 0; y < HEIGHT; y += 1)
      for (let x = 0; x < WIDTH; x += 1)
        sampleAt(frame, x, y).forEach((sample, channel) =>
          raster.writeUInt16BE(sample, ((y * WIDTH + x) * 3 + channel) * 2),
        );
    const header = encodeHeader({ magic: "P6", width: WIDTH, height: HEIGHT, maxval: 65_535 });
    writeFileSync(join(library, `deep${frame}.ppm`), Buffer.concat([header, raster]));
  }
}

export type Watched = { readonly page: Page; readonly server: RunningServer; readonly panel: Locator };

export type WatchOptions = {
  readonly panel: "info" | "histogram" | "settings" | "late";
  /** Of the page's address, behind the panel. */
  readonly query?: string;
  readonly settings?: Partial<Settings>;
};

/** The page of the movie `deep` with a panel open, at a frame. A page that breaks fails the test. */
export async function openPanel(
  test: TestContext,
  { panel, query = "&frame=7", settings = {} }: WatchOptions,
): Promise<Watched> {
  const library = makeFolder(test);
  writeDeepMovie(library);
  const server = await serve(test, library, settings);
  const page = await openPage(test);
  const wrong: string[] = [];
  page.on("pageerror", (error) => void wrong.push(error.stack ?? error.message));
  page.on("console", (message) => {
    // At the end of a test the server may be gone before the page.
    const isExpected = message.text().includes("net::ERR_");
    if (["error", "warning"].includes(message.type()) && !isExpected) wrong.push(message.text());
  });
  test.after(() => assert.deepEqual(wrong, []));
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(urlOf(server, `/watch/deep?panel=${panel}${query}`));
  const found = page.locator(`mutoscope-${panel}-panel`);
  await found.waitFor();
  await eventually(async () => assert.equal(await ask(page, "player.readyState"), 4));
  return { page, server, panel: found };
}

/** Evaluates an expression of `player`, the page's. */
export function ask<T>(page: Page, expression: string): Promise<T> {
  return page.evaluate<T>(`(async () => {
    const { shadowRoot } = document.querySelector("mutoscope-watch-page");
    const player = shadowRoot.querySelector("mutoscope-player");
    return ${expression};
  })()`);
}

const PATIENCE = 10_000;
const PAUSE = 50;

/** Tries until it holds; fails as it failed last. */
export async function eventually(check: () => Promise<void>): Promise<void> {
  const end = performance.now() + PATIENCE;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}

/** What stands beside a word in a panel's lists. */
export async function factsOf(panel: Locator): Promise<Record<string, string>> {
  const texts = async (tag: string): Promise<string[]> =>
    (await panel.locator(tag).allTextContents()).map((text) => text.trim());
  const [words, facts] = [await texts("dt"), await texts("dd")];
  return Object.fromEntries(words.map((word, index) => [word, facts[index] ?? ""]));
}

/** Red, green and blue of the picture on the canvas, in parts of its width and height. */
export function pixelAt(page: Page, x: number, y: number): Promise<readonly number[]> {
  return ask(
    page,
    `(() => {
      const { image, width, height } = player.pictureSource;
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext("2d");
      context.drawImage(image, 0, 0, width, height);
      const { data } = context.getImageData(Math.floor(width * ${x}), Math.floor(height * ${y}), 1, 1);
      return [...data].slice(0, 3);
    })()`,
  );
}
