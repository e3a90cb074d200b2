import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "./errors.ts";
import {
  formatOfExtension,
  parseExposure,
  parseFormat,
  parseLevels,
  parseQuality,
  parseRendition,
  parseWidth,
  type PictureRendition,
  renditionKey,
} from "./rendition.ts";

function refuses(parse: () => unknown): void {
  assert.throws(parse, (error) => {
    assert.ok(error instanceof Fault, String(error));
    assert.equal(error.code, "RENDITION_INVALID");
    assert.match(error.message, /^found ".*", expected /);
    return true;
  });
}

function rendition(wanted: Partial<PictureRendition>): PictureRendition {
  return {
    format: "jpeg",
    width: undefined,
    quality: undefined,
    levels: undefined,
    exposure: undefined,
    ...wanted,
  };
}

// A microscopist copies levels from another program: all of its spellings of a number must do.
test("levels are auto, or two numbers in the file's own units, the lower first", () => {
  assert.equal(parseLevels("auto"), "auto");
  assert.deepEqual(parseLevels("0,4095"), { low: 0, high: 4095 });
  assert.deepEqual(parseLevels("-0.5,+1.5e3"), { low: -0.5, high: 1500 });
  assert.deepEqual(parseLevels(".25,1."), { low: 0.25, high: 1 });
  for (const text of [
    "",
    "0",
    "0,",
    ",1",
    "1,1",
    "2,1",
    "0,1,2",
    "0 ,1",
    "a,b",
    "NaN,1",
    "0,Infinity",
    "AUTO",
  ])
    refuses(() => parseLevels(text));
  refuses(() => parseLevels("0,1e39"));
  refuses(() => parseLevels(`0,${"9".repeat(4000)}`));
});

// 2^20 is a wider range than a picture of floating point has; more is a slip of the finger.
test("an exposure is in stops, with a fraction and a sign, from -20 to 20", () => {
  const spelled = ["0", "1", "+0.5", "-1.25", "20", "-20.0", "-0"].map(parseExposure);
  assert.deepEqual(spelled, [0, 1, 0.5, -1.25, 20, -20, 0]);
  // Of what a slider computes, more decimals are no mistake, and no other picture.
  assert.deepEqual(
    ["0.30000000000000004", "-0.3333333333333333", "-0.0000001"].map(parseExposure),
    [0.3, -0.333_333, 0],
  );
  for (const text of ["", "+", "1e1", "20.1", "-21", "100", "0x1", " 1", "1 ", "½"])
    refuses(() => parseExposure(text));
});

// Nobody else's: what a request says is a number within bounds before it reaches an encoder.
test("a width is a whole number from 1 to 65535, a quality one from 1 to 100", () => {
  assert.deepEqual(["1", "640", "65535", "0640"].map(parseWidth), [1, 640, 65_535, 640]);
  for (const text of ["", "0", "65536", "-1", "6.4", "1e3", "640px"]) refuses(() => parseWidth(text));
  assert.deepEqual(["1", "80", "100"].map(parseQuality), [1, 80, 100]);
  for (const text of ["0", "101", "high", "-1"]) refuses(() => parseQuality(text));
});

// People name files as they are used to, and the file's name says what is wanted.
test("a format is known by the extensions that its files have", () => {
  assert.deepEqual(["png", "jpg", "JPEG", "webp", "ppm", "pgm"].map(parseFormat), [
    "png",
    "jpeg",
    "jpeg",
    "webp",
    "ppm",
    "ppm",
  ]);
  assert.equal(formatOfExtension(".Jpg"), "jpeg");
  for (const text of ["", "gif", "constructor", "__proto__"]) {
    assert.equal(formatOfExtension(text), undefined);
    refuses(() => parseFormat(text));
  }
});

// What nobody asked for is the server's to decide, and stays undefined until it does.
test("words that are not there are left to the server", () => {
  assert.deepEqual(parseRendition("png", {}), rendition({ format: "png" }));
  assert.deepEqual(
    parseRendition("jpeg", { width: "640", quality: "70", levels: "0,4095", exposure: "-1" }),
    rendition({ width: 640, quality: 70, levels: { low: 0, high: 4095 }, exposure: -1 }),
  );
});

// The cache keeps one picture for all who ask for the same, and never gives one for another.
test("renditions have the same key exactly when they are the same pictures", () => {
  const same: readonly (readonly [Partial<PictureRendition>, Partial<PictureRendition>])[] = [
    [{ exposure: 0 }, {}],
    [{ exposure: parseExposure("-0") }, {}],
    [{ format: "png", quality: 10 }, { format: "png" }],
    [{ levels: parseLevels("0,1e3") }, { levels: { low: 0, high: 1000 } }],
    [{ levels: parseLevels("-0,1") }, { levels: { low: 0, high: 1 } }],
  ];
  for (const [one, other] of same) assert.equal(renditionKey(rendition(one)), renditionKey(rendition(other)));
  const different = [
    ...(["ppm", "png", "jpeg", "webp"] as const).map((format) => rendition({ format })),
    rendition({ width: 80 }),
    // Nothing said may be the file itself; the default, said, never is.
    rendition({ quality: 80 }),
    rendition({ quality: 81 }),
    rendition({ levels: "auto" }),
    rendition({ levels: { low: 0, high: 1 } }),
    rendition({ levels: { low: 0, high: 1.000_000_1 } }),
    rendition({ exposure: 1 }),
    rendition({ exposure: -1 }),
  ];
  const keys = new Set(["original" as const, ...different].map(renditionKey));
  assert.equal(keys.size, different.length + 1);
});
