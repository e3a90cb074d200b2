import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { upTo } from "../e2e/movies.ts";
import { after, ask, frames, openStage, tag, until, untilReady, writeLarge } from "./elementPage.testing.ts";
import { type Sighting, assertAgree, takeSightings } from "./reading.testing.ts";

/** A machine that others use as well misses turns of its display: what was due then is left out. */
function assertFollowing(steps: readonly number[], numbers: readonly number[]): void {
  const middle = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)];
  assert.equal(middle, 1, numbers.join(" "));
}

/** Whether the numbers follow each other in the direction, most of them one by one, round the ends. */
function assertInSteps(sightings: readonly Sighting[], by: 1 | -1, first = 1, last = 100): void {
  const count = last - first + 1;
  const numbers = sightings.map(({ pixels }) => pixels);
  const steps = numbers.slice(1).map((number, at) => {
    const distance = (number - (numbers[at] ?? 0)) * by;
    return ((distance % count) + count) % count;
  });
  assert.ok(
    numbers.every((number) => number >= first && number <= last),
    numbers.join(" "),
  );
  assert.ok(
    steps.every((step) => step > 0 && step < Math.max(count / 2, 8)),
    numbers.join(" "),
  );
  assertFollowing(steps, numbers);
}

/** So many numbers from 1 to 100, in no order that anybody would expect, and always the same. */
function scattered(count: number): number[] {
  return upTo(count).map((at) => (((at * 67) % 101) % 100) + 1);
}

