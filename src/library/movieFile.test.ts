import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { Fault } from "../base/errors.ts";
import { MiB } from "../base/units.ts";
import { describeText, descriptionOf } from "./movieFile.ts";
import { readMovieSettings } from "./movieSettings.ts";

const root = mkdtempSync(join(tmpdir(), "movie-file-"));
after(() => rmSync(root, { recursive: true, force: true }));

function write(text: string | Uint8Array): string {
  const path = join(root, "file");
  writeFileSync(path, text);
  return path;
}

/** What is said of one movie of a folder, and the faults' codes with the keys that they begin with. */
function folder(text: string, name = "a") {
  const { description, faults } = describeText(text);
  return {
    said: descriptionOf(description, name),
    faults: faults.map(({ code, message }) => `${code} ${message}`),
  };
}

/** A line of YAML that unfolds the one before nine times. */
const unfolding = (line: number): string => `${line}: &${line} [${`*${line - 1},`.repeat(9)}]`;

const EVERYTHING = { title: "Beauty", fps: "24000/1001", first: 1001, last: 1100, step: 1, missing: "hold" };
const UNDERSTOOD = {
  title: "Beauty",
  rate: { numerator: 24_000, denominator: 1001 },
  first: 1001,
  last: 1100,
  step: 1,
  missing: "hold",
};

describe("a folder's movie.json", () => {
  it("says title, rate, declared range, step and policy of the movies beside it", () => {
    assert.deepEqual(folder(JSON.stringify(EVERYTHING)), { said: UNDERSTOOD, faults: [] });
    assert.deepEqual(folder("{}"), { said: {}, faults: [] });
    assert.deepEqual(folder('{"fps": 23.976}').said.rate, { numerator: 2997, denominator: 125 });
  });

  // Several sequences of a folder are rarely all alike.
  it("says of single movies what goes before what it says of all", () => {
    const text = JSON.stringify({
      fps: 25,
      missing: "black",
      movies: { b: { fps: 50 }, "e\u0301": { title: "E" } },
    });
    assert.deepEqual(folder(text, "a").said, {
      rate: { numerator: 25, denominator: 1 },
      missing: "black",
    });
    assert.deepEqual(folder(text, "b").said, {
      rate: { numerator: 50, denominator: 1 },
      missing: "black",
    });
    assert.equal(folder(text, "\u00e9").said.title, "E");
    const ranges = JSON.stringify({ last: 100, movies: { a: { first: 1001 } } });
    assert.deepEqual(folder(ranges).said, { first: 1001, last: undefined });
  });

  // A typing mistake in one key is no reason to lose the others.
  it("is understood key by key: what is wrong is told with its key, and left out", () => {
    const wrong = {
      ...EVERYTHING,
      title: 7,
      fps: "fast",
      first: 1.5,
      step: 0,
      missing: "wait",
      frames: 3,
      lst: 4,
    };
    const { said, faults } = folder(JSON.stringify(wrong));
    assert.deepEqual(said, { last: 1100 });
    assert.deepEqual(
      faults.map((text) => text.replace(/, (expected .*|did you mean.*)$/, "")),
      [
        'SETTING_INVALID title: found "7"',
        'RATE_INVALID fps: found "fast"',
        'SETTING_INVALID first: found "1.5"',
        'SETTING_INVALID step: found "0"',
        'SETTING_INVALID missing: found "wait"',
        'SETTING_INVALID found the unknown key "frames"',
        'SETTING_INVALID found the unknown key "lst"',
      ],
    );
    assert.match(faults.at(-1) ?? "", /did you mean "last"\?$/);
    const { faults: single } = folder('{"fps": 25, "movies": {"b": {"fps": true}, "c": 1}}');
    assert.deepEqual(
      single.map((text) => text.slice(0, 25)),
      ['SETTING_INVALID "b": fps:', 'SETTING_INVALID "c": foun'],
    );
    assert.deepEqual(folder('{"fps": 25, "movies": []}').said.rate?.numerator, 25);
  });

  // It would be waited for without end.
  it("has no last frame that no file can be", () => {
    assert.deepEqual(folder('{"last": 999999999999999}').said, { last: 999_999_999_999_999 });
    const { said, faults } = folder('{"first": 1, "last": 1000000000000000}');
    assert.deepEqual(said, { first: 1 });
    assert.match(faults.join(""), /^SETTING_INVALID last: .* at most 15 digits$/);
  });

  it("has no range whose first frame lies above its last", () => {
    const { said, faults } = folder('{"first": 2, "last": 1, "title": "x"}');
    assert.deepEqual(said, { title: "x" });
    assert.match(faults.join(""), /^RANGE_INVALID found first 2 above last 1/);
    assert.deepEqual(folder('{"first": null, "title": "x"}'), { said: { title: "x" }, faults: [] });
  });

  it("says nothing when it is no object, and the reason is told", () => {
    for (const text of ["", "[]", "null", "1", "{", "\ufeff", '"a"']) {
      const { said, faults } = folder(text);
      assert.deepEqual(said, {});
      assert.match(faults.join(""), /^SETTING_INVALID [^/]*$/);
    }
  });
});

describe("the file of the setting movies", () => {
  // For folders that nobody may write into.
  it("says of movies by their full names what movie.json says, in YAML or JSON", async () => {
    const yaml = "sh010/beauty:\n  fps: 24000/1001\n  first: 1001\n  last: 1100\nsw: { title: Sandwich }\n";
    const { description, faults } = await readMovieSettings(write(yaml));
    assert.deepEqual(faults, []);
    const { rate, first, last } = UNDERSTOOD;
    assert.deepEqual(
      [...description],
      [
        ["sh010/beauty", { rate, first, last }],
        ["sw", { title: "Sandwich" }],
      ],
    );
    const json = await readMovieSettings(write(JSON.stringify({ a: EVERYTHING })));
    assert.deepEqual(json.description.get("a"), UNDERSTOOD);
    assert.equal((await readMovieSettings(write("# nothing yet\n"))).description.size, 0);
  });

  it("is understood movie by movie", async () => {
    const { description, faults } = await readMovieSettings(write("a: 5\nb: { fps: x, title: B }\n"));
    assert.deepEqual(
      [...description],
      [
        ["a", {}],
        ["b", { title: "B" }],
      ],
    );
    assert.deepEqual(
      faults.map(({ code }) => code),
      ["SETTING_INVALID", "RATE_INVALID"],
    );
  });

  // It was named on the command line: without it the server would not do what it was told.
  it("is refused when it is no such file", async () => {
    const bomb = ["0: &0 [x]", ...Array.from({ length: 20 }, (_, index) => unfolding(index + 1))].join("\n");
    for (const text of ["- a", "a: b: c", "a: 1\na: 2", "word", "{", bomb, "x".repeat(4 * MiB + 1)]) {
      const path = write(text);
      await assert.rejects(
        readMovieSettings(path),
        (error) => error instanceof Fault && error.code === "SETTING_INVALID",
        text.slice(0, 40),
      );
    }
    await assert.rejects(readMovieSettings(join(root, "none")), /could not be read: ENOENT/);
    await assert.rejects(readMovieSettings(write(new Uint8Array([0x61, 0xff]))), /not UTF-8/);
    await assert.rejects(readMovieSettings(write("a: 1\nb: c: d\n")), /line 2/);
  });
});
