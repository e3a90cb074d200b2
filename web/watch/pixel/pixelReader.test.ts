import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PixelReader } from "./pixelReader.ts";
import type { Area, Values } from "./pixelWindow.ts";

type Question = { readonly frame: number; readonly area: Area; readonly signal: AbortSignal; answer(): void };

/** A picture of 100 × 60 whose pixels have their own places as values. */
function answerTo(frame: number, { x, y, width, height }: Area): Values {
  const window = { x, y, width: Math.min(width, 100 - x), height: Math.min(height, 60 - y) };
  const values = Array.from({ length: window.width * window.height }, (_none, index) => [
    x + (index % window.width),
    y + Math.floor(index / window.width),
  ]);
  const size = { width: 100, height: 60 };
  return { frame, substitute: null, size, channels: ["r", "g"], sample: "uint16", window, values };
}

function reader(): { pixels: PixelReader; questions: Question[] } {
  const questions: Question[] = [];
  const pixels = new PixelReader(
    ({ frame, area }, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(new Error("aborted")));
        questions.push({ frame, area, signal, answer: () => resolve(answerTo(frame, area)) });
      }),
  );
  return { pixels, questions };
}

describe("the pixel under the pointer", () => {
  // A hand that moves has a new pixel sixty times a second; the server is asked for a window of them.
  it("is read out of a window, which is asked for once", async () => {
    const { pixels, questions } = reader();
    const first = pixels.read("sw", 7, 50, 30);
    const near = pixels.read("sw", 7, 51, 31);
    questions[0]?.answer();
    assert.deepEqual((await first)?.values, [50, 30]);
    assert.deepEqual((await near)?.values, [51, 31]);
    assert.deepEqual((await pixels.read("sw", 7, 34, 14))?.values, [34, 14]);
    assert.equal(questions.length, 1);
  });

  it("is right at every edge of the picture, and nothing outside", async () => {
    for (const [x, y] of [
      [0, 0],
      [99, 0],
      [0, 59],
      [99, 59],
    ] as const) {
      const { pixels, questions } = reader();
      const value = pixels.read("sw", 1, x, y);
      questions[0]?.answer();
      assert.deepEqual((await value)?.values, [x, y]);
    }
    const { pixels, questions } = reader();
    assert.equal(await pixels.read("sw", 1, -1, 3), undefined);
    assert.equal(await pixels.read("sw", Number.NaN, 1, 3), undefined);
    assert.equal(questions.length, 0);
    const beyond = pixels.read("sw", 1, 99, 60);
    questions[0]?.answer();
    assert.equal(await beyond, undefined);
  });

  // The value of a pixel that was left is a lie beside the place of another.
  it("is nothing when another place is asked for meanwhile, and one question is under way", async () => {
    const { pixels, questions } = reader();
    const left = pixels.read("sw", 7, 10, 10);
    const far = pixels.read("sw", 7, 90, 50);
    const other = pixels.read("sw", 8, 90, 50);
    assert.deepEqual(
      questions.map(({ signal }) => signal.aborted),
      [true, true, false],
    );
    questions[2]?.answer();
    assert.deepEqual([await left, await far, (await other)?.frame], [undefined, undefined, 8]);
    pixels.forget();
    assert.equal(questions[2]?.signal.aborted, true);
  });

  it("is read anew when its frame was made anew, or could not be read", async () => {
    const { pixels, questions } = reader();
    const before = pixels.read("sw", 7, 10, 10, 1);
    questions[0]?.answer();
    await before;
    const after = pixels.read("sw", 7, 10, 10, 2);
    assert.equal(questions.length, 2);
    questions[1]?.answer();
    assert.deepEqual((await after)?.values, [10, 10]);

    let isAway = true;
    const moody = new PixelReader(({ frame, area }) =>
      isAway ? Promise.reject(new Error("away")) : Promise.resolve(answerTo(frame, area)),
    );
    assert.equal(await moody.read("sw", 7, 1, 1), undefined);
    isAway = false;
    assert.deepEqual((await moody.read("sw", 7, 1, 1))?.values, [1, 1]);
  });
});
