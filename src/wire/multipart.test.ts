import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { MULTIPART_TYPE, closeParts, nextPart, openParts } from "./multipart.ts";

const JPEG = "image/jpeg";
const boundary = `\r\n--${MULTIPART_TYPE.split("boundary=")[1]}`;

type Part = { readonly head: ReadonlyMap<string, string>; readonly content: string };

/** Reads a body as it comes, by RFC 2046 and nothing of what wrote it; what is no part is a failure. */
class PartReader {
  /** Those that are over. */
  readonly parts: Part[] = [];
  /** Of the part that has begun, when all of it is there: what browsers show the picture before at. */
  head: ReadonlyMap<string, string> | undefined;
  isClosed = false;
  // The line break before the first boundary belongs to it, and is not sent.
  #rest = "\r\n";

  feed(bytes: Uint8Array): void {
    assert.ok(!this.isClosed || bytes.byteLength === 0, "something follows the end");
    this.#rest += Buffer.from(bytes).toString("latin1");
    while (this.#step());
  }

  #step(): boolean {
    if (this.head === undefined) return this.#readHead();
    const end = this.#rest.indexOf(boundary);
    if (end < 0) return false;
    this.parts.push({ head: this.head, content: this.#rest.slice(0, end) });
    this.#rest = this.#rest.slice(end);
    this.head = undefined;
    return true;
  }

  #readHead(): boolean {
    if (this.#rest.length < boundary.length + 2) return false;
    assert.ok(this.#rest.startsWith(boundary), "no boundary where a part begins");
    if (this.#rest.startsWith(`${boundary}--`)) {
      this.isClosed = this.#rest === `${boundary}--\r\n`;
      return false;
    }
    const end = this.#rest.indexOf("\r\n\r\n");
    if (end < 0) return false;
    const [first, ...lines] = this.#rest.slice(boundary.length, end).split("\r\n");
    assert.equal(first, "", "something follows a boundary");
    this.head = new Map(lines.map(fieldOf));
    this.#rest = this.#rest.slice(end + 4);
    return true;
  }
}

function fieldOf(line: string): [string, string] {
  const [, name, value] = /^([A-Za-z-]+): (\S.*)$/.exec(line) ?? [];
  assert.ok(name !== undefined && value !== undefined, `found "${line}" where a field should be`);
  return [name, value];
}

function bodyOf(pictures: readonly Uint8Array[]): Buffer {
  const parts = pictures.flatMap((picture, message) => [picture, nextPart(JPEG, message)]);
  return Buffer.concat([openParts(JPEG), ...parts, closeParts()]);
}

/** What boundaries are made of, and any other bytes. */
const picture = fc
  .array(
    fc.oneof(
      fc.constantFrom("\r\n", "\r\n--", "--", "\r\n\r\n", boundary.slice(0, -1)),
      fc.string({ maxLength: 5 }),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => Buffer.from(pieces.join(""), "latin1"))
  .filter((bytes) => !bytes.includes(boundary));

function check({ parts, isClosed }: PartReader, pictures: readonly Uint8Array[]): void {
  assert.ok(isClosed, "the body is not closed");
  const texts = pictures.map((bytes) => Buffer.from(bytes).toString("latin1"));
  // The part that was begun for a picture that did not come.
  assert.deepEqual(
    parts.map(({ content }) => content),
    [...texts, ""],
  );
  for (const [message, { head }] of parts.entries()) {
    const fields = [...head];
    assert.deepEqual(fields, [
      ["Content-Type", JPEG],
      ["Mutoscope-Message", `${message}`],
    ]);
  }
}

// What browsers, ffmpeg and OpenCV are given must be what the standard says, whatever the pictures hold.
test("pictures come back from between the parts byte for byte, and each part tells its message", () => {
  const property = fc.property(fc.array(picture, { maxLength: 4 }), fc.nat(), (pictures, seed) => {
    const body = bodyOf(pictures);
    const at = seed % (body.byteLength + 1);
    const halves = new PartReader();
    for (const half of [body.subarray(0, at), body.subarray(at)]) halves.feed(half);
    check(halves, pictures);
  });
  fc.assert(property, { seed: 19_660, numRuns: 1000 });
});

// Networks cut where they like.
test("a body that is split at any byte, and one that comes byte by byte, has the same parts", () => {
  const pictures = ["one\r\n", "\r\n\r\n--", ""].map((text) => Buffer.from(text));
  const body = bodyOf(pictures);
  for (let at = 0; at <= body.byteLength; at += 1) {
    const reader = new PartReader();
    reader.feed(body.subarray(0, at));
    reader.feed(body.subarray(at));
    check(reader, pictures);
  }
  const slow = new PartReader();
  for (const byte of body) slow.feed(Uint8Array.of(byte));
  check(slow, pictures);
});

// Chromium shows a picture when the next one's header is complete, and not before: a viewer of one frame a
// minute would otherwise see each a minute late.
test("with a picture goes all that its reader needs to know that it is over", () => {
  const reader = new PartReader();
  reader.feed(openParts(JPEG));
  for (const message of [0, 1, 2]) {
    assert.equal(reader.head?.get("Mutoscope-Message"), `${message}`);
    reader.feed(Buffer.from(`picture ${message}`));
    assert.equal(reader.parts.length, message);
    reader.feed(nextPart(JPEG, message));
    assert.equal(reader.parts.at(-1)?.content, `picture ${message}`);
  }
});
