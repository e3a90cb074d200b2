import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { Page } from "playwright-core";
import { type RunningServer, writeDemoMovie } from "../../src/main.ts";
import { openPage } from "../e2e/browser.ts";
import { makeFolder } from "../e2e/movies.ts";
import { serve } from "../e2e/server.ts";
import { urlOf } from "../e2e/web.ts";
import { READER, type Sighting } from "./reading.testing.ts";

export type WatchOptions = {
  /** Fills the library; the demo movie `sw` unless it says otherwise. */
  readonly fill?: (library: string) => void | Promise<void>;
  readonly movie?: string;
  readonly query?: string;
  readonly width?: number;
  readonly height?: number;
  /** A small display that is touched. */
  readonly phone?: boolean;
};

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

export type Watched = { readonly page: Page; readonly server: RunningServer; readonly library: string };

/** Opens the player page. The test fails when the page breaks, breaks its policy, or asks another server. */
export async function openWatch(test: TestContext, options: WatchOptions = {}): Promise<Watched> {
  const { fill = writeDemoMovie, movie = "sw", query = "", width = 1280, height = 800, phone } = options;
  const library = makeFolder(test);
  await fill(library);
  const server = await serve(test, library);
  const page = await openPage(test, phone === true ? PHONE : {});
  const origin = urlOf(server, "");
  const wrong: string[] = [];
  page.on("pageerror", (error) => void wrong.push(error.stack ?? error.message));
  page.on("console", (message) => {
    // What is not there, and a server that is gone, are the browser's to complain of.
    // So is that the tests read pixels.
    const isExpected = /net::ERR_|WebSocket connection|status of (404|500|503)|readback/.test(message.text());
    if (["error", "warning"].includes(message.type()) && !isExpected) wrong.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith("blob:"))
      wrong.push(request.url());
  });
  test.after(() => assert.deepEqual(wrong, []));
  if (phone !== true) await page.setViewportSize({ width, height });
  await page.addInitScript(READER);
  await page.goto(`${origin}/watch/${encodeURIComponent(movie)}${query}`);
  return { page, server, library };
}

const PAGE = `
  const host = document.querySelector("mutoscope-watch-page");
  const root = host.shadowRoot;
  const player = root.querySelector("mutoscope-player");
`;

/** What should happen at once may take this long on a machine that does other things too. */
const PATIENCE = 20_000;
const LOOK = 20;

/** Evaluates an expression of `player`, the page's, and of `root`, what the page is made of. */
export function ask<T>(page: Page, expression: string): Promise<T> {
  return page.evaluate<T>(`(async () => { ${PAGE} return ${expression}; })()`);
}

// The page's policy lets nothing be evaluated in it, as Playwright does when it waits.
/** Waits until an expression of `player` and `root` is true. */
export async function until(page: Page, expression: string): Promise<void> {
  const latest = performance.now() + PATIENCE;
  while (!(await ask<boolean>(page, `Boolean(${expression})`).catch(isUnready))) {
    if (performance.now() > latest) {
      const state = await ask(page, "[player?.frame, player?.state, player?.paused, root.textContent]");
      assert.fail(`it never came that ${expression}: ${JSON.stringify(state)}`);
    }
    await pause(LOOK);
  }
}

/** What is looked at may not be there yet. */
function isUnready(error: Error): false {
  if (/null|undefined/.test(error.message)) return false;
  throw error;
}

/** Until this frame is shown and nothing plays, and that everything says so: what is found in the pixels. */
export async function untilShown(page: Page, frame: number): Promise<void> {
  await until(page, `player.paused && !player.seeking && player.frame === ${frame}`);
  await until(page, `${BIG_NUMBER} === "${frame}"`);
  assert.deepEqual(
    await ask(page, `[readNumber(player.canvas), Number(${BIG_NUMBER})]`),
    [frame, frame],
    "the picture, and the number below it",
  );
}

/** The large number of the controls. */
const CONTROLS = `root.querySelector("mutoscope-controls").shadowRoot`;
const BIG_NUMBER = `${CONTROLS}.querySelector(".frame").textContent.trim()`;

/** Notes from now on what is seen at each change of the picture. */
export async function witness(page: Page): Promise<void> {
  await ask(page, "witness(player)");
}

export function takeSightings(page: Page): Promise<Sighting[]> {
  return ask(page, "player.sightings.splice(0)");
}

/** Where the timeline has a frame, in the page's CSS pixels. */
export async function placeOf(page: Page, frame: number): Promise<{ x: number; y: number }> {
  return ask(
    page,
    `(() => {
      const timeline = root.querySelector("mutoscope-timeline");
      const { left, top, width, height } = timeline.getBoundingClientRect();
      const { first, last } = timeline;
      const x = left + ((${frame} - first + 0.5) / (last - first + 1)) * width;
      return { x, y: top + height / 2 };
    })()`,
  );
}
