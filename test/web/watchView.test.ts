import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { encodeHeader } from "../../src/wire/netpbm.ts";
import { writeDemoMovie } from "../../src/main.ts";
import { writeBroken } from "../e2e/movies.ts";
import { faultsOf } from "./axe.testing.ts";
import { writeFrame } from "./elementPage.testing.ts";
import { ask, openWatch, until, untilShown, witness } from "./watchPage.testing.ts";

/** A name with what names of files may have, and addresses may not. */
const STRANGE = "sh 010%2F?#&=+ü:,;'\"<b>";

/** Files of 16 bits whose every sample says where it is. */
function writeDeep(library: string): void {
  const [width, height] = [64, 48];
  const raster = Buffer.alloc(width * height * 6);
  for (let at = 0; at < width * height; at++) {
    raster.writeUInt16BE(at % width, at * 6);
    raster.writeUInt16BE(Math.floor(at / width) * 100, at * 6 + 2);
    raster.writeUInt16BE(40_000, at * 6 + 4);
  }
  const header = encodeHeader({ magic: "P6", width, height, maxval: 65_535 });
  for (const number of [1, 2, 3])
    writeFileSync(join(library, `deep${number}.ppm`), Buffer.concat([header, raster]));
}

describe("what the player page shows", () => {
  // A link in a mail is a sentence: this frame, this part, this corner.
  it("is reopened by its address: frame, part, repeat, zoom and panel", async (test) => {
    const { page } = await openWatch(test, { query: "?frame=20" });
    await untilShown(page, 20);
    await page.keyboard.press("i");
    await page.keyboard.press("r");
    await page.keyboard.press("Shift+ArrowRight");
    await untilShown(page, 30);
    await page.keyboard.press("+");
    await page.keyboard.press("n");
    await page.waitForURL(/frame=30.*in=20.*zoom=1\.5.*panel=info/);
    const view = () => ask(page, `[player.frame, player.range, player.bounce, host.view.scale, host.panel]`);
    const before = await view();
    await page.reload();
    await untilShown(page, 30);
    await until(page, `root.querySelector("mutoscope-info-panel") !== null`);
    assert.deepEqual(await view(), before);
    assert.deepEqual(before, [30, [20, 100], true, 1.5, "info"]);
  });

  // A microscopist reads the camera's counts, and not what a screen makes of them.
  it("has the file's own values under the pointer, at any zoom", async (test) => {
    const { page } = await openWatch(test, { fill: writeDeep, movie: "deep", query: "?frame=2" });
    await until(page, "player.frame === 2 && player.paused");
    await page.keyboard.press("+");
    await page.keyboard.press("+");
    const box = (await page.locator("mutoscope-stage").boundingBox()) ?? assert.fail("no stage");
    await page.mouse.move(box.x + box.width * 0.5 + 20, box.y + box.height * 0.5 - 30);
    await page.mouse.wheel(0, -200);
    const said = `root.querySelector("mutoscope-read-out").shadowRoot.textContent`;
    const readOut = `${said}.replace(/\\s+/g, " ").trim()`;
    await until(page, `/r \\d/.test(${readOut})`);
    const text = await ask<string>(page, readOut);
    const [, x = "", y = "", r, g, b] =
      /^x (\d+) y (\d+) r ([\d,]+) g ([\d,]+) b ([\d,]+)$/.exec(text) ?? assert.fail(text);
    assert.deepEqual(
      [r, g, b].map((each) => Number(each?.replace(",", ""))),
      [Number(x), Number(y) * 100, 40_000],
    );
    // What is under the pointer there, as the page's geometry has it, is in the middle of the picture.
    assert.ok(Math.abs(Number(x) - 33) <= 3 && Math.abs(Number(y) - 22) <= 3, text);
    // Where there is no pixel, none is told of.
    await page.mouse.move(box.x + box.width / 2, box.y - 10);
    await until(page, `${readOut} === ""`);
  });

  // A difference between frame 57 and 56 is motion, and passes for a change of the picture.
  for (const mode of ["side", "wipe", "difference"]) {
    it(`compares two movies in lock step (${mode}): both pictures are of the same frame`, async (test) => {
      const { page } = await openWatch(test, {
        fill: async (library) => {
          await writeDemoMovie(library);
          for (let number = 1; number <= 100; number++) writeFrame(library, `other${number}.ppm`, number);
        },
        query: `?frame=10&compare=other&mode=${mode}`,
      });
      const numbers = `["leader", "follower"].map((name) =>
        readNumber(root.querySelector("mutoscope-compare").shadowRoot.querySelector("canvas." + name)))`;
      await until(page, `root.querySelector("mutoscope-compare")?.pair !== undefined`);
      assert.deepEqual(await ask(page, numbers), [10, 10]);
      await page.keyboard.press(".");
      await until(page, `root.querySelector("mutoscope-compare").pair.frame === 11`);
      assert.deepEqual(await ask(page, numbers), [11, 11]);
      await page.keyboard.press("l");
      const pairs: number[] = [];
      for (let sample = 0; sample < 30; sample++) {
        const [one = 0, other = 0] = await ask<number[]>(page, numbers);
        assert.ok(one > 0 && one === other, `${one} beside ${other}`);
        pairs.push(one);
        await page.waitForTimeout(40);
      }
      assert.ok(new Set(pairs).size > 5, `it played: ${pairs.join()}`);
    });
  }

  it("is found under every name that a file may have, and says which it is", async (test) => {
    const { page } = await openWatch(test, {
      fill: (library) => {
        for (const number of [1, 2]) writeFrame(library, `${STRANGE}.${number}.ppm`, number);
      },
      movie: STRANGE,
      query: "?frame=2",
    });
    await untilShown(page, 2);
    assert.equal(await page.locator("h1").textContent(), STRANGE);
  });

  it("is a sentence where there is no such movie, and the movie as soon as it comes", async (test) => {
    const { page, library } = await openWatch(test, { movie: "swa" });
    const alert = page.locator("mutoscope-refused section");
    await alert.waitFor();
    assert.match((await alert.textContent()) ?? "", /There is no movie “swa” on this server/);
    await alert.locator("li a").waitFor();
    assert.equal(await alert.locator("li a").first().getAttribute("href"), "/watch/sw");
    for (const number of [1, 2]) writeFrame(library, `swa${number}.ppm`, number);
    await page.locator("mutoscope-stage").waitFor({ timeout: 20_000 });
    await until(page, "player.frame >= 1");
  });

  it("stays when the movie is removed, and says so", async (test) => {
    const { page, library } = await openWatch(test, {
      fill: (folder) => writeFrame(folder, "one1.ppm", 1),
      movie: "one",
      query: "?frame=1",
    });
    await untilShown(page, 1);
    rmSync(join(library, "one1.ppm"));
    await until(page, `/has been removed/.test(root.querySelector(".said").textContent)`);
    assert.equal(await ask(page, "readNumber(player.canvas)"), 1);
  });

  it("tells all keys, and gives the focus back", async (test) => {
    const { page } = await openWatch(test, { query: "?frame=5" });
    await untilShown(page, 5);
    await page.keyboard.press("?");
    const dialog = page.locator("mutoscope-keys dialog");
    await dialog.waitFor();
    await page.keyboard.press(".");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await untilShown(page, 5);
  });

  // Who sees little, or uses no pointer, reviews pictures too.
  it("has no fault that axe finds, dark and light, wide and narrow, with keys open", async (test) => {
    const { page } = await openWatch(test, { query: "?frame=5&panel=compare" });
    await untilShown(page, 5);
    await witness(page);
    for (const colorScheme of ["dark", "light"] as const) {
      for (const [width, height] of [
        [1280, 800],
        [390, 844],
      ] as const) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height });
        assert.deepEqual(await faultsOf(page), [], `${colorScheme} ${width}`);
      }
    }
    await page.keyboard.press("?");
    assert.deepEqual(await faultsOf(page), []);
  });

  it("fits a phone: two rows of controls, nothing wider, targets as large as a finger", async (test) => {
    const { page } = await openWatch(test, {
      fill: (library) => {
        for (const number of [1_000_001, 1_000_002]) writeFrame(library, `far${number}.ppm`, 5);
      },
      movie: "far",
      query: "?frame=1000002",
      phone: true,
    });
    await until(page, "player.frame === 1000002");
    assert.ok(await ask<boolean>(page, "document.documentElement.scrollWidth <= 390"));
    const { height } = (await page.locator("mutoscope-stage").boundingBox()) ?? assert.fail("no stage");
    assert.ok(height > 300, `the picture has ${height} pixels`);
    const controls = `root.querySelector("mutoscope-controls")`;
    const targets = await ask<number[][]>(
      page,
      `[...${controls}.shadowRoot.querySelectorAll("button")].filter((each) => each.offsetParent !== null)
        .map((each) => each.getBoundingClientRect()).map(({ width, height, top }) => [width, height, top])`,
    );
    assert.ok(
      targets.every(([width = 0, tall = 0]) => width >= 44 && tall >= 44),
      JSON.stringify(targets),
    );
    assert.equal(new Set(targets.map(([, , top]) => top)).size, 2, "two rows");
  });

  it("says that a frame is damaged, and not that it is missing", async (test) => {
    const { page } = await openWatch(test, {
      fill: (library) => {
        for (const number of [1, 3]) writeFrame(library, `bad${number}.ppm`, number);
        writeBroken(join(library, "bad2.ppm"));
      },
      movie: "bad",
      query: "?frame=2",
    });
    await until(page, `/Frame 2 cannot be read/.test(root.querySelector(".said").textContent)`);
  });

  it("says which frames have come", async (test) => {
    const { page, library } = await openWatch(test, { query: "?frame=1" });
    await untilShown(page, 1);
    writeFrame(library, "sw101.ppm", 1);
    await until(page, `/New: frame 101/.test(root.querySelector(".said").textContent)`);
  });
});
