import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { measureLevels } from "./measure.ts";
import { originalImage } from "./original.ts";
import { LIMIT, readNetpbm, rendition, row, run } from "./pictures.testing.ts";
import { render } from "./render.ts";
import type { ResolvedRendition } from "./render.ts";
import { toned, toneOf } from "./tone.ts";

/** 0 to `last`, each once. */
const ramp = (last: number): number[] => Array.from({ length: last + 1 }, (_, value) => value);

const twelveBits = row(Uint16Array.from(ramp(4095)));
const sixteenBits = row(Uint16Array.from(ramp(65_535)));

/** IEC 61966-2-1, written again from the standard. */
const toLight = (value: number): number =>
  value > 0.040_45 ? Math.pow((value + 0.055) / 1.055, 2.4) : value / 12.92;
const toValue = (light: number): number =>
  light > 0.003_130_8 ? 1.055 * Math.pow(light, 1 / 2.4) - 0.055 : light * 12.92;

async function rendered(raster: typeof sixteenBits, wanted: Partial<ResolvedRendition>): Promise<number[]> {
  return readNetpbm(await render(raster, rendition(wanted), LIMIT)).samples;
}

// The reason for levels: microscopes write 12 bits into files of 16, which look black as they are.
test("a 12-bit ramp in 16 bits becomes a ramp of the full range by its own levels", async () => {
  const shown = await rendered(twelveBits, { levels: measureLevels(twelveBits) });
  assert.deepEqual([shown[0], shown.at(-1)], [0, 65_535]);
  assert.ok(shown.every((value, at) => at === 0 || value >= (shown[at - 1] ?? 0)));
  const middle = shown[2048] ?? 0;
  assert.ok(Math.abs(middle - 32_768) < 32, `${middle} in the middle`);
  assert.ok(new Set(shown).size > 4080);
});

// Whoever gives levels measures with them: the arithmetic is the plain one, rounded to the nearest.
test("levels map low to black and high to white in a straight line, exactly", async () => {
  const levels = { low: 0, high: 4095 };
  const expected = ramp(4095).map((value) => Math.round((value / 4095) * 65_535));
  assert.deepEqual(await rendered(twelveBits, { levels }), expected);
  const cut = await rendered(row(Uint16Array.from([0, 99, 100, 150, 200, 201, 65_535])), {
    levels: { low: 100, high: 200 },
  });
  assert.deepEqual(cut, [0, 0, 0, 32_768, 65_535, 65_535, 65_535]);
});

// An 8-bit rendition of a deep picture is what every other program makes of it.
test("16 bits without levels become the 8 bits that netpbm makes of them", () => {
  const image = originalImage(sixteenBits, undefined, LIMIT);
  const theirs = run("pamdepth", ["255"], image.bytes);
  const ours = toned(sixteenBits, toneOf(sixteenBits, undefined), 8);
  assert.deepEqual(Buffer.from(ours.buffer), theirs.subarray(theirs.length - 65_536));
});

// A stop is a photographer's word: it doubles light, not the numbers that a display is given for light.
test("an exposure of 1 doubles the light of what is shown, and of -1 halves it", async () => {
  for (const exposure of [1, -1, 0.5, 20, -20]) {
    const shown = await rendered(sixteenBits, { exposure });
    for (const value of [0, 1, 100, 2600, 2700, 10_000, 32_768, 50_000, 65_535]) {
      const light = Math.min(1, toLight(value / 65_535) * 2 ** exposure);
      const expected = Math.round(toValue(light) * 65_535);
      assert.equal(shown[value], expected, `${value} at ${exposure} stops`);
    }
  }
});

// What the levels put above white is not lost before the exposure has been applied.
test("an exposure below 0 brings back what lies above the high level", async () => {
  const levels = { low: 0, high: 16_383.75 };
  const [whole = 0, half = 0] = await rendered(row(Uint16Array.from([65_535, 16_384])), {
    levels,
    exposure: -20,
  });
  assert.ok(whole > half && half > 0);
  const light = toValue(toLight(4) * 2 ** -4);
  const [brought] = await rendered(row(Uint16Array.from([65_535])), { levels, exposure: -4 });
  assert.equal(brought, Math.round(Math.min(1, light) * 65_535));
});

// Floating point and whole numbers of the same picture must look the same in every depth.
test("floating point becomes what whole numbers of the same value become", async () => {
  const floats = row(Float32Array.from(ramp(65_535), (value) => value / 65_535));
  const whole = { low: 0, high: 1 };
  const tones = [
    [whole, 0],
    [whole, 1.3],
    [whole, -2],
    [{ low: 0.1, high: 0.4 }, 0],
  ] as const;
  for (const [levels, exposure] of tones) {
    const scaled = { low: levels.low * 65_535, high: levels.high * 65_535 };
    for (const depth of [8, 16] as const) {
      const integers = toned(sixteenBits, toneOf(sixteenBits, scaled, exposure), depth);
      const real = toned(floats, toneOf(floats, levels, exposure), depth);
      const apart = integers.map((value, at) => Math.abs(value - (real[at] ?? -9)));
      assert.ok(Math.max(...new Set(apart)) <= 1, `${exposure} stops, ${depth} bits`);
      const rounded = apart.filter((each) => each > 0).length;
      assert.ok(rounded < integers.length / 8, `${rounded} differ at ${exposure} stops, ${depth} bits`);
    }
  }
});

// A renderer's firefly or a telescope's dead pixel must not take the picture with it.
test("NaN becomes black, minus infinity black, infinity white, in every depth", async () => {
  const odd = Float32Array.from([Number.NaN, -Infinity, Infinity, -1, 2, 3.4e38, 0.5]);
  for (const transfer of ["display", "linear"] as const) {
    const raster = row(odd, transfer);
    for (const exposure of [0, 3, -3]) {
      const tone = toneOf(raster, undefined, exposure);
      for (const depth of [8, 16] as const) {
        const full = 2 ** depth - 1;
        const [nan, below, above, minus] = toned(raster, tone, depth);
        assert.deepEqual([nan, below, above, minus], [0, 0, full, 0]);
      }
    }
  }
});

// EXR on a screen looks as every compositing program shows it.
test("light becomes what ffmpeg makes of an EXR by the curve of sRGB, within one of 65535", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "mutoscope-tone-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "ramp.exr");
  const draw = "gradients=size=512x16:c0=black:c1=white:x0=0:y0=0:x1=511:y1=0:speed=0.00001:nb_colors=2";
  run("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", draw, "-frames:v", "1", "-pix_fmt", "gbrpf32le", file]);
  // From a pipe ffmpeg does not find the size of one small EXR.
  const decode = (...options: string[]): Float32Array<ArrayBuffer> => {
    const raw = ["-f", "rawvideo", "-pix_fmt", "gbrpf32le", "-"];
    const planes = run("ffmpeg", ["-v", "error", ...options, "-i", file, ...raw]);
    return new Float32Array(planes.buffer, planes.byteOffset, planes.byteLength / 4);
  };
  const light = decode();
  assert.ok(new Set(light).size > 200, "the drawing has few values");
  const shown = await rendered(row(light, "linear"), {});
  const theirs = decode("-apply_trc", "iec61966_2_1");
  const apart = shown.map((value, at) => Math.abs(value - Math.min(1, theirs[at] ?? -9) * 65_535));
  assert.ok(Math.max(...new Set(apart)) <= 1, `${Math.max(...new Set(apart))}`);
});
