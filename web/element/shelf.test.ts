import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { holds } from "../../test/laws/seed.ts";
import { Picture } from "./picture.ts";
import { Shelf } from "./shelf.ts";

/** Pictures that know how often they were closed. */
class Made {
  readonly closed = new Map<number, number>();
  #count = 0;

  picture(number: number, { bytes = 10, rendition = "full" } = {}): Picture {
    this.#count += 1;
    const made = this.#count;
    this.closed.set(made, 0);
    const facts = { number, revision: 1, isSubstitute: false, rendition, width: 1, height: 1, bytes };
    return new Picture(facts, { close: () => this.closed.set(made, (this.closed.get(made) ?? 0) + 1) });
  }
}

const near = (number: number): number => Math.abs(number - 50);

describe("pictures that are kept", () => {
  it("are never more than there is room for, and those that are farthest go first", () => {
    const made = new Made();
    const shelf = new Shelf(() => 30);
    for (const number of [50, 40, 51, 60, 49]) {
      const picture = made.picture(number);
      shelf.put(picture, near);
      picture.release();
    }
    assert.deepEqual(new Set(shelf.numbers("full")), new Set([49, 50, 51]));
    assert.equal(shelf.bytes, 30);
  });

  it("of other renditions go before all others", () => {
    const made = new Made();
    const shelf = new Shelf(() => 20);
    for (const [number, rendition] of [
      [50, "small"],
      [90, "full"],
      [91, "full"],
    ] as const) {
      const picture = made.picture(number, { rendition });
      shelf.put(picture, near);
      picture.release();
    }
    assert.equal(shelf.get(50, "small"), undefined);
    assert.deepEqual(shelf.numbers("full"), [90, 91]);
  });

  // What is closed too early is a black canvas, and what never is fills the memory.
  it("are closed exactly once, when nobody holds them any more", (test) => {
    const acts = fc.array(
      fc.record({ number: fc.nat(8), bytes: fc.integer({ min: 1, max: 20 }), isHeld: fc.boolean() }),
    );
    holds(
      test,
      fc.property(acts, (acts) => {
        const made = new Made();
        const shelf = new Shelf(() => 40);
        const held: Picture[] = [];
        for (const { number, bytes, isHeld } of acts) {
          const picture = made.picture(number, { bytes });
          shelf.put(picture, near);
          if (isHeld) held.push(picture);
          else picture.release();
          assert.ok(shelf.bytes <= 40);
        }
        for (const picture of held) assert.notEqual(picture.image, undefined);
        shelf.clear();
        assert.equal(shelf.bytes, 0);
        for (const picture of held) picture.release();
        for (const closed of made.closed.values()) assert.equal(closed, 1);
      }),
      200,
    );
  });

  it("are replaced by a later picture of the same frame", () => {
    const made = new Made();
    const shelf = new Shelf(() => 100);
    const [one, other] = [made.picture(1), made.picture(1)];
    for (const picture of [one, other]) {
      shelf.put(picture, near);
      picture.release();
    }
    assert.equal(shelf.get(1, "full"), other);
    assert.deepEqual([...made.closed.values()], [1, 0]);
    shelf.forget(({ facts }) => facts.number === 1);
    assert.equal(shelf.size, 0);
  });
});
