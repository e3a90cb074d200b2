import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Ask, Listing, type Movie, PAGE, type Page } from "./listing.ts";

const CHOICE = { search: "", sort: "name" };

/** A library of so many movies, which notes what it is asked for. */
function library(total: number): { ask: Ask; asked: number[]; aborted: number[] } {
  const asked: number[] = [];
  const aborted: number[] = [];
  const ask: Ask = (_choice, offset, limit, signal) => {
    asked.push(offset);
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => {
        aborted.push(offset);
        reject(new Error("aborted"));
      });
      const movies = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, index) =>
        movie(offset + index),
      );
      setImmediate(() => resolve({ total, scanning: false, movies } satisfies Page));
    });
  };
  return { ask, asked, aborted };
}

function movie(number: number): Movie {
  return { name: `m${number}`, frames: number } as Movie;
}

function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(() => setImmediate(() => setImmediate(resolve)), 5));
}

describe("the list of movies", () => {
  // Ten thousand movies are not asked for because somebody opened a page.
  it("asks only for what is looked at, once", async () => {
    const { ask, asked } = library(10_000);
    const listing = new Listing(CHOICE, ask, () => undefined);
    listing.look(0, 20);
    listing.look(0, 30);
    await settled();
    listing.look(10, 40);
    assert.deepEqual(asked, [0]);
    assert.deepEqual([listing.total, listing.at(7)?.name, listing.at(PAGE)], [10_000, "m7", undefined]);
    listing.look(9_990, 9_999);
    await settled();
    assert.deepEqual([asked, listing.at(9_999)?.name], [[0, 9_900], "m9999"]);
  });

  // Whoever drags the scroll bar through everything wants only what is there at the end.
  it("gives up what has been scrolled past", async () => {
    const { ask, aborted } = library(10_000);
    const listing = new Listing(CHOICE, ask, () => undefined);
    listing.look(0, 10);
    listing.look(5_000, 5_010);
    await settled();
    assert.deepEqual([aborted, listing.at(0), listing.at(5_000)?.name], [[0], undefined, "m5000"]);
  });

  // A grid that goes blank at each event is worse than one that is a moment old.
  it("shows what it knows while it asks anew", async () => {
    const { ask, asked } = library(50);
    const listing = new Listing(CHOICE, ask, () => undefined);
    listing.look(0, 10);
    await settled();
    listing.refresh();
    assert.equal(listing.at(3)?.name, "m3");
    listing.look(0, 10);
    await settled();
    assert.deepEqual(asked, [0, 0]);
  });

  it("changes the numbers of a movie that is told of, without asking", async () => {
    const { ask, asked } = library(50);
    let changes = 0;
    const listing = new Listing(CHOICE, ask, () => (changes += 1));
    listing.look(0, 10);
    await settled();
    assert.equal(listing.patch("m3", { frames: 99 })?.frames, 99);
    assert.equal(listing.patch("other", { frames: 1 }), undefined);
    assert.deepEqual([listing.at(3)?.frames, asked.length, changes], [99, 1, 2]);
  });

  // A picture is fetched anew when it is another one, not because a frame landed elsewhere in its movie.
  it("knows when pictures were last other ones, also over a new answer", async () => {
    let revision = "r1";
    const movies = (): Movie[] => [{ name: "m", revision } as Movie];
    const ask: Ask = async () => ({ total: 1, scanning: false, movies: movies() });
    const listing = new Listing(CHOICE, ask, () => undefined);
    const look = async (): Promise<string | undefined> => {
      listing.refresh();
      listing.look(0, 0);
      await settled();
      return listing.at(0)?.drawn;
    };
    listing.look(0, 0);
    await settled();
    revision = "r2";
    listing.patch("m", { revision });
    assert.equal(await look(), "r1");
    revision = "r3";
    listing.patch("m", { revision, drawn: revision });
    assert.equal(await look(), "r3");
    revision = "r4";
    assert.equal(await look(), "r4");
  });

  // A server that is gone refuses at once: whoever asks again at once asks a thousand times a second.
  it("waits before it asks again what had no answer", async (test) => {
    test.mock.timers.enable({ apis: ["setTimeout"] });
    let asked = 0;
    const ask: Ask = () => {
      asked += 1;
      return Promise.reject(new Error("gone"));
    };
    const listing: Listing = new Listing(CHOICE, ask, () => listing.look(0, 0));
    listing.look(0, 0);
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    assert.equal(asked, 1);
    test.mock.timers.tick(2_000);
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    assert.equal(asked, 2);
    listing.close();
    test.mock.timers.tick(10_000);
    assert.equal(asked, 2);
  });

  it("says when there is no answer, and keeps what it had", async () => {
    const { ask } = library(50);
    let isThere = true;
    const listing = new Listing(
      CHOICE,
      (...all) => (isThere ? ask(...all) : Promise.reject(new Error("gone"))),
      () => undefined,
    );
    listing.look(0, 10);
    await settled();
    isThere = false;
    listing.refresh();
    listing.look(0, 10);
    await settled();
    assert.deepEqual([listing.isFailed, listing.at(3)?.name], [true, "m3"]);
  });
});
