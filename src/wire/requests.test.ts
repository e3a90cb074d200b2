import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { Fault } from "../base/errors.ts";
import { Bytes } from "../base/units.ts";
import { RequestSplitter } from "./requests.ts";

const LIMIT = Bytes(8);

/** Requests as text, refusals as their code: all, or at most so many. */
function drain(splitter: RequestSplitter, most = Infinity): string[] {
  const found: string[] = [];
  while (found.length < most) {
    const item = splitter.next();
    if (item === undefined) break;
    found.push(item instanceof Fault ? item.code : Buffer.from(item).toString("latin1"));
  }
  return found;
}

/** Feeds the pieces through one buffer that is poisoned after each push, as a socket's may be. */
function split(pieces: readonly string[], options: { open?: boolean } = {}): string[] {
  const splitter = new RequestSplitter(LIMIT);
  const found: string[] = [];
  for (const piece of pieces) {
    const chunk = Buffer.from(piece, "latin1");
    splitter.push(chunk);
    chunk.fill(0x21);
    found.push(...drain(splitter));
    assert.ok(splitter.pending.length <= LIMIT + 1);
  }
  if (options.open !== true) splitter.finish();
  found.push(...drain(splitter));
  if (splitter.overrun) found.push("overrun");
  return found;
}

describe("requests", () => {
  const TABLE: readonly (readonly [title: string, input: string, requests: readonly string[]])[] = [
    ["LF ends a request", "a\nbc\n", ["a", "bc"]],
    ["CRLF ends a request", "a\r\nbc\r\n", ["a", "bc"]],
    ["NUL ends a request", "a\0bc\0", ["a", "bc"]],
    ["the end of input ends a request", "a\nbc", ["a", "bc"]],
    ["an empty rest is no request", "", []],
    ["an empty line is a request of no bytes", "\na\n\n", ["", "a", ""]],
    ["NULs after any end are padding", "a\0\0\0b\n\0\0c\r\n\0", ["a", "b", "c"]],
    ["a NUL that nothing came before ends an empty request", "\0\0a\n", ["", "a"]],
    ["a CR anywhere but before LF belongs to the request", "a\rb\r\0\r\r\n\r", ["a\rb\r", "\r", "\r"]],
    [
      "a request of exactly the limit is whole, with any end",
      "12345678\r\n12345678\n12345678",
      ["12345678", "12345678", "12345678"],
    ],
    [
      "a longer one is refused once, and the next is served",
      "123456789abc\nok\n",
      ["REQUEST_TOO_LONG", "ok"],
    ],
    [
      "a CR that no LF follows counts",
      "12345678\r\0ok\n12345678\r",
      ["REQUEST_TOO_LONG", "ok", "REQUEST_TOO_LONG"],
    ],
    ["a long request may end at the end of input", "123456789", ["REQUEST_TOO_LONG"]],
    [
      "a long request of up to 16 limits ends as others do",
      `${"x".repeat(128)}\nok`,
      ["REQUEST_TOO_LONG", "ok"],
    ],
    ["beyond 16 limits nothing more is read", `${"x".repeat(129)}\nok`, ["REQUEST_TOO_LONG", "overrun"]],
  ];

  // The grammar's ends, and what old clients send: fixed-size buffers, and no end.
  for (const [title, input, requests] of TABLE) {
    it(title, () => {
      assert.deepEqual(split([input]), requests);
      assert.deepEqual(split(Array.from(input)), requests, "byte by byte");
      for (let at = 1; at < input.length; at++) {
        assert.deepEqual(split([input.slice(0, at), input.slice(at)]), requests, `cut at ${at}`);
      }
    });
  }

  // TCP cuts where it likes: the answer must not depend on it.
  it("the same input gives the same requests, however it is cut", () => {
    const byte = fc.constantFrom("a", "b", "\r", "\n", "\0");
    const pieces = fc.array(fc.string({ unit: byte, maxLength: 30 }), { maxLength: 20 });
    fc.assert(
      fc.property(pieces, (cut) => {
        assert.deepEqual(split(cut), split([cut.join("")]));
      }),
    );
  });

  // While a request is decided on, those behind it pile up, in whatever pieces TCP gives them.
  it("the same input gives the same requests, however much of it is asked for at a time", () => {
    const byte = fc.constantFrom("a", "b", "\r", "\n", "\0");
    const piece = fc.record({ text: fc.string({ unit: byte, maxLength: 30 }), asks: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const splitter = new RequestSplitter(LIMIT);
        const found: string[] = [];
        for (const { text, asks } of pieces) {
          const chunk = Buffer.from(text, "latin1");
          splitter.push(chunk);
          chunk.fill(0x21);
          found.push(...drain(splitter, asks));
        }
        splitter.finish();
        found.push(...drain(splitter));
        if (splitter.overrun) found.push("overrun");
        assert.deepEqual(found, split([pieces.map(({ text }) => text).join("")]));
      }),
    );
  });

  // A client that sends byte by byte behind a request that is decided on must not stop all the others.
  it("input that piled up in single bytes is split in a time that is linear in it", () => {
    const splitter = new RequestSplitter(LIMIT);
    const end = Buffer.from("\n");
    const before = process.cpuUsage();
    for (let count = 0; count < 256 * 1024; count += 1) splitter.push(end);
    assert.equal(drain(splitter).length, 256 * 1024);
    assert.ok(process.cpuUsage(before).user < 2e6, "two seconds were not enough for a quarter of a MiB");
  });

  // Otherwise a client that sends no end would hold the refusal back for ever.
  it("a request is refused as soon as it is too long, not at its end", () => {
    assert.deepEqual(split(["123456789"], { open: true }), ["REQUEST_TOO_LONG"]);
    assert.deepEqual(split(["12345678\r"], { open: true }), []);
  });

  // Clients of the course's first server send no end and wait for frames; the transport ends it by silence.
  it("a request that is taken without an end is not given again when its end comes later", () => {
    const splitter = new RequestSplitter(LIMIT);
    splitter.push(Buffer.from("start"));
    assert.deepEqual(drain(splitter), []);
    assert.equal(Buffer.from(splitter.pending).toString(), "start");
    assert.equal(Buffer.from(splitter.take()).toString(), "start");
    assert.equal(splitter.pending.length, 0);
    assert.equal(splitter.sawEnd, false);
    splitter.push(Buffer.from("\r\nseek\n\n"));
    assert.deepEqual(drain(splitter), ["seek", ""]);
    assert.equal(splitter.sawEnd, true);
  });

  // Padding that comes late is still padding.
  it("NULs after a request that was taken are ignored", () => {
    const splitter = new RequestSplitter(LIMIT);
    splitter.push(Buffer.from("start"));
    assert.deepEqual(drain(splitter), []);
    splitter.take();
    splitter.push(Buffer.from("\0\0\0stop"));
    splitter.finish();
    assert.deepEqual(drain(splitter), ["stop"]);
  });

  // Law 6: memory is bounded whatever clients do, and time is linear in what they send.
  it("an endless request costs neither memory nor more than one refusal", () => {
    const splitter = new RequestSplitter(Bytes(64 * 1024));
    const chunk = Buffer.alloc(64 * 1024, 0x61);
    const found: string[] = [];
    for (let i = 0; i < 2000; i++) {
      splitter.push(chunk);
      found.push(...drain(splitter));
    }
    assert.deepEqual(found, ["REQUEST_TOO_LONG"]);
    assert.equal(splitter.overrun, true);
    assert.equal(splitter.pending.length, 0);
  });
});
