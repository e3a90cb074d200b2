import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { CONTRACTS } from "../base/contract.ts";
import { EPOCH_ENDS, type Receipt } from "../base/events.ts";
import { tellReceipt } from "../base/receipt.ts";
import { decodeReceipt, encodeReceipt } from "./receipt.ts";

const text = (receipt: Receipt): string => Buffer.from(encodeReceipt(receipt)).toString();

const RECEIPT: Receipt = {
  movie: "café",
  epoch: 2,
  end: "stopped",
  contract: "paced",
  first: 1001,
  last: 1240,
  sent: 228,
  priority: 3,
  wished: 0,
  skipped: 12,
  missing: 1,
  substituted: 1,
  late: 2,
  lateness: { median: 0.41234, worst: 95 },
  waits: { production: 0, ring: 0, client: 3.25, budget: 90.0004, better: 12, turn: 1 / 3 },
  bytes: 13_136_220,
  digest: "00ff",
};

/** Characters of every length in UTF-8, and all that separate, end, escape or hide. */
const ODD = fc.constantFrom(
  ...Array.from('a0:,%=\\x5c" \0\n\r\u001b\u007f\u0085é\u200b\u2028\u202e\ufeff漢😀\u{e0001}'),
);

const ms = fc.double({ min: 0, max: 1e9, noNaN: true });
const count = fc.nat();

const receipts: fc.Arbitrary<Receipt> = fc.record(
  {
    movie: fc.string({ unit: ODD }),
    epoch: count,
    end: fc.constantFrom(...EPOCH_ENDS),
    contract: fc.constantFrom(...CONTRACTS),
    first: fc.option(fc.integer(), { nil: undefined }),
    last: fc.option(fc.integer(), { nil: undefined }),
    sent: count,
    priority: fc.nat(255),
    wished: fc.option(fc.nat(255), { nil: undefined }),
    skipped: count,
    missing: count,
    substituted: count,
    late: count,
    lateness: fc.option(fc.record({ median: ms, worst: ms }, { noNullPrototype: true }), { nil: undefined }),
    waits: fc.record(
      { production: ms, ring: ms, client: ms, budget: ms, better: ms, turn: ms },
      { noNullPrototype: true },
    ),
    bytes: fc.constant(2 ** 50),
    digest: fc.constant("00ff"),
  },
  { noNullPrototype: true },
);

describe("RECEIPT lines", () => {
  // Programs of others read these lines: their form is the protocol.
  it("have the form of the protocol's document", () => {
    assert.equal(
      text(RECEIPT),
      'RECEIPT 2 {"movie":"caf\\u00e9","epoch":2,"end":"stopped","contract":"paced",' +
        '"first":1001,"last":1240,"sent":228,"priority":3,"wished":0,' +
        '"skipped":12,"missing":1,"substituted":1,"late":2,' +
        '"lateness":{"median":0.412,"worst":95},' +
        '"waits":{"production":0,"ring":0,"client":3.25,"budget":90,"better":12,"turn":0.333},' +
        '"bytes":13136220,"digest":"00ff"}\n',
    );
  });

  // What does not apply is left out: an untimed playback has no lateness of 0.
  it("leave out what a receipt does not have", () => {
    const line = text({
      ...RECEIPT,
      wished: undefined,
      lateness: undefined,
      first: undefined,
      last: undefined,
    });
    assert.doesNotMatch(line, /wished|lateness|first|last|null/);
  });

  // A movie's name is anybody's: it must neither end the line nor reach a terminal as it is.
  it("are one line of printable ASCII that gives back the receipt, to three decimals", () => {
    fc.assert(
      fc.property(receipts, (receipt) => {
        const line = text(receipt);
        assert.match(line, /^[ -~]+\n$/);
        assert.doesNotMatch(line, /\.\d{4}/);
        assert.deepEqual(decodeReceipt(line.slice(0, -1)), tellReceipt(receipt));
      }),
    );
  });

  // Servers to come may say more.
  it("may have fields that are not known", () => {
    const line = text(RECEIPT).trimEnd().replace("{", '{"more":[1],');
    assert.deepEqual(decodeReceipt(line), tellReceipt(RECEIPT));
  });

  it("of another form are none of ours", () => {
    const line = text(RECEIPT).trimEnd();
    for (const [found, instead] of [
      ["RECEIPT 2", "RECEIPT 3"],
      ["RECEIPT 2", "RECEIPT"],
      ['{"movie"', "{movie"],
      ['},"bytes"', ',"bytes"'],
      ['"first":1001', '"first":"1001"'],
      ['"wished":0', '"wished":null'],
      ['"digest":"00ff"}', '"digest":"00ff"} '],
      ['"sent":228', '"sent":"228"'],
      ['"sent":228,', ""],
      ['"turn":0.333', '"turn":null'],
      ['"median":0.412,', ""],
      ['"lateness":{"median":0.412,"worst":95}', '"lateness":null'],
      ['"end":"stopped"', '"end":"over"'],
      ['"contract":"paced"', '"contract":"some"'],
      ['"movie":"caf\\u00e9"', '"movie":7'],
      ['"movie":"caf\\u00e9"', '"movie":"café"'],
      ['"00ff"', '"xyz"'],
    ] as const) {
      const other = line.replace(found, () => instead);
      assert.notEqual(other, line, found);
      assert.equal(decodeReceipt(other), undefined, other);
    }
    for (const other of ["RECEIPT 2 {}", "RECEIPT 2 null", "RECEIPT 2 []", "RECEIPT 2 7", "RECEIPT"])
      assert.equal(decodeReceipt(other), undefined, other);
  });
});
