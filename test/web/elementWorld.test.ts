import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Ms } from "../../src/base/units.ts";
import { upTo, writeBroken } from "../e2e/movies.ts";
import { serve } from "../e2e/server.ts";
import {
  after,
  ask,
  frames,
  openStage,
  part,
  stillness,
  tag,
  until,
  untilReady,
  writeFrame,
} from "./elementPage.testing.ts";
import { assertAgree, takeSightings } from "./reading.testing.ts";

function filled(numbers: readonly number[], name = "sw"): (library: string) => void {
  return (library) => numbers.forEach((number) => writeFrame(library, `${name}${number}.ppm`, number));
}

function writeWithBroken(library: string): void {
  filled([1, 2, 3, 4, 6, 7])(library);
  writeBroken(join(library, "sw5.ppm"));
}

describe("<mutoscope-player> when the world changes", () => {
  // A server is restarted at lunch; nobody wants to reload twenty pages.
  it("keeps the last picture while the server is away, says so, and goes on after it", async (test) => {
    const { page, server, library, settings } = await openStage(test, { html: tag("loop autoplay") });
    await until(page, "player.frame > 10");
    const port = server.http?.port ?? assert.fail("no HTTP");
    server.destroy();
    await server.close();
    await until(page, "player.state === 'reconnecting'");
    await page.getByText("Connecting again").first().waitFor();
    // What had come before the connection broke is still shown, frame by frame.
    await stillness(page, 500);
    const kept = await ask<number>(page, "player.frame");
    assert.equal(await ask(page, "readNumber(player.canvas)"), kept);
    await takeSightings(page);
    await serve(test, library, { ...settings, http: port });
    await frames(page, 5);
    assert.equal(await part(page, "bar"), "");
    assert.doesNotMatch(await ask(page, "player.shadowRoot.textContent"), /Connecting again/);
    const sightings = await takeSightings(page);
    assertAgree(sightings);
    assert.equal(await ask(page, "player.state"), "connected");
    // Behind the last frame: nothing is lost, and nothing comes twice.
    assert.ok(
      (sightings[0]?.pixels ?? 0) > kept && (sightings[0]?.pixels ?? 0) <= kept + 12,
      JSON.stringify([kept, sightings[0]]),
    );
    await ask(page, "player.pause()");
    await after(page, "seeked", "player.frame = 77");
    assert.equal(await ask(page, "readNumber(player.canvas)"), 77);
  });

  it("shows a frame that is rendered again in the place of its old picture, at once", async (test) => {
    const { page, library } = await openStage(test);
    await untilReady(page);
    await after(page, "seeked", "player.frame = 50");
    await ask(page, "player.moves = []");
    await ask(
      page,
      "player.addEventListener('moviechange', ({ detail }) => player.moves.push(detail.revised))",
    );
    writeFrame(library, "sw50.ppm", 99);
    await until(page, "readNumber(player.canvas) === 99");
    assert.equal(await ask(page, "player.frame"), 50);
    assert.equal(await part(page, "label"), "50");
    assert.deepEqual(await ask(page, "player.moves"), ["50"]);
    await after(page, "seeked", "player.step(1)");
    await after(page, "seeked", "player.step(-1)");
    assert.equal(await ask(page, "readNumber(player.canvas)"), 99);
  });

  it("grows with a movie that is being made, and waits at its end for what is to come", async (test) => {
    const { page, library } = await openStage(test, {
      fill: (library) => {
        filled(upTo(10))(library);
        writeFileSync(join(library, "movie.json"), JSON.stringify({ last: 30 }));
      },
    });
    await untilReady(page);
    assert.equal(await ask(page, "player.duration"), 30 / 24);
    await ask(page, "player.play()");
    await until(page, "player.state === 'waiting-for-frame'");
    assert.equal(await ask(page, "player.frame"), 10);
    assert.match(await part(page, "bar"), /Frame 11 has not been rendered yet/);
    for (const number of [11, 12, 13]) writeFrame(library, `sw${number}.ppm`, number);
    await until(page, "player.frame === 13");
    assertAgree(await takeSightings(page));
    await ask(page, "player.pause()");
    await after(page, "seeked", "player.frame = 20");
    assert.equal(await part(page, "label"), "20 not rendered yet, showing 13");
    for (const number of [14, 15, 16, 17, 18, 19, 20]) writeFrame(library, `sw${number}.ppm`, number);
    await until(page, "readNumber(player.canvas) === 20");
    assert.equal(await part(page, "label"), "20");
  });

  it("extends a movie of which more frames land than anybody announced", async (test) => {
    const { page, library } = await openStage(test, { fill: filled(upTo(10)) });
    await untilReady(page);
    assert.equal(await ask(page, "player.lastFrame"), 10);
    for (const number of [11, 12]) writeFrame(library, `sw${number}.ppm`, number);
    await until(page, "player.lastFrame === 12 && player.duration === 0.5");
    await after(page, "seeked", "player.currentTime = 0.5");
    assert.equal(await ask(page, "readNumber(player.canvas)"), 12);
  });

  it("shows a movie of one frame, and ends it when it is played", async (test) => {
    const { page } = await openStage(test, { fill: filled([7]) });
    await untilReady(page);
    assert.deepEqual(
      await ask(page, "[player.frame, player.frameCount, readNumber(player.canvas)]"),
      [7, 1, 7],
    );
    await ask(page, "player.play()");
    await until(page, "player.ended");
    await ask(page, "(player.loop = true, player.play())");
    await until(page, "!player.paused && player.readyState === 4");
    assertAgree(await takeSightings(page));
  });

  // A gap that looked like a frame has sent people to the wrong shot.
  it("says which frame is missing, and which one it shows instead", async (test) => {
    const { page, library } = await openStage(test, { fill: filled([1, 2, 3, 6, 7, 8]) });
    await untilReady(page);
    assert.deepEqual(await ask(page, "player.holes"), [[4, 5]]);
    await after(page, "seeked", "player.frame = 5");
    assert.equal(await part(page, "label"), "5 missing, showing 3");
    assert.deepEqual(await ask(page, "[player.frame, readNumber(player.canvas)]"), [5, 3]);
    await ask(page, "(player.frame = 1, player.loop = true, player.play())");
    await frames(page, 16);
    await ask(page, "player.pause()");
    const sightings = await takeSightings(page);
    assertAgree(sightings);
    for (const { frame, pixels, substitute } of sightings) {
      assert.equal(substitute, frame === 4 || frame === 5);
      if (substitute) assert.equal(pixels, 3);
    }
    await after(page, "seeked", "player.frame = 5");
    writeFrame(library, "sw5.ppm", 5);
    await until(page, "readNumber(player.canvas) === 5");
    assert.equal(await part(page, "label"), "5");
  });

  it("says of a frame that the server cannot read that it is so", async (test) => {
    const { page } = await openStage(test, { fill: writeWithBroken });
    await untilReady(page);
    await after(page, "seeked", "player.frame = 5");
    assert.equal(await part(page, "label"), "5 cannot be read, showing an earlier one");
    await ask(page, "player.missing = 'error'");
    await until(page, "player.shadowRoot.querySelector('[part=label]').textContent === '5 cannot be shown'");
    assert.equal(await part(page, "message"), "Frame 5 cannot be read.");
    await after(page, "seeked", "player.frame = 6");
    assert.equal(await part(page, "message"), "");
    await ask(page, "(player.frame = 2, player.play())");
    await until(page, "player.paused");
    assert.equal(await part(page, "message"), "Frame 5 cannot be read.");
    assert.equal(await ask(page, "player.frame"), 5);
  });

  it("says of a picture that the browser cannot decode that it is so, and shows the next", async (test) => {
    const before = `
      delete globalThis.ImageDecoder;
      const make = globalThis.createImageBitmap;
      let count = 0;
      globalThis.createImageBitmap = (...all) => {
        count += 1;
        return count === 1 ? Promise.reject(new DOMException("no", "InvalidStateError")) : make(...all);
      };`;
    const { page } = await openStage(test, { before });
    await untilReady(page);
    assert.equal(await part(page, "label"), "1 cannot be shown");
    assert.equal(await part(page, "message"), "Frame 1 cannot be read.");
    await after(page, "seeked", "player.step(1)");
    assert.equal(await ask(page, "readNumber(player.canvas)"), 2);
  });

  it("says what is refused, keeps what it shows, and goes on with what can be had", async (test) => {
    const { page } = await openStage(test);
    await untilReady(page);
    await ask(page, "player.rendition = { quality: 1000 }");
    await until(page, "player.error?.mutoscopeCode === 'RENDITION_INVALID'");
    assert.deepEqual(await ask(page, "[player.state, readNumber(player.canvas)]"), ["refused", 1]);
    assert.match(await part(page, "bar"), /quality/);
    await ask(page, "player.rendition = {}");
    await until(page, "player.state === 'connected' && player.error === null");
    assert.equal(await part(page, "bar"), "");
    await after(page, "seeked", "player.frame = 9");
    assert.equal(await ask(page, "readNumber(player.canvas)"), 9);
  });

  it("does without ImageDecoder", async (test) => {
    const before = `delete globalThis.ImageDecoder;`;
    const { page } = await openStage(test, { before, html: tag("loop autoplay") });
    await until(page, "player.frame > 12");
    assertAgree(await takeSightings(page));
    assert.equal(await ask(page, "player.pictureSource.image instanceof ImageBitmap"), true);
  });

  it("says that there is no such movie, and shows it when there is", async (test) => {
    const { page, library } = await openStage(test, { html: tag("", "nowhere") });
    await until(page, "player.error?.code === 4");
    assert.equal(await part(page, "message"), "There is no movie “nowhere” on this server.");
    assert.deepEqual(
      await ask(page, "[player.error.code, player.error.mutoscopeCode, player.networkState]"),
      [4, "MOVIE_NOT_FOUND", 3],
    );
    for (const number of upTo(3)) writeFrame(library, `nowhere${number}.ppm`, number);
    await untilReady(page);
    assert.deepEqual(await ask(page, "[player.error, readNumber(player.canvas)]"), [null, 1]);
    assert.equal(await part(page, "message"), "");
  });

  it("keeps the last picture of a movie that is removed, and goes on when it is back", async (test) => {
    const { page, library } = await openStage(test, { fill: filled(upTo(30)), html: tag("loop autoplay") });
    await until(page, "player.frame > 5");
    for (const number of upTo(30)) rmSync(join(library, `sw${number}.ppm`));
    await until(page, "player.state === 'removed'");
    assert.equal(await part(page, "bar"), "The movie “sw” has been removed.");
    assert.equal(await ask(page, "readNumber(player.canvas) === player.frame"), true);
    for (const number of upTo(30)) writeFrame(library, `sw${number}.ppm`, number);
    await until(page, "player.state === 'connected'");
    await frames(page, 10);
    assert.equal(await part(page, "bar"), "");
  });

  // Laptops are closed over lunch.
  it("goes on at the right place when it is seen again after an hour, and at once", async (test) => {
    const { page } = await openStage(test, {
      html: tag("loop autoplay"),
      prepare: (page) => page.clock.install(),
      settings: { idleTimeout: Ms(7_200_000) },
    });
    const turn = async (isHidden: boolean): Promise<void> => {
      await page.evaluate(
        `Object.defineProperty(document, "hidden", { value: ${isHidden}, configurable: true })`,
      );
      await page.evaluate(`document.dispatchEvent(new Event("visibilitychange"))`);
    };
    await until(page, "player.frame > 20");
    await turn(true);
    const before = await ask<number>(page, "player.frame");
    await takeSightings(page);
    await page.clock.fastForward(3_600_000 + 500);
    await turn(false);
    await frames(page, 5);
    const sightings = await takeSightings(page);
    assertAgree(sightings);
    // An hour is 864 rounds of 100 frames at 24 in a second; what is over half a second are 12 frames.
    const distance = ((sightings[0]?.pixels ?? 0) - before + 100) % 100;
    assert.ok(distance >= 11 && distance <= 40, `${distance} frames on`);
  });
});
