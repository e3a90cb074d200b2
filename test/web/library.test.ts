import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { Page } from "playwright-core";
import { type RunningServer, writeDemoMovie } from "../../src/main.ts";
import { until } from "../e2e/deadline.ts";
import { makeFolder, picture, upTo, writeBroken, writeMovie } from "../e2e/movies.ts";
import { serve } from "../e2e/server.ts";
import { urlOf } from "../e2e/web.ts";
import { faultsOf } from "./axe.testing.ts";
import { type LibraryOptions, namesOf, openLibrary, readCards } from "./libraryPage.testing.ts";

type Opened = { readonly page: Page; readonly server: RunningServer; readonly library: string };

/** The built-in movie, one with a hole of three frames in ten in a folder, and one that is broken. */
async function fillLibrary(library: string): Promise<void> {
  await writeDemoMovie(library);
  mkdirSync(join(library, "sh010"));
  writeMovie(join(library, "sh010"), "beauty", [1001, 1002, 1003, 1007, 1008, 1009, 1010]);
  writeBroken(join(library, "torn1.ppm"));
}

/** The same, and one frame of `sh010/beauty` is still to come. */
async function declareMore(library: string): Promise<void> {
  await fillLibrary(library);
  writeFileSync(join(library, "sh010", "movie.json"), '{ "last": 1011 }');
}

async function openFilled(
  test: TestContext,
  fill: (library: string) => unknown = fillLibrary,
  options: LibraryOptions = {},
): Promise<Opened> {
  const library = makeFolder(test);
  await fill(library);
  const server = await serve(test, library);
  return { page: await openLibrary(test, server, options), server, library };
}

/** Waits until the cards are those of these movies, in this order. */
async function untilNames(page: Page, names: readonly string[]): Promise<void> {
  await until(async () => isDeepStrictEqual(await namesOf(page), names), names.join(", ")).catch(async () =>
    assert.deepEqual(await namesOf(page), names),
  );
}

/** So many movies, the first of one frame, the second of two …; the last is the newest. */
function writeMany(library: string, names: readonly string[]): void {
  for (const [index, name] of names.entries()) writeMovie(library, `${name}.`, upTo(index + 1));
}

