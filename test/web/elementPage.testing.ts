import assert from "node:assert/strict";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { drawDemoFrame } from "../../src/library/demo.ts";
import { DEMO_HEIGHT, DEMO_WIDTH } from "../../src/library/demo/strip.ts";
import { type RunningServer, writeDemoMovie } from "../../src/main.ts";
import type { Settings } from "../../src/settings.ts";
import { openPage, serveFolder } from "../e2e/browser.ts";
import { makeFolder } from "../e2e/movies.ts";
import { serve } from "../e2e/server.ts";
import { READER } from "./reading.testing.ts";

export type Stage = {
  readonly page: Page;
  readonly server: RunningServer;
  /** The library's folder. */
  readonly library: string;
  /** `http://host:port` of the server, and of the page, which is another. */
  readonly origin: string;
  readonly pageOrigin: string;
  readonly settings: Partial<Settings>;
};

export type StageOptions = {
  /** Fills the library; the demo movie `sw` unless it says otherwise. */
  readonly fill?: (library: string) => void | Promise<void>;
  /** What stands on the page: `SERVER` is replaced by the server's address. */
  readonly html?: string;
  /** A script that runs before anything else of the page. */
  readonly before?: string;
  /** Files beside the page, by their names. @param origin the server's */
  readonly files?: (origin: string) => Readonly<Record<string, string | Buffer>>;
  readonly settings?: Partial<Settings>;
  /** Called before the page is opened. */
  readonly prepare?: (page: Page) => Promise<void>;
};

/** A page of another origin with players on it, and a server. Whatever fails in the page fails the test. */
export async function openStage(test: TestContext, options: StageOptions = {}): Promise<Stage> {
  const { fill = writeDemoMovie, html = tag(), before = "", files, prepare } = options;
  const library = makeFolder(test);
  await fill(library);
  const folder = makeFolder(test);
  const pageOrigin = await serveFolder(test, folder);
  const settings = { cors: [pageOrigin], ...options.settings };
  const server = await serve(test, library, settings);
  const origin = `http://127.0.0.1:${server.http?.port ?? assert.fail("no HTTP")}`;
  for (const [name, content] of Object.entries(files?.(origin) ?? {}))
    writeFileSync(join(folder, name), content);
  writeFileSync(join(folder, "page.html"), pageOf(html, origin));
  const page = await openPage(test);
  const failures: string[] = [];
  page.on("pageerror", (error) => failures.push(error.stack ?? error.message));
  test.after(() => assert.deepEqual(failures, []));
  await page.addInitScript(READER + before);
  await prepare?.(page);
  await page.goto(`${pageOrigin}/page.html`);
  return { page, server, library, origin, pageOrigin, settings };
}

/** A player's tag. */
export function tag(attributes = "", movie = "sw"): string {
  return `<mutoscope-player src="SERVER/movies/${movie}" ${attributes}></mutoscope-player>`;
}

function pageOf(html: string, origin: string): string {
  return `<!doctype html>
<link rel="icon" href="data:," />
<body style="margin: 0">${html.replaceAll("SERVER", origin)}</body>
<script type="module">
  await import("${origin}/player.js");
  for (const each of document.querySelectorAll("mutoscope-player")) witness(each);
</script>
`;
}

const PLAYER = `const player = document.querySelector("mutoscope-player");`;

/** Waits until an expression of `player`, the page's first, is true. */
export async function until(page: Page, expression: string): Promise<void> {
  const body = `(() => { ${PLAYER} return ${expression}; })()`;
  await page.waitForFunction(body, undefined, { timeout: 15_000 }).catch(async (error: Error) => {
    const state = await ask(
      page,
      "[player.frame, player.state, player.paused, player.shadowRoot?.textContent]",
    );
    assert.fail(`it never came that ${expression}: ${JSON.stringify(state)} (${error.message})`);
  });
}

/** Until the first picture is there. */
export function untilReady(page: Page): Promise<void> {
  return until(page, "player.readyState === 4");
}

/** Evaluates an expression of `player`, the page's first. */
export function ask<T>(page: Page, expression: string): Promise<T> {
  return page.evaluate(`(async () => { ${PLAYER} return ${expression}; })()`);
}

/** Does something with `player` and waits for the event that ends it. */
export function after(page: Page, event: string, action: string): Promise<void> {
  return page.evaluate(`new Promise((resolve) => {
    ${PLAYER}
    player.addEventListener("${event}", () => resolve(), { once: true });
    ${action};
  })`);
}

/** Waits until so many frames have changed from now on. */
export function frames(page: Page, count: number): Promise<void> {
  return page.evaluate(`new Promise((resolve) => {
    ${PLAYER}
    let rest = ${count};
    const look = () => {
      rest -= 1;
      if (rest > 0) return;
      player.removeEventListener("framechange", look);
      resolve();
    };
    player.addEventListener("framechange", look);
  })`);
}

/** Waits until no frame has changed for so many milliseconds. */
export function stillness(page: Page, duration: number): Promise<void> {
  return page.evaluate(`new Promise((resolve) => {
    ${PLAYER}
    let timer;
    const look = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        player.removeEventListener("framechange", look);
        resolve();
      }, ${duration});
    };
    player.addEventListener("framechange", look);
    look();
  })`);
}

export function part(page: Page, name: string): Promise<string> {
  return page.evaluate(`(() => {
    ${PLAYER}
    const found = player.shadowRoot.querySelector("[part=${name}]");
    return found.hidden ? "" : found.textContent;
  })()`);
}

/** Writes a frame as programs do that render: elsewhere, and renamed. @param shows the number in it */
export function writeFrame(library: string, name: string, shows: number): void {
  writeFileSync(join(library, `.${name}.new`), drawDemoFrame(shows));
  renameSync(join(library, `.${name}.new`), join(library, name));
}

/** Demo frames as PNG, enlarged by a whole number. */
export async function writeLarge(
  library: string,
  name: string,
  numbers: readonly number[],
  scale: number,
): Promise<void> {
  for (const number of numbers) {
    const raw = { width: DEMO_WIDTH, height: DEMO_HEIGHT, channels: 3 } as const;
    const pixels = drawDemoFrame(number).subarray(-DEMO_WIDTH * DEMO_HEIGHT * 3);
    await sharp(pixels, { raw })
      .resize({ width: DEMO_WIDTH * scale, kernel: "nearest" })
      .png({ compressionLevel: 1 })
      .toFile(join(library, `${name}${number}.png`));
  }
}
