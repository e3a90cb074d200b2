import assert from "node:assert/strict";
import { test } from "node:test";
import type { PictureRendition } from "../base/rendition.ts";
import { drawPng, LIMIT, lay, refuses, run } from "./decode/frames.testing.ts";
import type { Order } from "./order.ts";
import { frameImage } from "./picture.ts";

const SMALL: PictureRendition = {
  format: "ppm",
  width: 31,
  quality: undefined,
  levels: undefined,
  exposure: undefined,
};

function orderOf(bytes: Uint8Array, format: Order["format"]): Order {
  const making = { kind: "frame", rendition: SMALL } as const;
  const source = { ...lay(bytes), seen: undefined };
  return { source, format, making, levels: undefined, limit: LIMIT, disk: undefined };
}

const jpeg = run("pnmtojpeg", [], run("pngtopam", [], drawPng("rgb24")));

// Decoders make up what is missing, with grey: neither way may show that.
test("a picture that is made smaller while it is decoded is refused where its file is cut", async () => {
  for (const [bytes, format] of [
    [drawPng("rgb24"), "png"],
    [jpeg, "jpeg"],
  ] as const) {
    for (const length of [100, bytes.length >> 1, bytes.length - 2])
      await refuses(frameImage(orderOf(bytes.subarray(0, length), format), SMALL), "FRAME_TRUNCATED");
  }
});

// Whatever way a picture takes, its name is not what decides.
test("a file is made smaller as what it is, whatever its name promises", async () => {
  const tiff = run(
    "ffmpeg",
    ["-v", "error", "-f", "png_pipe", "-i", "-", "-f", "image2pipe", "-c:v", "tiff", "-"],
    drawPng("rgb24"),
  );
  const images = await Promise.all([
    frameImage(orderOf(drawPng("rgb24"), "png"), SMALL),
    frameImage(orderOf(drawPng("rgb24"), "jpeg"), SMALL),
    frameImage(orderOf(drawPng("rgba"), "png"), SMALL),
    frameImage(orderOf(drawPng("rgba"), "jpeg"), SMALL),
    frameImage(orderOf(tiff, "png"), SMALL),
  ]);
  for (const image of images) {
    assert.deepEqual(image?.shape, { format: "ppm", width: 31, height: 23 });
    assert.deepEqual(image.bytes, images[0]?.bytes);
  }
});

// Alpha is dropped and deep pictures wait for their levels, on whichever way.
test("a deep picture without levels asks for them, also where it is to be smaller", async () => {
  assert.equal(await frameImage(orderOf(drawPng("rgb48be"), "png"), SMALL), undefined);
});
