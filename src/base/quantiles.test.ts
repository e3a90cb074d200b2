import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { Quantiles } from "./quantiles.ts";

const TOLERANCE = 1 / 64;
const NEXT_TO_NOTHING = 2 ** -6;

/** From nothing to days, most of them where latenesses are. */
const milliseconds = fc.oneof(
  fc.constantFrom(0, NEXT_TO_NOTHING, 1, 2, 40, 2 ** 29.999),
  fc.double({ min: 0, max: 100, noNaN: true }),
  fc.double({ min: -10, max: 29, noNaN: true }).map((power) => 2 ** power),
);

const many = fc.array(milliseconds, { minLength: 1, maxLength: 200 });
const share = fc.oneof(fc.constantFrom(0, 0.5, 0.99, 0.999, 1), fc.double({ min: 0, max: 1, noNaN: true }));

function sketch(values: readonly number[]): Quantiles {
  const quantiles = new Quantiles();
  for (const value of values) quantiles.add(value);
  return quantiles;
}

/** As the definition says it, from all values. */
function exact(values: readonly number[], of: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(Math.ceil(of * sorted.length), 1) - 1] ?? Number.NaN;
}

describe("quantiles", () => {
  // Promises about lateness are kept or broken by what these say: the error has to be known.
  it("are those of all values, off by at most a 64th of themselves", () => {
    fc.assert(
      fc.property(many, share, (values, of) => {
        const expected = exact(values, of);
        const found = sketch(values).at(of) ?? Number.NaN;
        const off = Math.abs(found - expected);
        assert.ok(off <= expected * TOLERANCE || off <= NEXT_TO_NOTHING, `${found} for ${expected}`);
      }),
    );
  });

  // The one frame that was seconds late is the one that somebody saw.
  it("know the worst exactly", () => {
    fc.assert(
      fc.property(many, (values) => {
        const quantiles = sketch(values);
        assert.equal(quantiles.worst, Math.max(...values));
        assert.equal(quantiles.at(1), Math.max(...values));
        assert.equal(quantiles.count, values.length);
      }),
    );
  });

  // A table per priority is put together from those of its playbacks.
  it("of two merged are those of all their values", () => {
    fc.assert(
      fc.property(many, fc.array(milliseconds), share, (one, other, of) => {
        const merged = sketch(one);
        merged.merge(sketch(other));
        const together = sketch([...one, ...other]);
        assert.deepEqual(
          [merged.at(of), merged.count, merged.worst],
          [together.at(of), together.count, together.worst],
        );
      }),
    );
  });

  it("of nothing are undefined, and the worst of nothing is 0", () => {
    assert.equal(new Quantiles().at(0.5), undefined);
    assert.equal(new Quantiles().worst, 0);
  });

  // A clock that goes wrong by years must not take memory or end the server.
  it("beyond twelve days know the worst and nothing else", () => {
    const quantiles = sketch([1e300, Number.MAX_VALUE, Number.POSITIVE_INFINITY, 1]);
    assert.equal(quantiles.at(0.25), sketch([1, 2]).at(0.5));
    assert.ok((quantiles.at(0.5) ?? 0) > 1e9);
    assert.equal(quantiles.at(1), Number.POSITIVE_INFINITY);
  });

  // What comes from a subtraction the wrong way round is a bug of ours, and would look like punctuality.
  it("refuse what is below 0 or no number", () => {
    for (const value of [-1, Number.NaN]) assert.throws(() => new Quantiles().add(value));
  });
});
