import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { upTo } from "../e2e/movies.ts";
import {
  after,
  ask,
  frames,
  openStage,
  part,
  tag,
  until,
  untilReady,
  writeFrame,
} from "./elementPage.testing.ts";
import { type Sighting, assertAgree, takeSightings } from "./reading.testing.ts";

const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));
const EXAMPLE = readFileSync(join(CHECKOUT, "examples/element/page.html"), "utf8");
const CHROME = readFileSync(join(CHECKOUT, "node_modules/media-chrome/dist/iife/all.js"));

/** Controls that somebody else wrote for `<video>`, and that know nothing of frames. */
function withControls(attributes: string): string {
  return `<script src="media-chrome.js"></script>
<media-controller style="width: 480px">
  ${tag(`slot="media" ${attributes}`)}
  <media-playback-rate-menu rates="0.5 1 2" hidden anchor="auto"></media-playback-rate-menu>
  <media-control-bar>
    <media-play-button></media-play-button>
    <media-time-range></media-time-range>
    <media-time-display show-duration></media-time-display>
    <media-playback-rate-menu-button></media-playback-rate-menu-button>
  </media-control-bar>
</media-controller>`;
}

function writeTwo(library: string): void {
  for (const number of upTo(5)) writeFrame(library, `a.${number}.ppm`, number);
  for (const number of upTo(5)) writeFrame(library, `b.${number}.ppm`, number + 50);
}

function writeDay(library: string): void {
  for (const number of [1, 2, 1_000_000]) writeFrame(library, `day.${number}.ppm`, (number % 99) + 1);
}

const EACH = `document.querySelectorAll("mutoscope-player")`;

function untilAll(page: Page, expression: string): Promise<unknown> {
  return page.waitForFunction(`[...${EACH}].every((player) => ${expression})`, undefined, {
    timeout: 20_000,
  });
}

