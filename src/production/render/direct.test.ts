import assert from "node:assert/strict";
import { test } from "node:test";
import { Bytes } from "../../base/units.ts";
import type { Raster } from "../raster/raster.ts";
import { type DirectEncoded, isDirect, renderDirect } from "./direct.ts";
import { decoded, described, LIMIT, readNetpbm, refuses, rendition, run } from "./pictures.testing.ts";
import { render } from "./render.ts";

const DRAWN = ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=640x480", "-frames:v", "1"];

function drawJpeg(pixels: "gray" | "rgb24"): DirectEncoded {
  const codec = pixels === "gray" ? "pgm" : "ppm";
  const netpbm = run("ffmpeg", [...DRAWN, "-pix_fmt", pixels, "-f", "image2pipe", "-c:v", codec, "-"]);
  return { bytes: new Uint8Array(run("pnmtojpeg", ["-quality=90"], netpbm)), format: "jpeg" };
}

function drawPng(pixels: string): DirectEncoded {
  const bytes = run("ffmpeg", [...DRAWN, "-pix_fmt", pixels, "-f", "image2pipe", "-c:v", "png", "-"]);
  return { bytes: new Uint8Array(bytes), format: "png" };
}

/** By ffmpeg, as what another decoder makes of the whole of it. */
function rasterOf({ bytes }: DirectEncoded, pixels: "gray" | "rgb24"): Raster {
  const samples = new Uint8Array(decoded(bytes, pixels));
  const channels = pixels === "gray" ? 1 : 3;
  return { width: 640, height: 480, channels, samples, maxval: 255, transfer: "display" };
}

// The short way is taken or not by what is asked for; nobody may see which it was.
test("a small picture of a JPEG is what decoding it whole would give, but for the filter", async () => {
  for (const pixels of ["gray", "rgb24"] as const) {
    const jpeg = drawJpeg(pixels);
    for (const width of [639, 400, 321, 320, 200, 80, 31]) {
      const direct = await renderDirect(jpeg, rendition({ width }), LIMIT);
      assert.ok(direct !== undefined);
      const short = readNetpbm(direct);
      const long = readNetpbm(await render(rasterOf(jpeg, pixels), rendition({ width }), LIMIT));
      assert.equal(short.header, long.header);
      const apart = short.samples.map((value, at) => Math.abs(value - (long.samples[at] ?? 0)));
      const mean = apart.reduce((sum, each) => sum + each, 0) / apart.length;
      assert.ok(mean < 4, `${width} wide, ${pixels}: ${mean} apart`);
    }
    const encoded = await renderDirect(jpeg, rendition({ format: "jpeg", width: 160 }), LIMIT);
    assert.ok(encoded !== undefined && described(encoded).endsWith(" 160 120"));
  }
});

// Nothing is lost in a PNG, and so nothing may be lost on the short way.
test("a smaller picture of a PNG of 8 bits is exactly what decoding it whole would give", async () => {
  const kinds = [
    ["rgb24", "rgb24"],
    ["gray", "gray"],
    ["monob", "gray"],
    ["pal8", "rgb24"],
  ] as const;
  for (const [kind, pixels] of kinds) {
    const png = drawPng(kind);
    for (const width of [639, 400, 320, 97, 1]) {
      const direct = await renderDirect(png, rendition({ width }), LIMIT);
      const whole = await render(rasterOf(png, pixels), rendition({ width }), LIMIT);
      assert.deepEqual(direct, whole, `${kind}, ${width} wide`);
    }
  }
});

// Levels and exposure are of the whole picture's samples, and the colours under alpha must not be mixed.
test("what the short way cannot do is left to the long one", async () => {
  const jpeg = drawJpeg("rgb24");
  const wishes = [
    {},
    { width: 640 },
    { width: 5000 },
    { width: 100, levels: { low: 0, high: 9 } },
    { width: 100, exposure: 1 },
  ];
  for (const wish of wishes)
    assert.equal(await renderDirect(jpeg, rendition(wish), LIMIT), undefined, JSON.stringify(wish));
  for (const kind of ["rgb48be", "gray16be", "rgba", "ya8"])
    assert.equal(await renderDirect(drawPng(kind), rendition({ width: 100 }), LIMIT), undefined, kind);
  assert.ok((await renderDirect(jpeg, rendition({ width: 100, exposure: 0 }), LIMIT)) !== undefined);
  for (const format of ["webp", "tiff", "exr"] as const) assert.ok(!isDirect(format));
});

// The short way must not show what the long one refuses, or the same frame is there and is not.
test("a file that is damaged or too large is refused as it is when it is decoded whole", async () => {
  const wish = rendition({ format: "jpeg", width: 100 });
  for (const encoded of [drawJpeg("rgb24"), drawPng("rgb24")]) {
    const bytes = encoded.bytes.slice();
    bytes.fill(0, 200, 400);
    await refuses(() => renderDirect({ ...encoded, bytes }, wish, LIMIT), "FRAME_CORRUPT");
    await refuses(() => renderDirect(encoded, wish, Bytes(640 * 480 * 3 - 1)), "FRAME_TOO_LARGE");
  }
});