describe("<mutoscope-player>", () => {
  // Exactness is why anybody uses this in the place of <video>.
  it("steps a hundred frames forward and a hundred back, each exactly the next", async (test) => {
    const { page } = await openStage(test);
    await untilReady(page);
    for (let step = 1; step < 100; step += 1) await after(page, "seeked", "player.step(1)");
    for (let step = 1; step < 100; step += 1) await after(page, "seeked", "player.step(-1)");
    const sightings = await takeSightings(page);
    assertAgree(sightings);
    const numbers = upTo(100);
    assert.deepEqual(
      sightings.map(({ pixels }) => pixels),
      [...numbers, ...numbers.toReversed().slice(1)],
    );
  });

  it("goes to any frame, by its number or its time", async (test) => {
    const { page } = await openStage(test);
    await untilReady(page);
    for (const number of scattered(40)) {
      await after(page, "seeked", `player.frame === ${number} ? player.step(0) : player.frame = ${number}`);
      assert.equal(await ask(page, "readNumber(player.canvas)"), number);
      assert.equal(await ask(page, "player.currentTime"), (number - 1) / 24);
      await after(page, "seeked", `player.currentTime = ${(number % 100) / 24}`);
      assert.equal(await ask(page, "readNumber(player.canvas)"), (number % 100) + 1);
    }
    assertAgree(await takeSightings(page));
  });

  // Whoever holds a key down, or drags, asks for more frames than come: the last one counts.
  it("ends at the last of many seeks, and shows nothing that it does not say", async (test) => {
    const { page } = await openStage(test);
    await untilReady(page);
    await ask(page, "player.seekToFrame(90)");
    for (let number = 1; number <= 60; number += 1)
      await ask(page, `player.seekToFrame(${number}, { preview: true })`);
    await ask(page, "player.seekToFrame(61)");
    await until(page, "!player.seeking && player.frame === 61");
    assertAgree(await takeSightings(page));
    assert.equal(await ask(page, "readNumber(player.canvas)"), 61);
  });

  it("plays frame after frame at the movie's rate, and begins again when it loops", async (test) => {
    const { page } = await openStage(test, { html: tag("loop muted autoplay") });
    await until(page, "!player.paused && player.frame > 90");
    await until(page, "player.frame < 20");
    const sightings = await takeSightings(page);
    assertAgree(sightings);
    assertInSteps(sightings, 1);
    const [first, last] = [sightings[5], sightings.findLast(({ pixels }) => pixels > 50)];
    const seconds = ((last?.at ?? 0) - (first?.at ?? 0)) / 1000;
    const rate = ((last?.pixels ?? 0) - (first?.pixels ?? 0)) / seconds;
    assert.ok(rate > 23 && rate < 25, `${rate} frames per second`);
  });

  it("ends behind the last frame, and begins again when it is played then", async (test) => {
    const { page } = await openStage(test);
    await untilReady(page);
    await ask(
      page,
      `(() => {
        player.events = [];
        for (const name of ["play", "playing", "pause", "ended", "seeking", "seeked"])
          player.addEventListener(name, () => player.events.push(name));
      })()`,
    );
    await ask(page, "player.range = [1, 12]");
    await ask(page, "player.play()");
    await until(page, "player.ended");
    assert.equal(await ask(page, "player.frame"), 12);
    assert.deepEqual(await ask(page, "player.events"), ["play", "playing", "pause", "ended"]);
    assert.equal(await ask(page, "(player.play(), player.ended)"), false);
    await until(page, "player.ended");
    const sightings = await takeSightings(page);
    assertAgree(sightings);
    assertInSteps(sightings, 1, 1, 12);
  });

  it("stays within in and out, to and fro when it bounces, and backwards", async (test) => {
    const { page } = await openStage(test);
    await untilReady(page);
    await ask(page, "(player.range = [40, 49], player.frame = 40, player.loop = true, player.play())");
    await frames(page, 35);
    const looped = await takeSightings(page);
    assertAgree(looped);
    assertInSteps(looped.slice(1), 1, 40, 49);
    await ask(page, "(player.loop = false, player.bounce = true, player.frame = 45)");
    await frames(page, 40);
    await ask(page, "player.pause()");
    const bounced = (await takeSightings(page)).slice(1);
    assertAgree(bounced);
    const numbers = bounced.map(({ pixels }) => pixels);
    assert.ok(
      numbers.every((number) => number >= 40 && number <= 49),
      numbers.join(" "),
    );
    const turns = numbers.filter(
      (number, at) => at > 0 && (number === 40 || number === 49) && numbers[at - 1] !== number,
    );
    assert.ok(turns.length >= 3, numbers.join(" "));
    const steps = numbers.slice(1).map((number, at) => Math.abs(number - (numbers[at] ?? 0)));
    assertFollowing(steps, numbers);
    await ask(
      page,
      `(player.bounce = false, player.range = null, player.frame = 60, player.playbackRate = -1,
        player.play())`,
    );
    await frames(page, 30);
    const back = (await takeSightings(page)).filter(({ pixels }) => pixels <= 60).slice(2);
    assertAgree(back);
    assertInSteps(back, -1);
    await ask(page, "player.range = [20, 30]");
    await until(page, "player.ended");
    assert.equal(await ask(page, "player.frame"), 20);
  });

  it("plays faster and slower, without a gap where the rate changes", async (test) => {
    const { page } = await openStage(test, { html: tag("loop") });
    await untilReady(page);
    await ask(page, "player.play()");
    for (const rate of [0.5, 2, 4, -2]) {
      await ask(page, `player.playbackRate = ${rate}`);
      await frames(page, 8);
      await takeSightings(page);
      await frames(page, 24);
      const sightings = await takeSightings(page);
      assertAgree(sightings);
      const [first, last] = [sightings[0], sightings.at(-1)];
      const shown = sightings.slice(1).reduce((sum, { pixels }, at) => {
        const step = (pixels - (sightings[at]?.pixels ?? 0)) * Math.sign(rate);
        return sum + (step < 0 ? step + 100 : step);
      }, 0);
      const measured = (shown * 1000) / ((last?.at ?? 0) - (first?.at ?? 0)) / 24;
      assert.ok(Math.abs(measured / Math.abs(rate) - 1) < 0.15, `${measured}, expected ${rate}`);
    }
  });

  // Nobody should pay for pixels that are not shown, nor see too few.
  it("asks for the width that is shown, in steps, at every size and pixel ratio", async (test) => {
    const { page } = await openStage(test, {
      fill: (library) => writeLarge(library, "large", upTo(10), 8),
      html: tag('style="width: 300px"', "large"),
    });
    await untilReady(page);
    const width = (): Promise<number> => ask(page, "player.canvas.width");
    assert.equal(await width(), 320);
    await ask(page, "player.style.width = '500px'");
    await until(page, "player.canvas.width === 640");
    const session = await page.context().newCDPSession(page);
    const metrics = { width: 1200, height: 900, deviceScaleFactor: 2, mobile: false };
    await session.send("Emulation.setDeviceMetricsOverride", metrics);
    await until(page, "player.canvas.width === 1280");
    assert.equal(await ask(page, "player.videoWidth"), 1280);
    await ask(page, "(player.style.width = '150px', player.play())");
    await until(page, "player.canvas.width === 320");
    await ask(page, "player.rendition = { format: 'png', width: 100 }");
    await until(page, "player.canvas.width === 100");
    assertAgree(await takeSightings(page));
  });

  // A finger that drags wants something at once, and everything when it stops.
  it("shows small pictures while somebody scrubs, and the exact frame in full at the end", async (test) => {
    const { page } = await openStage(test, {
      fill: (library) => writeLarge(library, "large", upTo(30), 8),
      html: tag('style="width: 1000px"', "large"),
    });
    await untilReady(page);
    await after(page, "seeked", "player.seekToFrame(17, { preview: true })");
    assert.deepEqual(await ask(page, "[player.frame, player.canvas.width]"), [17, 320]);
    for (const number of [18, 21, 25])
      await after(page, "seeked", `player.seekToFrame(${number}, { preview: true })`);
    await after(page, "seeked", "player.seekToFrame(25)");
    assert.deepEqual(await ask(page, "[player.frame, player.canvas.width]"), [25, 1280]);
    assertAgree(await takeSightings(page));
  });

  it("has a label, a name and a place that assistive technology can tell", async (test) => {
    const { page } = await openStage(test);
    await untilReady(page);
    await after(page, "seeked", "player.frame = 57");
    assert.equal(await page.getByRole("img", { name: "sw, frame 57" }).count(), 1);
    await page.getByRole("status").filter({ hasText: "Frame 57" }).waitFor();
  });
});
