import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { type RunningServer, writeDemoMovie } from "../../src/main.ts";
import { until } from "../e2e/deadline.ts";
import { makeFolder, picture, writeMovie } from "../e2e/movies.ts";
import { serve } from "../e2e/server.ts";
import { focused, namesOf, openLibrary, readCards } from "./libraryPage.testing.ts";

const MOVIES = 10_000;

/** More than are in sight, and fewer than a browser is slow with: cards of 1440 × 900, and those beyond. */
const MOST_CARDS = 60;

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** `aaa`, `aab` … : names of numbers would be one movie. */
function nameOf(index: number): string {
  const letter = (place: number): string => LETTERS[Math.floor(index / 26 ** place) % 26] ?? "";
  return letter(2) + letter(1) + letter(0);
}

/** A server of ten thousand movies of one frame each. */
async function serveMany(test: TestContext): Promise<RunningServer> {
  const library = makeFolder(test);
  const frame = picture(200, { width: 4, height: 3 });
  for (let index = 0; index < MOVIES; index += 1) {
    const folder = join(library, `sh${nameOf(Math.floor(index / 100)).slice(1)}`);
    if (index % 100 === 0) mkdirSync(folder);
    writeFileSync(join(folder, `${nameOf(index)}.1.ppm`), frame);
  }
  return serve(test, library);
}

type Asked = { readonly lists: string[]; readonly frames: string[]; readonly failed: string[] };

/** Notes what a page asks for, from its beginning on. */
function record(): { readonly asked: Asked; readonly prepare: (page: Page) => Promise<void> } {
  const asked: Asked = { lists: [], frames: [], failed: [] };
  const prepare = async (page: Page): Promise<void> => {
    page.on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (pathname === "/movies") asked.lists.push(request.url());
      if (pathname.includes("/frames/")) asked.frames.push(request.url());
    });
    page.on("requestfailed", (request) => void asked.failed.push(request.url()));
  };
  return { asked, prepare };
}

async function countCards(page: Page): Promise<number> {
  return page.locator("mutoscope-movie-card").count();
}

const LAST = `sh${nameOf(99).slice(1)}/${nameOf(MOVIES - 1)}`;

async function untilFocused(page: Page, what: string): Promise<void> {
  await until(async () => (await focused(page)) === what, what).catch(async () =>
    assert.equal(await focused(page), what),
  );
}

describe("the library page with ten thousand movies", () => {
  // What is not in sight costs neither the browser nor the server anything.
  it("has only the cards in sight, asks only for theirs, and reaches the last one", async (test) => {
    const server = await serveMany(test);
    const { asked, prepare } = record();
    const page = await openLibrary(test, server, { prepare });
    await page.getByText("10,000 movies").waitFor();
    assert.ok((await countCards(page)) <= MOST_CARDS, `${await countCards(page)} cards`);
    await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)");
    await until(async () => (await namesOf(page)).at(-1) === LAST, LAST);
    await until(async () => (await readCards(page)).at(-1)?.hasPicture === true, "its picture");
    assert.ok((await countCards(page)) <= MOST_CARDS, `${await countCards(page)} cards`);
    assert.ok(asked.lists.length <= 8, asked.lists.join("\n"));
    assert.ok(asked.frames.length <= 2 * MOST_CARDS, `${asked.frames.length} pictures`);
    // Whoever has come by the wheel and goes on by keys is where he looks.
    await page.getByRole("combobox", { name: "Colours" }).focus();
    await page.keyboard.press("Tab");
    assert.match(await focused(page), / a$/);
  });

  it("is walked to its end and back by two keys, also when the server takes its time", async (test) => {
    const server = await serveMany(test);
    const page = await openLibrary(test, server, {
      prepare: (opened) =>
        opened.route("**/movies?*", async (route) => {
          await new Promise((resolve) => setTimeout(resolve, 700));
          await route.continue();
        }),
    });
    await page.locator("mutoscope-movie-card a").first().focus();
    await page.keyboard.press("End");
    await untilFocused(page, `${LAST} a`);
    await page.keyboard.press("Home");
    await untilFocused(page, "shaa/aaa a");
  });

  // The server must not draw what has been scrolled past.
  it("gives up the pictures that nobody waits for any more", async (test) => {
    const server = await serveMany(test);
    const { asked, prepare } = record();
    const held: (() => void)[] = [];
    const page = await openLibrary(test, server, {
      prepare: async (opened) => {
        await prepare(opened);
        await opened.route("**/frames/**", async (route) => {
          await new Promise<void>((resolve) => held.push(resolve));
          await route.continue().catch(() => undefined);
        });
      },
    });
    await until(() => held.length > 0, "pictures asked for");
    const before = [...asked.frames];
    await page.evaluate("scrollTo(0, 100_000)");
    await until(() => before.every((url) => asked.failed.includes(url)), "all given up");
    for (const release of held) release();
  });

  it("finds one of them as one types", async (test) => {
    const page = await openLibrary(test, await serveMany(test));
    await page.getByRole("searchbox").fill(nameOf(MOVIES - 1));
    await until(async () => (await namesOf(page)).join() === LAST, LAST);
  });
});