describe("a card of the library page", () => {
  // Whoever looks for a shot wants to know whether it is whole before he opens it.
  it("has a movie's picture, its name with its folders, and its numbers", async (test) => {
    const { page } = await openFilled(test);
    const isShown = async (): Promise<boolean> =>
      (await readCards(page)).filter((card) => card.hasPicture || card.instead !== "").length === 3;
    await until(isShown, "pictures, or why there is none");
    const [beauty, sw, torn] = await readCards(page);
    assert.deepEqual(beauty, {
      name: "sh010/beauty",
      facts: "7 frames · 1001–1010 · 3 missing · 24 fps · 16×12",
      link: "/watch/sh010%2Fbeauty",
      label: "sh010/beauty: 7 frames, 1001 to 1010, 3 missing, 24 frames per second",
      marks: ["0.30–0.60"],
      hasPicture: true,
      instead: "",
    });
    assert.deepEqual([sw?.name, sw?.facts], ["sw", "100 frames · 1–100 · 24 fps · 160×120"]);
    assert.equal(torn?.name, "torn");
    assert.match(torn?.instead ?? "", /^This frame cannot be shown ?FRAME_/);
  });

  // A grid that jumps while pictures come has one click on the wrong movie.
  it("is as large before its picture came as behind it", async (test) => {
    const held: (() => void)[] = [];
    const { page } = await openFilled(test, fillLibrary, {
      prepare: (opened) =>
        opened.route("**/frames/**", async (route) => {
          await new Promise<void>((resolve) => held.push(resolve));
          await route.continue();
        }),
    });
    const card = page.locator("mutoscope-movie-card").first();
    const before = await card.boundingBox();
    await until(() => held.length >= 3, "three pictures asked for");
    for (const release of held) release();
    await until(async () => (await readCards(page))[0]?.hasPicture === true, "a picture");
    assert.deepEqual(await card.boundingBox(), before);
  });

  // A picture of 2048 pixels in a card of 300 costs the server what viewers need.
  it("asks for a picture as wide as it is shown, behind whoever watches", async (test) => {
    const asked: URL[] = [];
    const { page } = await openFilled(test, fillLibrary, {
      prepare: async (opened) => opened.on("request", (request) => void asked.push(new URL(request.url()))),
    });
    const frames = (): URL[] => asked.filter(({ pathname }) => pathname.includes("/frames/"));
    await until(() => frames().length >= 3, "three pictures asked for");
    const [first] = frames();
    assert.match(first?.pathname ?? "", /\/frames\/-?\d+\.jpg$/);
    assert.equal(first?.searchParams.get("priority"), "7");
    const { width = 0 } = (await page.locator("mutoscope-movie-card").first().boundingBox()) ?? {};
    const asWide = Number(first?.searchParams.get("width"));
    assert.ok(asWide >= width && asWide < 2 * width, `${asWide} for ${width}`);
  });

  // To know what is in a movie nobody should have to open it.
  it("shows the part of the movie that the pointer points at, and its number", async (test) => {
    const { page } = await openFilled(test);
    await until(async () => (await readCards(page))[1]?.hasPicture === true, "a picture");
    const card = page.locator("mutoscope-movie-card").nth(1);
    const { x = 0, y = 0, width = 0 } = (await card.boundingBox()) ?? {};
    for (const [part, frame] of [
      [0.055, 6],
      [0.305, 31],
      [0.955, 96],
    ] as const) {
      const answered = page.waitForResponse(/\/movies\/sw\/frames\/\d+\.jpg/);
      await page.mouse.move(x + part * width, y + 40);
      const shown = Number(await card.locator(".at").innerText());
      assert.ok(Math.abs(shown - frame) <= 1, `${shown}, expected about ${frame}`);
      assert.match((await answered).url(), new RegExp(`/frames/${shown}\\.jpg`));
    }
    await page.mouse.move(0, 0);
    assert.equal(await card.locator(".at").count(), 0);
  });

  // A hole has no picture: what is shown is what is there, and the number is that of what is shown.
  it("never shows a hole under the pointer", async (test) => {
    const { page } = await openFilled(test);
    const card = page.locator("mutoscope-movie-card").first();
    const { x = 0, y = 0, width = 0 } = (await card.boundingBox()) ?? {};
    await page.mouse.move(x + 0.45 * width, y + 40);
    assert.equal((await card.locator(".at").innerText()).trim(), "1003");
  });

  it("opens its movie by a click and by Enter", async (test) => {
    const { page, server } = await openFilled(test);
    await page.locator("mutoscope-movie-card a").first().click();
    await page.waitForURL(urlOf(server, "/watch/sh010%2Fbeauty"));
    await page.goBack();
    await page.locator("mutoscope-movie-card a").nth(1).focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(urlOf(server, "/watch/sw"));
  });
});

