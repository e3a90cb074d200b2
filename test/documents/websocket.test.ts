import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ERRORS, Fault } from "../../src/base/errors.ts";
import { CLIENT_MESSAGE_TYPES, readClientMessage } from "../../src/wire/websocket/clientMessages.ts";
import { decodeHead, encodeFrameHeader } from "../../src/wire/websocket/frameHeader.ts";
import { CLOSE_CODES, isFinalClose } from "../../src/wire/websocket/protocol.ts";
import { block, readPage } from "./page.ts";

const page = readPage("protocols/websocket.md");

/** `left => right`. */
function sides(line: string): [left: string, right: string] {
  const [, left = "", right = ""] = /^(.*?) +=> (.+)$/.exec(line) ?? [];
  return [left, right];
}

/** Hexadecimal digits, and `+n` for n more bytes. */
function bytesOf(text: string): Uint8Array {
  const [, digits = "", more = "0"] = /^([0-9a-f ]*?)(?: \+(\d+))?$/.exec(text) ?? [];
  return Buffer.concat([Buffer.from(digits.replaceAll(" ", ""), "hex"), Buffer.alloc(Number(more))]);
}

/** A head as the page writes its meaning. */
function meaning(bytes: Uint8Array): string {
  const head = decodeHead(bytes);
  if (head.kind === "unknown") return head.kind;
  if (head.kind === "continuation") return `continuation playback=${head.playback}`;
  const { playback, epoch, message, frame, revision, time, format, width, height, length } = head.header;
  const numbers = Object.entries({ playback, epoch, message, frame, revision, time });
  const words = numbers.map(([name, value]) => `${name}=${value}`).join(" ");
  const substitute = head.header.isSubstitute ? " substitute" : "";
  return `frame ${words} ${format} ${width}x${height} length=${length}${substitute}`;
}

function told(read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
}

function outcome(text: string): string {
  const reading = readClientMessage(text);
  if (reading.kind === "broken") return "closes";
  return reading.kind === "message" ? reading.message.type : reading.reason.code;
}

describe("the page of the WebSocket protocol", () => {
  // The page is normative: whoever writes a client or a server from it must meet another that agrees.
  for (const line of block(page, "binary")) {
    const [digits, expected] = sides(line);
    it(`says what ${digits.slice(0, 40)}… means: ${expected}`, () => {
      assert.equal(
        told(() => meaning(bytesOf(digits))),
        expected,
      );
    });
  }

  // What the codec reads and what it writes are the same bytes, or two halves of us would disagree.
  for (const line of block(page, "binary").filter((each) => / => frame .*playback=7/.test(each))) {
    it(`has the bytes that are written for ${sides(line)[1]}`, () => {
      const bytes = bytesOf(sides(line)[0]);
      const head = decodeHead(bytes);
      assert.ok(head.kind === "frame");
      assert.deepEqual(Buffer.from(encodeFrameHeader(head.header)), Buffer.from(bytes.subarray(0, 64)));
    });
  }

  for (const line of block(page, "client")) {
    const [text, expected] = sides(line);
    it(`says what becomes of ${text}: ${expected}`, () => assert.equal(outcome(text), expected));
  }

  it("has a vector of every type that a client may send", () => {
    const shown = new Set(block(page, "client").map((line) => outcome(sides(line)[0])));
    assert.deepEqual(
      CLIENT_MESSAGE_TYPES.filter((type) => !shown.has(type)),
      [],
    );
  });

  // Whether to connect again must be the same decision in every client.
  it("says of every close code whether to connect again", () => {
    const rows = new Map(
      Array.from(page.matchAll(/^\| (\d{4}) \| .* \| (yes|yes, later|no|) ?\|$/gm), ([, code, again]) => [
        Number(code),
        again,
      ]),
    );
    assert.deepEqual([...rows.keys()], Object.values(CLOSE_CODES));
    for (const [code, again] of rows) assert.equal(isFinalClose(code), again === "no", String(code));
  });

  it("names no code that the catalogue does not have", () => {
    const named = Array.from(page.matchAll(/`([A-Z]+_[A-Z_]+)`/g), ([, code = ""]) => code);
    assert.deepEqual(
      named.filter((code) => !Object.hasOwn(ERRORS, code)),
      [],
    );
  });
});
