import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CDPSession, Page } from "playwright-core";
import { writeDemoMovie } from "../../src/main.ts";
import { writeFrame } from "./elementPage.testing.ts";
import { assertAgree } from "./reading.testing.ts";
import { ask, openWatch, placeOf, takeSightings, until, untilShown, witness } from "./watchPage.testing.ts";

type Point = { readonly x: number; readonly y: number };

/** Fingers on a display, as the browser has them from its driver. */
class Fingers {
  readonly #session: CDPSession;

  private constructor(session: CDPSession) {
    this.#session = session;
  }

  static async on(page: Page): Promise<Fingers> {
    return new Fingers(await page.context().newCDPSession(page));
  }

  /** Puts fingers down, moves each to its next place, a few steps at a time, and lifts them. */
  async draw(from: readonly Point[], to: readonly Point[], steps = 8): Promise<void> {
    await this.#tell("touchStart", from);
    for (let step = 1; step <= steps; step++) {
      const points = from.map(({ x, y }, finger) => {
        const end = to[finger] ?? { x, y };
        return { x: x + ((end.x - x) * step) / steps, y: y + ((end.y - y) * step) / steps };
      });
      await this.#tell("touchMove", points);
    }
    await this.#tell("touchEnd", []);
  }

  async #tell(type: "touchStart" | "touchMove" | "touchEnd", points: readonly Point[]): Promise<void> {
    const touchPoints = points.map(({ x, y }, id) => ({ x, y, id }));
    await this.#session.send("Input.dispatchTouchEvent", { type, touchPoints });
  }
}

type View = { readonly scale: number; readonly x: number; readonly y: number };