describe("the library page while frames land", () => {
  // A render that is watched from the library must not need a key to be pressed.
  it("counts each frame, and takes the mark from a hole that is filled", async (test) => {
    const { page, library } = await openFilled(test);
    const folder = join(library, "sh010");
    writeFileSync(join(folder, "beauty1011.ppm"), picture(11));
    const beauty = page.locator("mutoscope-movie-card").first();
    await beauty.getByText("8 frames · 1001–1011").waitFor();
    for (const number of [1004, 1005, 1006])
      writeFileSync(join(folder, `beauty${number}.ppm`), picture(number - 1000));
    await beauty.getByText("11 frames · 1001–1011 · 24 fps").waitFor();
    assert.deepEqual((await readCards(page))[0]?.marks, []);
  });

  it("says of a movie that it is live until the last frame that was declared has come", async (test) => {
    const { page, library } = await openFilled(test, declareMore);
    const beauty = page.locator("mutoscope-movie-card").first();
    await beauty.getByText("live", { exact: true }).waitFor();
    assert.match((await readCards(page))[0]?.label ?? "", /, live$/);
    writeFileSync(join(library, "sh010", "beauty1011.ppm"), picture(11));
    await beauty.getByText("8 frames · 1001–1011").waitFor();
    await beauty.getByText("live", { exact: true }).waitFor({ state: "detached" });
  });

  it("has movies that come, and has no more those that went", async (test) => {
    const { page, library } = await openFilled(test);
    writeMovie(library, "new.", [1, 2]);
    await untilNames(page, ["new", "sh010/beauty", "sw", "torn"]);
    rmSync(join(library, "sh010"), { recursive: true });
    await untilNames(page, ["new", "sw", "torn"]);
  });

  // Ten frames a second must not be ten pictures a second for everybody who has the page open.
  it("asks for no other picture because a frame landed behind it", async (test) => {
    let asked = 0;
    const { page, library } = await openFilled(test, undefined, {
      prepare: async (opened) =>
        opened.on("request", (request) => {
          if (/sh010.*\/frames\//.test(request.url())) asked += 1;
        }),
    });
    await until(async () => (await readCards(page))[0]?.hasPicture === true, "a picture");
    for (const number of upTo(10)) {
      writeFileSync(join(library, "sh010", `beauty${1010 + number}.ppm`), picture(number));
      await page.getByText(`${7 + number} frames ·`).waitFor();
    }
    assert.ok(asked <= 4, `${asked} pictures`);
  });

  // What is shown is what is on the disk.
  it("shows the picture anew when its frame was rendered anew", async (test) => {
    const { page, library } = await openFilled(test, (folder) => {
      writeMovie(folder, "one", [1]);
    });
    await until(async () => (await readCards(page))[0]?.hasPicture === true, "a picture");
    const level = (): Promise<number> =>
      page.evaluate(`(async () => {
        const root = document.querySelector("mutoscope-library-page").shadowRoot;
        const image = root.querySelector("mutoscope-movie-card").shadowRoot.querySelector("img");
        if (image === null) return -1;
        await image.decode().catch(() => undefined);
        const canvas = new OffscreenCanvas(1, 1);
        canvas.getContext("2d").drawImage(image, 0, 0, 1, 1);
        return canvas.getContext("2d").getImageData(0, 0, 1, 1).data[0];
      })()`);
    assert.ok((await level()) < 5);
    writeFileSync(join(library, "one1.ppm"), picture(200));
    await until(async () => Math.abs((await level()) - 200) < 5, "the new picture");
  });
});

describe("search and order of the library page", () => {
  const NAMES = ["walk cycle", "run cycle", "walk home", "fly"];

  // Whoever has three hundred shots types two letters.
  it("finds as one types, from the key / on, and keeps it in the address", async (test) => {
    const { page } = await openFilled(test, (library) => writeMany(library, NAMES));
    await page.keyboard.press("/");
    await page.keyboard.type("walk");
    await untilNames(page, ["walk cycle", "walk home"]);
    assert.equal(new URL(page.url()).search, "?search=walk");
    await page.getByText("2 movies found").waitFor();
    await page.reload();
    await untilNames(page, ["walk cycle", "walk home"]);
    assert.equal(await page.getByRole("searchbox").inputValue(), "walk");
  });

  // Names have spaces, and people stop to think behind a word.
  it("takes nothing from what is being typed", async (test) => {
    const { page } = await openFilled(test, (library) => writeMany(library, NAMES));
    await page.keyboard.press("/");
    await page.keyboard.type("walk ");
    await untilNames(page, ["walk cycle", "walk home"]);
    await page.keyboard.type("h");
    await untilNames(page, ["walk home"]);
  });

  it("is the order that is chosen, in the address too", async (test) => {
    const { page, library } = await openFilled(test, (folder) => writeMany(folder, NAMES));
    await untilNames(page, ["fly", "run cycle", "walk cycle", "walk home"]);
    await page.getByLabel("Order").selectOption("-frames");
    await untilNames(page, ["fly", "walk home", "run cycle", "walk cycle"]);
    assert.equal(new URL(page.url()).search, "?sort=-frames");
    writeFileSync(join(library, "run cycle.3.ppm"), picture(3));
    await page.getByLabel("Order").selectOption("-changed");
    await until(async () => (await namesOf(page))[0]?.startsWith("run cycle") === true, "the newest first");
    await page.getByLabel("Order").selectOption("live");
    await until(async () => (await namesOf(page))[0]?.startsWith("run cycle") === true, "the live one first");
  });

  it("says that nothing was found, and shows everything again", async (test) => {
    const { page } = await openFilled(test, (library) => writeMany(library, NAMES));
    await page.getByRole("searchbox").fill("<b>swim</b>");
    await page.getByText("No movie has “<b>swim</b>” in its name").waitFor();
    await page.getByRole("button", { name: "Show all movies" }).click();
    await page.getByText("4 movies").waitFor();
    assert.equal(await page.getByRole("searchbox").inputValue(), "");
    assert.equal(new URL(page.url()).search, "");
  });

  it("is a grid of pictures or a list, as was chosen", async (test) => {
    const { page } = await openFilled(test, (library) => writeMany(library, NAMES));
    const rows = async (): Promise<number> => {
      const boxes = await Promise.all(
        (await page.locator("mutoscope-movie-card").all()).map((each) => each.boundingBox()),
      );
      return new Set(boxes.map((box) => box?.y)).size;
    };
    assert.equal(await rows(), 1);
    await page.getByRole("button", { name: "List" }).click();
    await until(async () => (await rows()) === 4, "four rows");
    assert.equal(new URL(page.url()).search, "?view=list");
  });
});

describe("the library page for everybody", () => {
  it("has no fault that axe finds, dark and light, wide and narrow, full and empty", async (test) => {
    const { page } = await openFilled(test, declareMore);
    await page.getByText("live", { exact: true }).first().waitFor();
    const empty = await openLibrary(test, await serve(test, makeFolder(test)));
    for (const colorScheme of ["dark", "light"] as const)
      for (const [width, height] of [
        [1440, 900],
        [390, 844],
      ] as const)
        for (const each of [page, empty]) {
          await each.emulateMedia({ colorScheme });
          await each.setViewportSize({ width, height });
          assert.deepEqual(await faultsOf(each), [], `${colorScheme} ${width}`);
        }
    await page.getByRole("button", { name: "Watch sw elsewhere" }).click();
    await page.getByRole("dialog").waitFor();
    assert.deepEqual(await faultsOf(page), []);
  });

  // On a phone nothing is read by scrolling sideways, and thumbs are wide.
  it("fits a phone", async (test) => {
    const { page } = await openFilled(test, fillLibrary, { width: 390, height: 844 });
    assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 390);
    const box = await page.locator("mutoscope-movie-card").first().boundingBox();
    assert.ok((box?.width ?? 0) > 350, `${box?.width}`);
  });

  // A page that flashes white in a dark room is closed at once.
  it("is dark or light as was chosen, from its first picture on, on the next visit too", async (test) => {
    const { page } = await openFilled(test);
    await page.emulateMedia({ colorScheme: "light" });
    const colour = (): Promise<string> => page.evaluate("getComputedStyle(document.body).backgroundColor");
    assert.equal(await colour(), "rgb(244, 244, 244)");
    await page.getByRole("combobox", { name: "Colours" }).selectOption("dark");
    assert.equal(await colour(), "rgb(26, 26, 26)");
    await page.addInitScript(`addEventListener("DOMContentLoaded", () => requestAnimationFrame(() => {
      globalThis.firstColour = getComputedStyle(document.body).backgroundColor;
    }));`);
    await page.reload();
    assert.equal(await page.evaluate("globalThis.firstColour"), "rgb(26, 26, 26)");
  });
});
