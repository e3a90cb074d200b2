import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { FrameNumber } from "../../base/units.ts";
import { LiveCatalogue } from "./catalogue.ts";
import { type Named, Naming } from "./naming.ts";
import type { FoundMovie, MovieNews } from "./protocol.ts";

const list = (...numbers: number[]): Float64Array => Float64Array.from(numbers);

function found(id: number, name: string, more: Partial<FoundMovie> = {}): FoundMovie {
  return {
    kind: "found",
    id,
    target: 0,
    root: "/lib",
    folder: "/lib",
    inside: "",
    name,
    extension: "png",
    numbers: list(1, 2, 3),
    names: { kind: "pattern", before: `${name}.`, after: ".png", width: 1, others: new Map() },
    stamped: false,
    description: {},
    declared: undefined,
    ...more,
  };
}

function take(catalogue: LiveCatalogue, ...news: readonly MovieNews[]): void {
  for (const tell of catalogue.take(news)) tell();
}

function landed(id: number, ...numbers: readonly number[]): MovieNews {
  return { kind: "changed", id, changes: { landed: list(...numbers), revised: list(), removed: list() } };
}

const empty = (): LiveCatalogue => new LiveCatalogue({ settings: new Map(), canGrow: true });

describe("a catalogue of movies that come and go", () => {
  // Law 9: a name in a request is looked up, and never becomes a path.
  it("finds movies by their exact name only, and lists them in order", () => {
    const catalogue = empty();
    take(catalogue, found(1, "b/x"), found(2, "a"));
    assert.deepEqual(
      catalogue.movies.map(({ name }) => name),
      ["a", "b/x"],
    );
    assert.equal(catalogue.find("b/x")?.name, "b/x");
    for (const name of ["", "B/x", "b/../b/x", "../a", "constructor", "__proto__"]) {
      assert.equal(catalogue.find(name), undefined);
    }
  });

  // Who walks through the movies in several turns must not meet one twice, or miss one.
  it("a list of movies that was taken stays what it was", () => {
    const catalogue = empty();
    take(catalogue, found(1, "a"), found(2, "c"));
    const before = catalogue.movies;
    take(catalogue, found(3, "b"), { kind: "gone", id: 1 });
    assert.equal(before.length, 2);
    assert.equal(catalogue.movies, catalogue.movies);
    assert.deepEqual(
      catalogue.movies.map(({ name }) => name),
      ["b", "c"],
    );
  });

  it("tells of a change when it can be seen, until nobody listens any more", () => {
    const catalogue = empty();
    const seen: string[] = [];
    const unsubscribe = catalogue.watch(({ kind, movie }) =>
      seen.push(`${kind} ${movie.name} ${catalogue.find(movie.name) === movie}`),
    );
    take(catalogue, found(1, "a"));
    take(catalogue, { kind: "gone", id: 1 });
    unsubscribe();
    unsubscribe();
    take(catalogue, found(2, "a"));
    assert.deepEqual(seen, ["added a true", "gone a false"]);
  });

  // A playback holds what it was given: what lands meanwhile must not change under it.
  it("an entry stays what it was when others come before it", () => {
    const catalogue = empty();
    const names = { kind: "bytes", bytes: Buffer.from("x.pngy.png"), ends: Uint32Array.of(5, 10) } as const;
    take(catalogue, found(1, "t", { numbers: list(1, 2), names, stamped: true }));
    const entry = catalogue.find("t")?.at(FrameNumber(2));
    const later = {
      kind: "bytes",
      bytes: Buffer.from("a.pngx.pngy.png"),
      ends: Uint32Array.of(5, 10, 15),
    } as const;
    const changes = { landed: list(3), revised: list(1, 2), removed: list() };
    take(catalogue, { kind: "changed", id: 1, changes, names: later });
    assert.deepEqual([entry?.source.path, entry?.revision], ["/lib/y.png", 1]);
    const now = catalogue.find("t")?.at(FrameNumber(2));
    assert.deepEqual([now?.source.path, now?.revision], ["/lib/x.png", 2]);
  });

  // Viewers wait at the end of a movie that is being made: they must hear of it, once.
  it("a movie that was declared to reach further ends when its last frame has come", () => {
    const catalogue = empty();
    const declared = { first: FrameNumber(1), last: FrameNumber(5), step: 2 };
    take(catalogue, found(1, "s", { declared }));
    const log = catalogue.find("s");
    assert.deepEqual([log?.state, log?.first, log?.last, log?.newest, log?.step], ["live", 1, 5, 3, 2]);
    const told: string[] = [];
    log?.watch((change) => told.push(change.kind));
    take(catalogue, landed(1, 5), landed(1, 4));
    assert.deepEqual(told, ["landed", "ended", "landed"]);
    assert.equal(log?.state, "recorded");
  });

  it("what a pattern declares goes before the settings, and these before what lies beside the frames", () => {
    const settings = new Map([["s", { last: FrameNumber(7), title: "said" }]]);
    const catalogue = new LiveCatalogue({ settings, canGrow: true });
    take(
      catalogue,
      found(1, "s", { description: { title: "beside", rate: { numerator: 12, denominator: 1 } } }),
    );
    const log = catalogue.find("s");
    assert.deepEqual([log?.title, log?.last, log?.rate.numerator], ["said", 7, 12]);
    const declared = { first: FrameNumber(1), last: FrameNumber(9), step: 1 };
    take(catalogue, { kind: "gone", id: 1 }, found(2, "s", { declared }));
    assert.deepEqual([catalogue.find("s")?.title, catalogue.find("s")?.last], ["said", 9]);
  });

  // Thousands of frames with many viewers: others' turns must come in between.
  it("tells of many frames in many calls, and of none where nobody watches", () => {
    const catalogue = empty();
    take(catalogue, found(1, "s"), found(2, "t"));
    const numbers = Array.from({ length: 10_000 }, (_, index) => index + 4);
    let told = 0;
    catalogue.find("s")?.watch(() => told++);
    const calls = [...catalogue.take([landed(1, ...numbers), landed(2, ...numbers)])];
    assert.equal(calls.length, Math.ceil(10_000 / 256));
    for (const call of calls) call();
    assert.equal(told, 10_000);
  });
});

