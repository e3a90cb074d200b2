import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ERRORS, Fault } from "../../src/base/errors.ts";
import { formatRate } from "../../src/base/rate.ts";
import { Bytes } from "../../src/base/units.ts";
import { defaultText, rowOf, SETTING_NAMES, keyOf } from "../../src/settings.ts";
import { type ClassicRequest, parseRequest } from "../../src/wire/classic.ts";
import { RequestSplitter } from "../../src/wire/requests.ts";
import { block, bytesOf, codeRows, readPage, sections } from "./page.ts";

const page = readPage("protocols/classic.md");

/** A request as the page writes its meaning: only what is not the default. */
function meaning({ client, priority, command }: ClassicRequest): string {
  const words: string[] = [client, String(priority), command.kind];
  if (command.movie !== undefined) words.push(JSON.stringify(command.movie));
  if (command.kind === "stop") return words.join(" ");
  if (command.kind === "seek") words.push(`frame=${command.frame}`);
  if (command.repeat) words.push("repeat");
  if (command.rate !== undefined) words.push(`fps=${formatRate(command.rate)}`);
  if (command.tagged) words.push("tagged");
  for (const key of ["from", "to", "contract", "missing", "receipt"] as const) {
    if (command[key] !== undefined) words.push(`${key}=${command[key]}`);
  }
  return words.join(" ");
}

function outcome(request: Uint8Array): string {
  try {
    return meaning(parseRequest(request));
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
}

function requestsIn(input: Uint8Array): string[] {
  const splitter = new RequestSplitter(Bytes(4096));
  splitter.push(input);
  splitter.finish();
  const found: string[] = [];
  for (let item = splitter.next(); item !== undefined; item = splitter.next()) {
    assert.ok(!(item instanceof Fault));
    found.push(`(${Buffer.from(item).toString().replaceAll("\r", "\\x0d")})`);
  }
  return found;
}

/** `left => right`, the left side without the spaces that align it. */
function sides(line: string): [left: string, right: string] {
  const [, left = "", right = ""] = /^(.*?) +=> (.+)$/.exec(line) ?? [];
  return [left, right];
}

describe("the page of the classic protocol", () => {
  // The page is normative: whoever writes a client from it must meet a server that agrees.
  for (const line of block(page, "vectors")) {
    const [request, expected] = sides(line);
    it(`says what ${JSON.stringify(request)} means: ${expected}`, () => {
      assert.equal(outcome(bytesOf(request)), expected);
    });
  }

  for (const line of block(page, "ends")) {
    const [input, expected] = sides(line);
    it(`says which requests are in ${input}`, () => {
      assert.equal(requestsIn(bytesOf(input)).join(" "), expected);
    });
  }

  // The codes that it does not list are those of starting and importing, which no client can see.
  it("lists every code that a client can be given, once", () => {
    const ELSEWHERE = [
      /^(SETTING|LIBRARY_UN|ADDRESS|PROGRAM|VIDEO|IMPORT|CACHE|PATTERN|RENDITION|SCENARIO)/,
      /^(FRAME_DOUBLE|PAGES_UNSEEN|MOVIE_EXISTS|OPERATOR_ONLY|PLAYBACK_NOT_FOUND)$/,
      // Of HTTP, of WebSocket, and of the client library and the commands that use it.
      /^(BYTES_UNSATISFIABLE|METHOD_NOT_ALLOWED|NOT_ACCEPTABLE|REVISION_GONE|ROUTE_NOT_FOUND|SERVER_FAILED)$/,
      /^(PAGES_NOT_BUILT|PIXEL_OUTSIDE|PRECONDITION_FAILED|UPGRADE_REQUIRED)$/,
      /^(COMMAND_REPLACED|ORIGIN_REFUSED|PLAYBACK_LIMIT|PROTOCOL_BROKEN|SUBPROTOCOL_UNKNOWN)$/,
      /^(CLIENT_CLOSED|FILE_EXISTS|SERVER_UNREACHABLE)$/,
    ];
    const expected = Object.keys(ERRORS).filter((code) => !ELSEWHERE.some((kind) => kind.test(code)));
    assert.deepEqual(
      codeRows(page)
        .map(([code]) => code)
        .toSorted(),
      expected.toSorted(),
    );
  });

  // Limits have one table, the settings'; the page repeats some for whoever writes a client.
  it("gives the defaults that the settings have", () => {
    const rows = Array.from(page.matchAll(/^\| [^|]+ \| (\S+) \| `([a-z-]+)` \|/gm), ([, value, key]) => [
      key,
      value,
    ]);
    assert.equal(rows.length, 6);
    for (const [key, value] of rows) {
      const name = SETTING_NAMES.find((name) => keyOf(name) === key);
      assert.ok(name !== undefined, `${key} is no setting`);
      assert.equal(value, defaultText(name), rowOf(name).sentence);
    }
  });

  it("refers to sections that it has", () => {
    const known = sections(page);
    for (const [, number = ""] of page.matchAll(/(?:\(|\bsection |\bas |\bsee )(\d\.\d)\b(?!-)/g)) {
      assert.ok(known.has(number), `section ${number}`);
    }
  });
});
