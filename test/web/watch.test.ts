import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assertAgree } from "./reading.testing.ts";
import { writeFrame, writeLarge } from "./elementPage.testing.ts";
import { ask, openWatch, placeOf, takeSightings, until, untilShown, witness } from "./watchPage.testing.ts";

describe("the player page", () => {
  // The keys of every desktop player; the number in the picture is the judge.
  it("steps, jumps and goes to typed numbers by keys, frame by frame", async (test) => {
    const { page } = await openWatch(test, { query: "?frame=42" });
    await untilShown(page, 42);
    const walk: readonly (readonly [string, number])[] = [
      [".", 43],
      ["ArrowLeft", 42],
      ["Shift+ArrowRight", 52],
      [",", 51],
      ["Home", 1],
      ["End", 100],
      ["Shift+ArrowLeft", 90],
    ];
    for (const [key, frame] of walk) {
      await page.keyboard.press(key);
      await untilShown(page, frame);
    }
    for (const key of ["7", "8", "Backspace", "3"]) await page.keyboard.press(key);
    assert.match(
      await ask<string>(page, `root.querySelector("mutoscope-controls").shadowRoot.textContent`),
      /73▏/,
    );
    await page.keyboard.press("Enter");
    await untilShown(page, 73);
  });

  it("plays, turns around and goes faster by J, K and L, and says how fast", async (test) => {
    const { page } = await openWatch(test, { query: "?frame=50" });
    await untilShown(page, 50);
    const rate = "player.playbackRate * (player.paused ? 0 : 1)";
    const press = async (key: string, expected: number): Promise<void> => {
      await page.keyboard.press(key);
      await until(page, `${rate} === ${expected}`);
    };
    await press("l", 1);
    await press("l", 2);
    await press("l", 4);
    await press("j", -1);
    await press("j", -2);
    await press("k", 0);
    await press("Space", 1);
    await press("Space", 0);
  });

  // A part that leaks one frame is of no use for judging a loop.
  it("plays the part between I and O round and round, and nothing else", async (test) => {
    const { page } = await openWatch(test, { query: "?frame=30" });
    await untilShown(page, 30);
    await page.keyboard.press("i");
    await page.keyboard.press("Shift+ArrowRight");
    await untilShown(page, 40);
    await page.keyboard.press("o");
    await witness(page);
    await page.keyboard.press("l");
    await page.waitForTimeout(1500);
    await page.keyboard.press("k");
    const sightings = await takeSightings(page);
    assertAgree(sightings);
    const seen = sightings.map(({ frame }) => frame);
    assert.ok(
      seen.every((frame) => frame >= 30 && frame <= 40),
      seen.join(),
    );
    assert.ok(
      seen.some((frame, index) => frame < (seen[index - 1] ?? 0)),
      "it went round",
    );
  });

  // Whoever drags wants to see something at once, and whoever lets go wants to see it exactly.
  it("shows small pictures while the timeline is dragged, and the whole one at its end", async (test) => {
    const { page } = await openWatch(test, {
      // Farther than what is got around a frame that is looked at: that would be shown as it is.
      fill: (library) => writeLarge(library, "big", [1, 2, 3, 70, 72, 75, 77, 78, 79, 80], 6),
      movie: "big",
      query: "?frame=1",
    });
    await untilShown(page, 1);
    assert.equal(await ask(page, "player.canvas.width > 320"), true);
    await witness(page);
    const from = await placeOf(page, 70);
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    for (const frame of [72, 75, 77]) {
      const { x, y } = await placeOf(page, frame);
      await page.mouse.move(x, y);
      await until(page, `player.frame === ${frame}`);
    }
    assert.ok(await ask<boolean>(page, "player.canvas.width <= 480"), "a small picture");
    const { x, y } = await placeOf(page, 79);
    await page.mouse.move(x, y);
    await page.mouse.up();
    await until(page, "player.frame === 79 && player.canvas.width > 480");
    await untilShown(page, 79);
    assertAgree(await takeSightings(page));
  });

  it("shows a picture of the frame under the pointer above the timeline", async (test) => {
    const { page } = await openWatch(test, { query: "?frame=1" });
    await untilShown(page, 1);
    const { x, y } = await placeOf(page, 64);
    await page.mouse.move(x, y);
    const thumbnail = `root.querySelector("mutoscope-timeline").shadowRoot.querySelector(".thumbnail")`;
    await until(page, `${thumbnail}?.querySelector("img")?.naturalWidth > 0`);
    assert.equal(await ask<string>(page, `${thumbnail}.textContent.trim()`), "64");
  });

  it("goes on with frames that land, and shows a frame anew that was rendered again", async (test) => {
    const { page, library } = await openWatch(test, {
      fill: (folder) => {
        for (const number of [1, 2, 3]) writeFrame(folder, `r${number}.ppm`, number);
      },
      movie: "r",
      query: "?frame=3",
    });
    await untilShown(page, 3);
    writeFrame(library, "r4.ppm", 4);
    await until(page, "player.lastFrame === 4");
    await page.keyboard.press("End");
    await untilShown(page, 4);
    writeFrame(library, "r4.ppm", 77);
    await until(page, "readNumber(player.canvas) === 77 && player.frame === 4");
  });
});