describe("the library page and what happens in the world", () => {
  it("says of an empty library what to do next, and shows the first movie by itself", async (test) => {
    const library = makeFolder(test);
    const page = await openLibrary(test, await serve(test, library));
    await page.getByText("No movie is here yet").waitFor();
    assert.match(await page.locator(".empty").innerText(), /mutoscope import VIDEO NAME/);
    writeMovie(library, "first.", [1, 2]);
    await page.getByText("2 frames ·").waitFor();
    assert.equal(await page.locator(".empty").count(), 0);
  });

  // What was on the screen before a crash is what one wants to see after it; and a page must not be a flood.
  it("keeps what it showed while its server is gone, asks sparingly, and goes on behind it", async (test) => {
    const library = makeFolder(test);
    await writeDemoMovie(library);
    const server = await serve(test, library);
    const { asked, prepare } = record();
    const page = await openLibrary(test, server, { prepare });
    await until(async () => (await readCards(page))[0]?.hasPicture === true, "a picture");
    server.destroy();
    await server.close();
    await page.getByText("The server does not answer.").waitFor();
    const before = asked.lists.length;
    await page.getByLabel("Order").selectOption("-frames");
    await page.waitForTimeout(3000);
    const meanwhile = asked.lists.length - before;
    assert.ok(meanwhile <= 6, `${meanwhile} times asked within 3 seconds`);
    assert.deepEqual(await namesOf(page), ["sw"]);
    assert.equal((await readCards(page))[0]?.hasPicture, true);
    writeMovie(library, "meanwhile.", [1]);
    await serve(test, library, { http: server.http?.port ?? 0 });
    await until(async () => (await namesOf(page)).join() === "sw,meanwhile", "the new movie", 20_000);
    await page.getByText("The server does not answer.").waitFor({ state: "detached" });
  });

  it("says how far the server has looked, until it has", async (test) => {
    const library = makeFolder(test);
    await writeDemoMovie(library);
    let isScanning = true;
    const page = await openLibrary(test, await serve(test, library), {
      prepare: (opened) =>
        opened.route("**/movies?*", async (route) => {
          const response = await route.fetch();
          const list = (await response.json()) as object;
          await route.fulfill({ response, json: { ...list, scanning: isScanning } });
        }),
    });
    await page.getByText("Looking through the library: 1 movie so far.").waitFor();
    // Longer than the page takes to look again because it was connected.
    await page.waitForTimeout(3000);
    isScanning = false;
    await page.getByText("Looking through the library").waitFor({ state: "detached" });
  });

  it("says that the list is not to be had when the server refuses it, and asks again", async (test) => {
    const library = makeFolder(test);
    await writeDemoMovie(library);
    let isBroken = true;
    const server = await serve(test, library);
    const page = await openLibrary(test, server);
    await page.route("**/movies?*", (route) =>
      isBroken ? route.fulfill({ status: 503, json: { code: "BUSY" } }) : route.continue(),
    );
    await page.getByLabel("Order").selectOption("-frames");
    await page.getByText("The server does not answer.").waitFor();
    isBroken = false;
    await page.getByText("The server does not answer.").waitFor({ state: "detached" });
  });
});
