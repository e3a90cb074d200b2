import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Locator } from "playwright-core";
import { BitRate } from "../../src/base/units.ts";
import { askJson } from "../e2e/web.ts";
import { faultsOf } from "./axe.testing.ts";
import {
  DEEP_FRAMES,
  HEIGHT,
  WIDTH,
  ask,
  eventually,
  factsOf,
  openPanel,
  pixelAt,
  sampleAt,
} from "./panelPage.testing.ts";

/** Of the axis, where the frame has values. */
const CLOSER = ["0", String(Math.ceil(16 * (WIDTH - 1) * 1.05))];

function endsOf(panel: Locator): Promise<string[]> {
  return panel.locator(".ends span").allTextContents();
}

/** From the closer look, which comes by itself, to all that there can be. */
async function seeAll(panel: Locator): Promise<void> {
  await panel.getByRole("button", { name: "Closer" }).click();
  await eventually(async () => assert.deepEqual(await endsOf(panel), ["0", "65535"]));
}

describe("the histogram beside a picture", () => {
  // A number that is not the file's own is worth nothing to whoever measures.
  it("is of the frame that is shown, in the file's values, with the levels that are used", async (test) => {
    const { page, server, panel } = await openPanel(test, { panel: "histogram" });
    await panel.getByText("of frame 7").waitFor();
    const told = (await askJson(server, "/movies/deep/frames/7/histogram")) as {
      levels: { low: number; high: number };
    };
    assert.equal(await panel.getByLabel("Black at").inputValue(), String(told.levels.low));
    assert.equal(await panel.getByLabel("White at").inputValue(), String(told.levels.high));
    assert.deepEqual(await endsOf(panel), CLOSER);
    await page.keyboard.press("ArrowRight");
    await panel.getByText("of frame 8").waitFor();
    assert.equal(await ask(page, "player.frame"), 8);
  });

  it("is not asked for while a movie plays, and says of which frame it is", async (test) => {
    const { page, panel } = await openPanel(test, { panel: "histogram" });
    await panel.getByText("of frame 7").waitFor();
    let questions = 0;
    page.on("request", (request) => (questions += request.url().includes("/histogram") ? 1 : 0));
    await ask(page, "player.play()");
    await panel.getByText("of frame 7, until it pauses").waitFor();
    await eventually(async () => assert.ok((await ask<number>(page, "player.stats.shown")) > 10));
    assert.equal(questions, 0);
    await ask(page, "player.pause()");
    const frame = await ask<number>(page, "player.frame");
    await panel.getByText(`of frame ${frame}`, { exact: true }).waitFor();
    assert.ok(questions > 0);
  });

  // The handle, the number, the picture and what is read aloud are one thing.
  it("has two handles that are dragged and moved by keys, and the picture follows", async (test) => {
    const { page, panel } = await openPanel(test, { panel: "histogram" });
    const high = panel.getByRole("slider", { name: "Full brightness" });
    await seeAll(panel);
    const field = (await panel.locator(".field").boundingBox()) ?? assert.fail("no plot");
    const box = (await high.boundingBox()) ?? assert.fail("no handle");
    await page.mouse.move(box.x + 4, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(field.x + field.width / 2, box.y + box.height / 2, { steps: 8 });
    await page.mouse.up();
    const dragged = Number(await panel.getByLabel("White at").inputValue());
    assert.ok(Math.abs(dragged - 32_768) < 400, `dragged to ${dragged}`);
    await panel.getByLabel("White at").fill("8000");
    await panel.getByLabel("White at").press("Enter");
    await panel.getByRole("slider", { name: "Black" }).focus();
    for (const key of ["Home", "ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
    assert.equal(await ask(page, "player.frame"), 7, "arrows mean the handle, and no frame");
    await eventually(async () =>
      assert.deepEqual(await ask(page, "player.rendition.levels"), { low: 512, high: 8000 }),
    );
    const text = await high.getAttribute("aria-valuetext");
    assert.equal(text, "8000 of 65535 becomes full brightness");
    const [red] = sampleAt(7, WIDTH / 2, 0);
    const expected = ((red - 512) / (8000 - 512)) * 255;
    await eventually(async () => {
      const [shown = 0] = await pixelAt(page, 0.5, 0.2);
      assert.ok(Math.abs(shown - expected) < 12, `${shown} is shown for ${expected}`);
    });
    await panel.getByRole("button", { name: "Auto" }).click();
    await eventually(async () => assert.equal(await ask(page, "player.rendition.levels"), undefined));
  });

  // The server refuses levels that cross, and the picture would be gone.
  it("takes no level that cannot be", async (test) => {
    const { page, panel } = await openPanel(test, { panel: "histogram", query: "&frame=7&levels=100,200" });
    const low = panel.getByLabel("Black at");
    await low.waitFor();
    assert.equal(await low.inputValue(), "100");
    await low.fill("5000");
    await ask(page, "player.step(1)");
    await panel.getByText("of frame 8").waitFor();
    assert.equal(await low.inputValue(), "5000", "another frame takes nothing away from who types");
    await low.press("Enter");
    await eventually(async () =>
      assert.deepEqual(await ask(page, "player.rendition.levels"), { low: 199, high: 200 }),
    );
    await low.fill("");
    await low.press("Enter");
    await eventually(async () => assert.equal(await low.inputValue(), "199"));
  });

  // 12 bits in a file of 16 are a sixteenth of its axis: nothing is seen there, and no handle is held.
  it("looks at where the frame has values when they would be lost, and at all if asked", async (test) => {
    const { panel } = await openPanel(test, { panel: "histogram" });
    await eventually(async () => assert.deepEqual(await endsOf(panel), CLOSER));
    await seeAll(panel);
    await panel.getByRole("button", { name: "Closer" }).click();
    await eventually(async () => assert.deepEqual(await endsOf(panel), CLOSER));
    const most = 16 * (WIDTH - 1);
    await panel.getByRole("button", { name: "This frame" }).click();
    await eventually(async () => assert.equal(await panel.getByLabel("White at").inputValue(), String(most)));
  });

  // Somebody who opens a link with this panel sees the movie play at once.
  it("is there for a movie that plays already", async (test) => {
    const { page, panel } = await openPanel(test, { panel: "histogram", query: "" });
    await panel.getByText(/of frame \d+, until it pauses/).waitFor();
    assert.equal(await ask(page, "player.paused"), false);
  });

  it("has an exposure in stops, which a double click takes back", async (test) => {
    const { page, panel } = await openPanel(test, { panel: "histogram", query: "&frame=7&levels=0,65535" });
    const [before = 0] = await pixelAt(page, 0.9, 0.1);
    const exposure = panel.getByRole("slider", { name: "Exposure" });
    await exposure.fill("3");
    await eventually(async () => assert.equal(await ask(page, "player.rendition.exposure"), 3));
    await panel.getByText("+3 stops").waitFor();
    await eventually(async () => {
      const [after = 0] = await pixelAt(page, 0.9, 0.1);
      assert.ok(after > before * 2, `${before} became ${after}`);
    });
    await exposure.dblclick();
    await eventually(async () => assert.equal(await ask(page, "player.rendition.exposure"), undefined));
    await panel.getByText("0 stops").waitFor();
  });
});

describe("what is told of a movie and of what is shown", () => {
  it("is what the server says, and what the player counts", async (test) => {
    const { page, panel } = await openPanel(test, { panel: "info" });
    await eventually(async () => {
      const facts = await factsOf(panel);
      assert.equal(facts["Name"], "deep");
      assert.equal(facts["Frames"], `${DEEP_FRAMES}, from 1 to ${DEEP_FRAMES}`);
      assert.equal(facts["Picture"], `${WIDTH} × ${HEIGHT} pixels`);
      assert.equal(facts["Depth"], "16 bits, colour");
      assert.equal(facts["Frame"], "7");
      assert.equal(facts["As"], `JPEG, ${WIDTH} pixels wide`);
    });
    await ask(page, "player.play()");
    await eventually(async () => assert.ok((await ask<number>(page, "player.stats.shown")) > 5));
    await ask(page, "player.pause()");
    await eventually(async () => {
      const { shown, late } = await ask<{ shown: number; late: number }>(page, "player.stats");
      const facts = await factsOf(panel);
      assert.equal(facts["Played"], `${shown} frames`);
      assert.equal(facts["Late"], late === 0 ? "none" : String(late));
    });
  });
});

describe("how a movie is sent", () => {
  it("is chosen in words, and done at once", async (test) => {
    const { page, panel } = await openPanel(test, { panel: "settings" });
    await panel.getByRole("radio", { name: /Every frame/ }).check();
    await eventually(async () => assert.equal(await ask(page, "player.contract"), "all"));
    await panel.getByLabel("Picture quality").selectOption("PNG: exact");
    await eventually(async () => assert.match(await ask<string>(page, "player.stats.rendition"), /"png"/));
    await panel.getByLabel("Priority").fill("300");
    await panel.getByLabel("Priority").press("Enter");
    await eventually(async () => assert.equal(await panel.getByLabel("Priority").inputValue(), "3"));
    await panel.getByLabel("Priority").fill("9");
    await panel.getByLabel("Priority").press("Enter");
    await eventually(async () => assert.equal(await ask(page, "player.priority"), 9));
    await ask(page, "player.play()");
    await panel.getByText("The server grants 9.").waitFor();
  });

  // What was granted is asked for every second, and others change the player too: nobody types that fast.
  it("waits for whoever is typing", async (test) => {
    const { page, panel } = await openPanel(test, { panel: "settings" });
    const field = panel.getByLabel("Priority");
    await field.fill("12");
    await ask(page, "(player.priority = 7, player.play(), 0)");
    await panel.getByText("The server grants 7.").waitFor();
    assert.equal(await field.inputValue(), "12");
    await field.press("Enter");
    await panel.getByText("The server grants 12.").waitFor();
    await ask(page, "(player.priority = 8, 0)");
    await eventually(async () => assert.equal(await field.inputValue(), "8"));
  });
});

describe("why frames are late", () => {
  // Numbers of milliseconds frighten people for whom all is well.
  it("is a calm sentence where nothing was played", async (test) => {
    const { panel } = await openPanel(test, { panel: "late" });
    await panel.getByText("Nothing has been played yet").waitFor();
    assert.equal(await panel.locator(".verdict.calm").count(), 1);
  });

  // 400 kbit a second are two of these pictures: the rest is left out, and this is why.
  it("is the budget, where that is too small", async (test) => {
    const settings = { egress: BitRate(400_000) } as const;
    const { page, panel } = await openPanel(test, { panel: "late", settings });
    await ask(page, "(player.rendition = { format: 'png' }, player.play(), 0)");
    const first = panel.locator("li").first();
    await first.getByText("The bandwidth budget").waitFor({ timeout: 20_000 });
    await panel.getByText(/waited longest for the bandwidth budget/).waitFor();
    await ask(page, "player.pause()");
    await eventually(async () => assert.notEqual((await factsOf(panel))["Sent"], "0"));
    await first.getByText("The bandwidth budget").waitFor();
  });
});

// The picture is a JPEG of another size: the read-out is the file's, or it is none.
it("the pixel under the pointer is read out of the file, in its own units", async (test) => {
  const { page } = await openPanel(test, { panel: "info" });
  const box = (await page.locator("mutoscope-player canvas").boundingBox()) ?? assert.fail("no canvas");
  const readOut = page.locator("mutoscope-read-out");
  const [x, y] = [64, 96];
  // The picture is as large as fits, in the middle.
  const scale = Math.min(box.width / WIDTH, box.height / HEIGHT);
  const place = (middle: number, size: number, at: number): number => middle + (at + 0.5 - size / 2) * scale;
  await page.mouse.move(place(box.x + box.width / 2, WIDTH, x), place(box.y + box.height / 2, HEIGHT, y));
  await eventually(async () => {
    const text = (await readOut.evaluate((element) => element.shadowRoot?.textContent ?? ""))
      .replaceAll(/\s+/g, " ")
      .trim();
    const [r, g, b] = sampleAt(7, x, y);
    assert.equal(text, `x ${x} y ${y} r ${r} g ${g} b ${b}`);
  });
});

/** What is there when a panel has all that it shows. */
const READY = { info: "dd", histogram: ".handle", settings: "select", late: ".verdict" } as const;

for (const panel of ["info", "histogram", "settings", "late"] as const)
  it(`axe finds nothing in the panel ${panel}, dark and light`, async (test) => {
    const { page, panel: found } = await openPanel(test, { panel });
    await found.locator(READY[panel]).first().waitFor();
    for (const theme of ["dark", "light"]) {
      await page.evaluate(`document.documentElement.dataset.theme = "${theme}"`);
      const faults = JSON.stringify(await faultsOf(page));
      assert.ok(!faults.includes(`mutoscope-${panel}-panel`), faults);
    }
  });
