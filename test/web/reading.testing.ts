import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { DEMO_FRAMES, DEMO_HEIGHT, DEMO_WIDTH, SQUARES } from "../../src/library/demo/strip.ts";

/** Once for each `framechange`: three that must be the same. */
export type Sighting = {
  /** Read from the canvas's pixels; 0 when they are no demo frame. */
  readonly pixels: number;
  /** The number that the label begins with. */
  readonly label: number;
  /** `player.frame`. */
  readonly frame: number;
  /** What the event says. */
  readonly detail: number;
  readonly substitute: boolean;
  readonly text: string;
  /** Of the page's clock, in milliseconds. */
  readonly at: number;
};

/**
 * Runs in pages: `readNumber(canvas)` reads a demo frame's number from the nine squares at its foot, whatever
 * its size, and `witness(player)` notes what there is to be seen in the very task in which a frame changes.
 */
export const READER = `
(() => {
  const { left, top, size, pitch, count } = ${JSON.stringify(SQUARES)};
  const level = (canvas, square) => {
    const [across, down] = [canvas.width / ${DEMO_WIDTH}, canvas.height / ${DEMO_HEIGHT}];
    const x = Math.floor((left + square * pitch + size / 4) * across);
    const y = Math.floor((top + size / 4) * down);
    const width = Math.max(Math.floor((size / 2) * across), 1);
    const height = Math.max(Math.floor((size / 2) * down), 1);
    const { data } = canvas.getContext("2d").getImageData(x, y, width, height);
    let sum = 0;
    for (let at = 0; at < data.length; at += 4) sum += data[at] + data[at + 1] + data[at + 2];
    return sum / (data.length / 4) / 3;
  };
  globalThis.readNumber = (canvas) => {
    let [word, ones] = [0, 0];
    for (let square = 0; square < count; square += 1) {
      const bright = level(canvas, square);
      if (bright > 90 && bright < 165) return 0;
      word = word * 2 + (bright > 127 ? 1 : 0);
      ones += bright > 127 ? 1 : 0;
    }
    const number = word >> 1;
    return ones % 2 === 1 && number >= 1 && number <= ${DEMO_FRAMES} ? number : 0;
  };
  globalThis.witness = (player) => {
    const label = player.shadowRoot.querySelector("[part=label]");
    player.sightings = [];
    player.addEventListener("framechange", ({ detail }) => {
      player.sightings.push({
        pixels: readNumber(player.canvas),
        label: Number.parseInt(label.textContent, 10),
        frame: player.frame,
        detail: detail.frame,
        substitute: detail.substitute,
        text: label.textContent,
        at: performance.now(),
      });
    });
  };
})();
`;

/** What has been seen of a player since it was last asked. */
export function takeSightings(page: Page, selector = "mutoscope-player"): Promise<Sighting[]> {
  return page.evaluate(`document.querySelector(${JSON.stringify(selector)}).sightings.splice(0)`);
}

/** Whether at each change the picture, the label and the number said the same. */
export function assertAgree(sightings: readonly Sighting[]): void {
  assert.ok(sightings.length > 0, "nothing was seen");
  for (const sighting of sightings) {
    const { pixels, label, frame, detail, substitute } = sighting;
    const isSame = label === frame && detail === frame && (substitute || pixels === frame);
    assert.ok(isSame, JSON.stringify(sighting));
  }
}
