import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { type RunningServer, writeDemoMovie } from "../../src/main.ts";
import { until } from "../e2e/deadline.ts";
import { makeFolder, writeMovie } from "../e2e/movies.ts";
import { serve } from "../e2e/server.ts";
import { askJson } from "../e2e/web.ts";
import { focused, namesOf, openLibrary, readCards, topOfFocused } from "./libraryPage.testing.ts";

/** What a file's name may have on Linux, but for the digits that are the frame's number. */
const LEGAL = [
  `it's 50%25: a,b;c=d&e?f#g`,
  `<img src=x onerror=alert(1)>`,
  '"quoted" `ticks` $HOME \\back | {a}[b](c)*!~^@+',
  "tab\there",
  "line\nbreak",
  "ü ñ 日本語 א שלום 👩‍🚀",
  "right\u202eto left",
  "a..b",
  "-dash",
  "last.mjpeg",
  "x".repeat(200),
];

async function openWith(
  test: TestContext,
  fill: (library: string) => unknown,
): Promise<{ page: Page; server: RunningServer; library: string }> {
  const library = makeFolder(test);
  await fill(library);
  const server = await serve(test, library);
  return { page: await openLibrary(test, server), server, library };
}

/** Movies `a` to `l`: two rows of five, and two. */
function writeTwelve(library: string): void {
  for (const name of "abcdefghijkl") writeMovie(library, name, [1, 2]);
}

async function untilFocused(page: Page, what: string): Promise<void> {
  await until(async () => (await focused(page)) === what, what).catch(async () =>
    assert.equal(await focused(page), what),
  );
}

describe("the keys of the library page", () => {
  it("walk through the grid in rows and columns, with one stop of Tab for all of it", async (test) => {
    const { page } = await openWith(test, writeTwelve);
    await page.getByRole("button", { name: "List" }).focus();
    // The choice of colours, then the grid.
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await untilFocused(page, "a a");
    for (const [key, name] of [
      ["ArrowRight", "b"],
      ["ArrowDown", "g"],
      ["ArrowLeft", "f"],
      ["ArrowUp", "a"],
      ["ArrowUp", "a"],
      ["End", "l"],
      ["Home", "a"],
    ] as const) {
      await page.keyboard.press(key);
      await untilFocused(page, `${name} a`);
    }
    await page.keyboard.press("Tab");
    await untilFocused(page, "a button");
    await page.keyboard.press("Tab");
    assert.doesNotMatch(await focused(page), /^[a-l] /);
  });

  // Without a pointer, too, one sees what is in a movie.
  it("show other parts of the movie by comma and full stop, as the pointer does", async (test) => {
    const { page } = await openWith(test, writeDemoMovie);
    await page.locator("mutoscope-movie-card a").focus();
    const at = page.locator("mutoscope-movie-card .at");
    await page.keyboard.press(".");
    const first = Number(await at.innerText());
    await page.keyboard.press(".");
    const second = Number(await at.innerText());
    await page.keyboard.press(",");
    assert.ok(first > 50 && second > first && Number(await at.innerText()) === first, `${first} ${second}`);
  });

  it("never leave the card that has the focus below the bar at the top", async (test) => {
    const { page } = await openWith(test, writeTwelve);
    await page.setViewportSize({ width: 600, height: 420 });
    await page.locator("mutoscope-movie-card a").first().focus();
    await page.keyboard.press("End");
    await untilFocused(page, "l a");
    for (const name of ["j", "h", "f", "d", "b"]) {
      await page.keyboard.press("ArrowUp");
      await untilFocused(page, `${name} a`);
      const bar = await page.locator("mutoscope-top-bar").boundingBox();
      const top = await topOfFocused(page);
      assert.ok(top >= (bar?.height ?? Infinity) - 1, `${name}: ${top}`);
    }
  });
});

describe("how to watch a movie elsewhere", () => {
  it("is said with this server's host and ports, for each program, and can be copied", async (test) => {
    const { page, server } = await openWith(test, writeDemoMovie);
    await page.getByRole("button", { name: "Watch sw elsewhere" }).click();
    const dialog = page.getByRole("dialog", { name: "Watch sw elsewhere" });
    const said = await dialog.locator("pre").allInnerTexts();
    const url = `http://127.0.0.1:${server.http?.port}`;
    for (const command of [
      `ffplay ${url}/movies/sw.mjpeg`,
      `vlc ${url}/movies/sw.mjpeg`,
      `curl -o frame.png ${url}/movies/sw/frames/last.png`,
      `npx mutoscope play ${url} sw`,
    ])
      assert.ok(said.includes(command), `${command} in ${said.join("\n")}`);
    assert.ok(
      said.some((each) => each.includes(`nc -N 127.0.0.1 ${server.classic?.port} `)),
      said.join("\n"),
    );
    assert.ok(said.some((each) => each.includes(`<mutoscope-player src="${url}/movies/sw"`)));
    const copied = page.evaluate(`new Promise((resolve) => {
      navigator.clipboard.writeText = async (text) => resolve(text);
    })`);
    await dialog.getByRole("button", { name: /^Copy/ }).first().click();
    assert.equal(await copied, said[0]);
    await dialog.getByText("Copied.").waitFor({ state: "attached" });
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await untilFocused(page, "sw button");
  });

  // A server in the same room has no certificate: there browsers have no clipboard for pages.
  it("can be copied on pages without a certificate too", async (test) => {
    const { page } = await openWith(test, writeDemoMovie);
    await page.evaluate('Object.defineProperty(navigator, "clipboard", { value: undefined })');
    await page.getByRole("button", { name: "Watch sw elsewhere" }).click();
    const dialog = page.getByRole("dialog");
    const [command = ""] = await dialog.locator("pre").allInnerTexts();
    await dialog.getByRole("button", { name: /^Copy/ }).first().click();
    await dialog.getByText("Copied.").waitFor({ state: "attached" });
    await page.keyboard.press("Escape");
    await page.getByRole("searchbox").focus();
    await page.keyboard.press("Control+v");
    assert.equal(await page.getByRole("searchbox").inputValue(), command);
  });
});

describe("names with every legal character", () => {
  it("are shown as they are, with their pictures, and lead to their movies", async (test) => {
    const { page, server } = await openWith(test, (library) => {
      mkdirSync(join(library, "fol der?#%"));
      for (const name of LEGAL) writeMovie(library, `${name}_`, [1]);
      for (const name of LEGAL) writeMovie(join(library, "fol der?#%"), `${name}_`, [1]);
    });
    const { movies } = (await askJson(server, "/movies")) as { movies: { name: string }[] };
    assert.equal(movies.length, 2 * LEGAL.length);
    await page.setViewportSize({ width: 1440, height: 2400 });
    await until(async () => (await namesOf(page)).length === movies.length, "all cards");
    await until(async () => (await readCards(page)).every((card) => card.hasPicture), "all pictures").catch(
      async () =>
        assert.deepEqual(
          (await readCards(page)).filter((card) => !card.hasPicture),
          [],
        ),
    );
    const cards = await readCards(page);
    for (const [index, { name }] of movies.entries()) {
      assert.equal(decodeURIComponent(cards[index]?.link.slice("/watch/".length) ?? ""), name);
      assert.equal(cards[index]?.name, name.replaceAll(/\s+/g, " "));
    }
  });
});