async function idle(origin: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const metrics = await (await fetch(`${origin}/metrics`)).text();
    const { total } = (await (await fetch(`${origin}/playbacks`)).json()) as { total: number };
    const sockets = /^mutoscope_connections\{[^}]*websocket[^}]*\} (\d+)/m.exec(metrics)?.[1] ?? "0";
    if (total === 0 && sockets === "0") return;
    assert.ok(Date.now() < deadline, `${total} playbacks, ${sockets} WebSockets`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe("pages with <mutoscope-player>", () => {
  // People have players already: a custom element is of use to them if it takes <video>'s place.
  it("are driven by media-chrome's play button, time range and rate menu", async (test) => {
    const { page } = await openStage(test, {
      html: withControls("loop"),
      files: () => ({ "media-chrome.js": CHROME }),
    });
    await untilReady(page);
    await page.locator("media-play-button").click();
    await until(page, "!player.paused && player.frame > 5");
    await page.locator("media-playback-rate-menu-button").click();
    await page.getByRole("menuitemradio", { name: "2" }).click();
    await until(page, "player.playbackRate === 2");
    await takeSightings(page);
    await frames(page, 20);
    const fast = await takeSightings(page);
    assertAgree(fast);
    assert.ok(rateOf(fast) > 40, `${rateOf(fast)} frames per second`);
    await page.locator("media-play-button").click();
    await until(page, "player.paused");
    const range = page.locator("media-time-range");
    const box = (await range.boundingBox()) ?? assert.fail("no range");
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await until(page, "!player.seeking && Math.abs(player.frame - 50) < 8");
    assert.equal(await ask(page, "readNumber(player.canvas) === player.frame"), true);
    const shown = await page.locator("media-time-range").getAttribute("mediacurrenttime");
    assert.ok(
      Math.abs(Number(shown) - (await ask<number>(page, "player.currentTime"))) < 0.001,
      String(shown),
    );
    assert.equal(await page.locator("media-controller").getAttribute("mediapaused"), "");
    assertAgree(await takeSightings(page));
  });

  it("with nine players have one connection, and each shows its own frames", async (test) => {
    const movies = upTo(9).map((number) => `movie${number}x`);
    const fill = (library: string): void => {
      for (const movie of movies)
        for (const number of upTo(30)) writeFrame(library, `${movie}.${number}.ppm`, number);
    };
    const html = movies.map((movie) => tag('loop autoplay style="width: 240px"', movie)).join("\n");
    let sockets = 0;
    const { page } = await openStage(test, {
      fill,
      html,
      prepare: async (page) => {
        page.on("websocket", () => (sockets += 1));
        await page.setViewportSize({ width: 900, height: 900 });
      },
    });
    await untilAll(page, "player.sightings?.length > 60");
    assert.equal(sockets, 1);
    const sightings = await page.evaluate<Sighting[][]>(`[...${EACH}].map((player) => player.sightings)`);
    for (const each of sightings) assertAgree(each);
  });

  it("may move a player without losing its place", async (test) => {
    const html = `${tag("loop autoplay")}<div id="elsewhere"></div>`;
    let sockets = 0;
    const prepare = async (page: Page): Promise<void> => {
      page.on("websocket", () => (sockets += 1));
    };
    const { page } = await openStage(test, { html, prepare });
    await until(page, "player.frame > 10");
    const [before, following] = await ask<[number, number]>(
      page,
      `(() => {
      const before = player.frame;
      document.querySelector("#elsewhere").append(player);
      return [before, player.frame];
    })()`,
    );
    assert.equal(following, before);
    await until(page, `player.frame > ${before + 10}`);
    assertAgree(await takeSightings(page));
    assert.equal(sockets, 1);
  });

  it("take a player out, leave nothing of it on the server, and may put it back", async (test) => {
    const { page, origin } = await openStage(test, { html: tag("loop autoplay") });
    await until(page, "player.frame > 10");
    await page.evaluate(
      `(() => { globalThis.kept = document.querySelector("mutoscope-player"); kept.remove(); })()`,
    );
    await idle(origin);
    assert.equal(await page.evaluate("kept.stats.keptBytes"), 0);
    assert.equal(await page.evaluate("kept.paused"), true);
    const place = await page.evaluate<number>("kept.sightings.at(-1).frame");
    await page.evaluate("document.body.append(kept)");
    await untilReady(page);
    assert.equal(await ask(page, "player.frame"), place);
  });

  it("may change what a player shows", async (test) => {
    const { page, origin } = await openStage(test, { fill: writeTwo, html: tag("", "a") });
    await untilReady(page);
    await ask(page, "player.frame = 3");
    await after(page, "loadeddata", `player.src = "${origin}/movies/b?from=2&to=4"`);
    assert.deepEqual(await ask(page, "[player.frame, readNumber(player.canvas), player.range]"), [
      2,
      52,
      [2, 4],
    ]);
    await ask(page, "player.play()");
    await until(page, "player.ended && player.frame === 4");
    await ask(page, "(player.src = 'nonsense')");
    await until(page, "player.error?.code === 4");
    assert.match(await part(page, "message"), /should look like/);
  });

  it("show movies whatever their names", async (test) => {
    const names = ["ä ö", "a%b", "50%25", "what?#&", "ns:beauty,v2", "<b>“x”"];
    const fill = (library: string): void => {
      for (const name of names)
        for (const number of [1, 2]) writeFrame(library, `${name}.${number}.ppm`, number);
    };
    const html = names.map((name) => tag("", encodeURIComponent(name))).join("\n");
    const { page } = await openStage(test, { fill, html });
    await untilAll(page, "player.readyState === 4 && readNumber(player.canvas) === 1");
  });

  // What people copy has to work as it stands.
  it("may be copied from the example", async (test) => {
    const { page, origin, pageOrigin } = await openStage(test, {
      files: (origin) => ({ "example.html": EXAMPLE.replaceAll("http://127.0.0.1:8080", origin) }),
    });
    assert.ok(origin !== pageOrigin);
    await page.goto(`${pageOrigin}/example.html`);
    const shot = 'document.querySelector("#shot")';
    await page.waitForFunction(`${shot}.readyState === 4 && ${shot}.frame === 20`);
    await page.getByRole("button", { name: "One on" }).click();
    await page.waitForFunction(`readNumber(${shot}.canvas) === 21`);
    assert.equal(await page.getByLabel("Frame", { exact: true }).inputValue(), "21");
    await page.getByLabel("Frame", { exact: true }).fill("50");
    await page.getByLabel("Frame", { exact: true }).blur();
    await page.waitForFunction(`readNumber(${shot}.canvas) === 50`);
    await page.getByRole("button", { name: "Play" }).click();
    await page.waitForFunction(`${shot}.ended && ${shot}.frame === 60`);
  });

  it("do not begin to move for who has asked for less motion", async (test) => {
    const { page } = await openStage(test, {
      html: tag("autoplay loop"),
      prepare: (page) => page.emulateMedia({ reducedMotion: "reduce" }),
    });
    await untilReady(page);
    assert.deepEqual(await ask(page, "[player.paused, player.frame]"), [true, 1]);
    await ask(page, "player.play()");
    await until(page, "player.frame > 3");
  });

  // A million frames are a day of a microscope.
  it("show a movie of a million numbers as quickly as one of ten", async (test) => {
    const { page } = await openStage(test, { fill: writeDay, html: tag("", "day") });
    await untilReady(page);
    assert.deepEqual(await ask(page, "[player.frameCount, player.lastFrame]"), [1_000_000, 1_000_000]);
    await after(page, "seeked", "player.frame = 999999");
    assert.equal(await part(page, "label"), "999999 missing, showing 2");
    await after(page, "seeked", "player.currentTime = player.duration");
    assert.equal(await ask(page, "readNumber(player.canvas)"), (1_000_000 % 99) + 1);
  });
});

function rateOf(sightings: readonly Sighting[]): number {
  const [first, last] = [sightings[0], sightings.at(-1)];
  if (first === undefined || last === undefined) return 0;
  const steps = (last.pixels - first.pixels + 100) % 100;
  return (steps * 1000) / (last.at - first.at);
}
