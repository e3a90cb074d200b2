import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { decodeLine, encodeEnd, encodeError, encodeTag } from "./tag.ts";

const line = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const TAG = {
  worker: 3,
  connection: 12,
  epoch: 1,
  message: 0,
  frame: 1001,
  bytes: 57_615,
  substitute: false,
};

/** Characters of every length in UTF-8, and all that separate, end, escape or hide. */
const ODD = fc.constantFrom(
  ...Array.from("a0:,%=\\x5c \0\n\r\u001b\u007f\u0085é\u200b\u2028\u202e\ufeff漢😀\u{e0001}"),
);

describe("classic lines", () => {
  // Programs of others read these lines: their form is the protocol.
  it("have the form of the protocol's document", () => {
    assert.equal(
      line(encodeTag({ ...TAG, request: "a:1:start_movie:sw" })),
      "3 12 1 0 1001 57615 - a:1:start_movie:sw\n",
    );
    assert.equal(
      line(encodeTag({ ...TAG, frame: -5, substitute: true, request: "a\\b\u007f\u0001é" })),
      "3 12 1 0 -5 57615 s a\\\\b\\x7f\\x01é\n",
    );
    const end = { epoch: 2, sent: 100, skipped: 0, missing: 1, bytes: 5_761_500, digest: "00ff" };
    assert.equal(line(encodeEnd(end)), "END 2 100 0 1 5761500 00ff\n");
    assert.equal(
      line(encodeError({ code: "MOVIE_NOT_FOUND", message: 'found "x"' })),
      'ERR MOVIE_NOT_FOUND found "x"\n',
    );
  });

  it("give back every tag that is written, on one line", () => {
    const count = fc.nat();
    const tag = fc.record(
      {
        worker: count,
        connection: count,
        epoch: count,
        message: count,
        frame: fc.integer(),
        bytes: count,
        substitute: fc.boolean(),
        request: fc.string({ unit: ODD }),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(tag, (written) => {
        const text = line(encodeTag(written));
        assert.equal(text.indexOf("\n"), text.length - 1);
        assert.deepEqual(decodeLine(text.slice(0, -1)), { kind: "tag", ...written });
      }),
    );
  });

  it("give back every end that is written", () => {
    const end = { epoch: 2, sent: 100, skipped: 4, missing: 1, bytes: 2 ** 50, digest: "00ff" };
    assert.deepEqual(decodeLine(line(encodeEnd(end)).trimEnd()), { kind: "end", ...end });
  });

  // What the operating system says about a file may end up in an error's text: it is still one line.
  it("an error is one printable line of at most 400 characters, whatever its text", () => {
    fc.assert(
      fc.property(fc.string({ unit: ODD, maxLength: 1000 }), (message) => {
        const text = line(encodeError({ code: "FRAME_CORRUPT", message }));
        assert.match(text, /^ERR FRAME_CORRUPT [^\p{Cc}]*\n$/u);
        assert.ok(Array.from(text).length <= "ERR FRAME_CORRUPT \n".length + 400);
        assert.equal(decodeLine(text.slice(0, -1))?.kind, "error");
      }),
    );
  });

  it("a line of another form is none of ours", () => {
    for (const text of [
      "",
      "ERR",
      "ERR lower text",
      "END 1 2",
      "END 1 2 3 4 5 xyz",
      "1 2 3 4 5 6 -",
      "1 2 3 4 5 6 S a",
      "-1 2 3 4 5 6 - a",
      "1 2 3 4 5 6 - \\q",
      "1 2 3 4 5 6 - \\xFF",
      "1 2 3 4 5 6 - \\xff",
      "1 2 3 4 5 6 - \\x4\\\\1",
      "P6",
    ]) {
      assert.equal(decodeLine(text), undefined, text);
    }
  });
});