async function middleOf(page: Page, selector: string): Promise<Point> {
  const box = (await page.locator(selector).boundingBox()) ?? assert.fail(`no ${selector}`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

async function withOther(library: string): Promise<void> {
  await writeDemoMovie(library);
  for (let number = 1; number <= 100; number++) writeFrame(library, `other${number}.ppm`, number);
}

describe("the player page under fingers", () => {
  // Two fingers on a picture have meant the same everywhere for twenty years.
  it("grows between two fingers, keeps what is between them there, and is moved by one", async (test) => {
    const { page } = await openWatch(test, { query: "?frame=5", phone: true });
    await untilShown(page, 5);
    const fingers = await Fingers.on(page);
    const { x, y } = await middleOf(page, "mutoscope-stage");
    await fingers.draw(
      [
        { x: x - 20, y },
        { x: x + 20, y },
      ],
      [
        { x: x - 80, y },
        { x: x + 80, y },
      ],
    );
    const zoomed = await ask<View>(page, "host.view");
    assert.ok(zoomed.scale > 3 && zoomed.scale < 5, `${zoomed.scale} times`);
    const { width, height } = await ask<{ width: number; height: number }>(
      page,
      `root.querySelector("mutoscope-stage").getBoundingClientRect().toJSON()`,
    );
    // The picture's middle was between the fingers, and is.
    const middle = { x: (width / 2 - zoomed.x) / zoomed.scale, y: (height / 2 - zoomed.y) / zoomed.scale };
    assert.ok(
      Math.abs(middle.x - width / 2) < 4 && Math.abs(middle.y - height / 2) < 4,
      JSON.stringify(middle),
    );
    await fingers.draw([{ x, y }], [{ x: x - 30, y: y - 20 }]);
    const moved = await ask<View>(page, "host.view");
    assert.equal(moved.scale, zoomed.scale);
    assert.deepEqual([Math.round(moved.x - zoomed.x), Math.round(moved.y - zoomed.y)], [-30, -20]);
    // A finger that has moved has pressed nothing.
    assert.equal(await ask(page, "player.paused"), true);
  });

  it("goes through the movie with a finger on the timeline, and stays where it is lifted", async (test) => {
    const { page } = await openWatch(test, { query: "?frame=1", phone: true });
    await untilShown(page, 1);
    await witness(page);
    const fingers = await Fingers.on(page);
    await fingers.draw([await placeOf(page, 20)], [await placeOf(page, 70)], 12);
    await untilShown(page, 70);
    const sightings = await takeSightings(page);
    assertAgree(sightings);
    assert.ok(new Set(sightings.map(({ frame }) => frame)).size > 2, "nothing was shown on the way");
  });
});

describe("what hands do on the player page", () => {
  it("moves the edge of a wipe, and its address says where it is", async (test) => {
    const { page } = await openWatch(test, { fill: withOther, query: "?frame=10&compare=other&mode=wipe" });
    await until(page, `root.querySelector("mutoscope-compare")?.pair !== undefined`);
    const edge = await middleOf(page, "mutoscope-compare .edge");
    const stage = (await page.locator("mutoscope-stage").boundingBox()) ?? assert.fail("no stage");
    await page.mouse.move(edge.x, edge.y);
    await page.mouse.down();
    await page.mouse.move(stage.x + stage.width * 0.25, edge.y, { steps: 5 });
    await page.mouse.up();
    await until(page, `Math.abs(host.comparison.edge - 0.25) < 0.01`);
    const clip = await ask<string>(
      page,
      `getComputedStyle(root.querySelector("mutoscope-compare").shadowRoot.querySelector(".other")).clipPath`,
    );
    assert.match(clip, /25(\.\d+)?%/);
    assert.deepEqual(await ask(page, "[host.view.scale, player.paused]"), [1, true], "the edge alone moved");
    await page.waitForURL(/edge=0\.25/);
    await page.reload();
    await until(page, `Math.abs(root.querySelector("mutoscope-compare")?.edge - 0.25) < 0.01`);
  });

  it("plays to and fro, and says so in its address", async (test) => {
    const { page } = await openWatch(test, { query: "?frame=40&in=40&out=46&repeat=bounce&contract=all" });
    await untilShown(page, 40);
    await witness(page);
    await page.keyboard.press("l");
    await page.waitForTimeout(1500);
    await page.keyboard.press("k");
    const sightings = await takeSightings(page);
    assertAgree(sightings);
    const frames = sightings.map(({ frame }) => frame);
    const turns = frames.filter((frame, index) => {
      const [before, after] = [frames[index - 1], frames[index + 1]];
      return before !== undefined && after !== undefined && (frame - before) * (after - frame) < 0;
    });
    // A busy machine does not paint every frame; what begins anew would jump over six.
    assert.ok(turns.length >= 2 && turns.every((frame) => frame <= 41 || frame >= 45), frames.join());
    for (const [index, frame] of frames.entries()) {
      const before = frames[index - 1];
      assert.ok(before === undefined || Math.abs(frame - before) <= 4, `${frame} after ${before}`);
    }
    await page.waitForURL(/repeat=bounce/);
  });

  // Who sends a link says how it is to be looked at: exact pictures, every frame, a difference made visible.
  it("opens what was chosen for how it is sent and compared, and says it in its address", async (test) => {
    const { page } = await openWatch(test, {
      fill: withOther,
      query: "?frame=10&quality=jpeg95&contract=all&priority=9&compare=other&mode=difference&gain=4",
    });
    await untilShown(page, 10);
    await until(page, `root.querySelector("mutoscope-compare")?.pair !== undefined`);
    assert.deepEqual(
      await ask(
        page,
        "[player.contract, player.priority, player.rendition.format, player.rendition.quality]",
      ),
      ["all", 9, "jpeg", 95],
    );
    assert.equal(await ask(page, `root.querySelector("mutoscope-compare").gain`), 4);
    await page.keyboard.press(".");
    await untilShown(page, 11);
    await page.waitForURL(/frame=11/);
    const { searchParams } = new URL(page.url());
    const said = ["quality", "contract", "priority", "mode", "gain"].map((name) => searchParams.get(name));
    assert.deepEqual(said, ["jpeg95", "all", "9", "difference", "4"]);
  });
});