/** The names as they are now, of those whose name may have changed. */
function namesOf(naming: Naming<Named>, known: Map<Named, string>): Map<Named, string> {
  for (const { item, name } of naming.settle()) known.set(item, name);
  return known;
}

describe("names in a library", () => {
  const named = fc.record({
    target: fc.nat(1),
    inside: fc.constantFrom("", "a", "a/b", "b"),
    wanted: fc.constantFrom("s", "s~2", "s~png", "s~png~2", "t", "a/s"),
    extension: fc.constantFrom("png", "tif"),
    stamped: fc.boolean(),
    file: fc.constantFrom("", "s.tif", "s.TIF"),
  });

  // A bookmark must lead to the same movie after a restart, in whatever order the disk answers.
  it("depend on what is there, and not on what came first or went in between", () => {
    const many = fc.uniqueArray(named, { selector: (each) => JSON.stringify(each), maxLength: 14 });
    fc.assert(
      fc.property(many, fc.nat(14), (items, kept) => {
        const all = new Naming<Named>();
        for (const item of items.slice(0, kept)) all.add(item);
        const expected = namesOf(all, new Map());
        const other = new Naming<Named>();
        const known = new Map<Named, string>();
        for (const item of items.toReversed()) {
          other.add(item);
          namesOf(other, known);
        }
        for (const item of items.slice(kept)) {
          other.remove(item);
          known.delete(item);
        }
        namesOf(other, known);
        for (const item of items.slice(0, kept)) assert.equal(known.get(item), expected.get(item));
        assert.equal(new Set(known.values()).size, known.size, "a name was given twice");
      }),
      { seed: 19_660, numRuns: 300 },
    );
  });
});
