import assert from "node:assert/strict";
import { test } from "node:test";
import { Bytes } from "../../base/units.ts";
import type { Raster } from "../raster/raster.ts";
import { renderDirect } from "./direct.ts";
import { decoded, described, LIMIT, readNetpbm, refuses, rendition, run } from "./pictures.testing.ts";
import { render } from "./render.ts";

function drawJpeg(pixels: "gray" | "rgb24"): Uint8Array<ArrayBuffer> {
  const source = ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=640x480", "-frames:v", "1"];
  const codec = pixels === "gray" ? "pgm" : "ppm";
  const netpbm = run("ffmpeg", [...source, "-pix_fmt", pixels, "-f", "image2pipe", "-c:v", codec, "-"]);
  return new Uint8Array(run("pnmtojpeg", ["-quality=90"], netpbm));
}

// The short way is taken or not by what is asked for; nobody may see which it was.
test("a small picture of a JPEG is what decoding it whole would give, but for the filter", async () => {
  for (const [pixels, channels] of [
    ["gray", 1],
    ["rgb24", 3],
  ] as const) {
    const jpeg = drawJpeg(pixels);
    const samples = new Uint8Array(decoded(jpeg, pixels));
    const raster: Raster = { width: 640, height: 480, channels, samples, maxval: 255, transfer: "display" };
    for (const width of [320, 200, 80, 31]) {
      const direct = await renderDirect(jpeg, "jpeg", rendition({ width }), LIMIT);
      assert.ok(direct !== undefined);
      const short = readNetpbm(direct);
      const long = readNetpbm(await render(raster, rendition({ width }), LIMIT));
      assert.equal(short.header, long.header);
      const apart = short.samples.map((value, at) => Math.abs(value - (long.samples[at] ?? 0)));
      const mean = apart.reduce((sum, each) => sum + each, 0) / apart.length;
      assert.ok(mean < 4, `${width} wide, ${pixels}: ${mean} apart`);
    }
    const encoded = await renderDirect(jpeg, "jpeg", rendition({ format: "jpeg", width: 160 }), LIMIT);
    assert.ok(encoded !== undefined && described(encoded).endsWith(" 160 120"));
  }
});

// Levels and exposure are of the whole picture's samples, and other formats have no smaller sizes inside.
test("what the short way cannot do is left to the long one", async () => {
  const jpeg = drawJpeg("rgb24");
  const wishes = [
    {},
    { width: 321 },
    { width: 5000 },
    { width: 100, levels: { low: 0, high: 9 } },
    { width: 100, exposure: 1 },
  ];
  for (const wish of wishes)
    assert.equal(await renderDirect(jpeg, "jpeg", rendition(wish), LIMIT), undefined, JSON.stringify(wish));
  assert.equal(await renderDirect(jpeg, "png", rendition({ width: 100 }), LIMIT), undefined);
  assert.ok((await renderDirect(jpeg, "jpeg", rendition({ width: 100, exposure: 0 }), LIMIT)) !== undefined);
});

// The short way must not show what the long one refuses, or the same frame is there and is not.
test("a JPEG that is cut, damaged or too large is refused as it is when it is decoded whole", async () => {
  const jpeg = drawJpeg("rgb24");
  const wish = rendition({ format: "jpeg", width: 100 });
  for (const length of [2, 100, jpeg.length >> 1, jpeg.length - 2])
    await refuses(() => renderDirect(jpeg.slice(0, length), "jpeg", wish, LIMIT), "FRAME_TRUNCATED");
  const damaged = jpeg.slice();
  damaged.fill(0, 200, 400);
  await refuses(() => renderDirect(damaged, "jpeg", wish, LIMIT), "FRAME_CORRUPT");
  await refuses(() => renderDirect(jpeg, "jpeg", wish, Bytes(640 * 480 * 3 - 1)), "FRAME_TOO_LARGE");
});
