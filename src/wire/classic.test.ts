import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { CONTRACTS, MISSING_POLICIES } from "../base/contract.ts";
import { Fault } from "../base/errors.ts";
import type { ErrorCode } from "../base/errors.ts";
import { FrameNumber, Priority } from "../base/units.ts";
import { parseRequest } from "./classic.ts";
import type { ClassicCommand } from "./classic.ts";
import { encodeRequest } from "./encodeClassic.ts";
import { encodeMovieName } from "./movieName.ts";

const parse = (text: string) => parseRequest(Buffer.from(text));

function refusal(request: string | Uint8Array): Fault {
  try {
    parseRequest(Buffer.from(request as string));
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("the request was accepted");
}

const optional = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record<T>(model, { noNullPrototype: true });

const NOTHING = {
  tagged: false,
  from: undefined,
  to: undefined,
  contract: undefined,
  missing: undefined,
  receipt: undefined,
};
const PLAIN = { movie: "sw", repeat: false, rate: undefined, ...NOTHING };
const rate = (numerator: number, denominator = 1) => ({ numerator, denominator });

/** Characters of every length in UTF-8, and all that separate, end, escape or hide. */
const ODD = fc.constantFrom(
  ...Array.from("a0:,%=\\x5c \0\n\r\u001b\u007f\u0085é\u200b\u2028\u202e\ufeff漢😀\u{e0001}"),
);

describe("classic requests", () => {
  const ACCEPTED: readonly (readonly [text: string, command: object])[] = [
    ["start_movie:sw", { kind: "start", ...PLAIN }],
    ["start_movie:sw:1", { kind: "start", ...PLAIN, repeat: true }],
    ["start_movie:sw,0,24", { kind: "start", ...PLAIN, rate: rate(24) }],
    ["start_movie:sw:1,24000/1001", { kind: "start", ...PLAIN, repeat: true, rate: rate(24_000, 1001) }],
    ["start_movie:sw:tagged", { kind: "start", ...PLAIN, tagged: true }],
    [
      "start_movie:sw,1,from=-3,tagged,to=7",
      {
        kind: "start",
        ...PLAIN,
        repeat: true,
        tagged: true,
        from: -3,
        to: 7,
      },
    ],
    [
      "start_movie:sw:missing=hold:contract=latest",
      {
        kind: "start",
        ...PLAIN,
        contract: "latest",
        missing: "hold",
      },
    ],
    ["start_movie:sw:receipt=full", { kind: "start", ...PLAIN, receipt: "full" }],
    [
      "start_movie:sw:0:24:tagged:receipt=full",
      { kind: "start", ...PLAIN, rate: rate(24), tagged: true, receipt: "full" },
    ],
    ["start_movie:sh010/beauty", { kind: "start", ...PLAIN, movie: "sh010/beauty" }],
    ["start_movie:a%3Ab%2Cc%2525", { kind: "start", ...PLAIN, movie: "a:b,c%25" }],
    ["start_movie:%2e%2e/etc", { kind: "start", ...PLAIN, movie: "../etc" }],
    ["start_movie:caf\u00e9", { kind: "start", ...PLAIN, movie: "café" }],
    ["seek_movie:sw:57", { kind: "seek", ...PLAIN, frame: 57 }],
    [
      "seek_movie:sw,-0,1,12.5,from=0",
      {
        kind: "seek",
        ...PLAIN,
        frame: 0,
        repeat: true,
        rate: rate(25, 2),
        from: 0,
      },
    ],
    ["stop_movie", { kind: "stop", movie: undefined }],
    ["stop_movie:", { kind: "stop", movie: undefined }],
    ["stop_movie:sw", { kind: "stop", movie: "sw" }],
  ];

  // The grammar of the protocol's document, form by form.
  for (const [text, command] of ACCEPTED) {
    it(`accepts ${text}`, () => {
      assert.deepEqual(parse(`a:1:${text}`), { client: "a", priority: 1, text: `a:1:${text}`, command });
    });
  }

  const REFUSED: readonly (readonly [code: ErrorCode, requests: readonly string[]])[] = [
    ["REQUEST_EMPTY", [""]],
    [
      "REQUEST_MALFORMED",
      ["a", "a:1", ":1:stop_movie", "a\tb:1:stop_movie", "a:1:start_movie:s\0w", "\u0085:1:x"],
    ],
    [
      "PRIORITY_INVALID",
      ["a::x", "a:-1:x", "a:256:x", "a:1.5:x", "a:0x1:x", "a:+1:x", "a:1 :x", "a:٣:x", "a:0001:x"],
    ],
    [
      "COMMAND_UNKNOWN",
      ["a:1:", "a:1:pause", "a:1:START_MOVIE:sw", "a:1:start_movie,sw", "a:1:constructor:sw"],
    ],
    [
      "MOVIE_NAME_INVALID",
      [
        "start_movie",
        "start_movie:",
        "start_movie:,1",
        "start_movie:%",
        "start_movie:%zz",
        "start_movie:%ff",
        "start_movie:%c0%af",
        "stop_movie:%",
        "seek_movie",
      ],
    ],
    [
      "FRAME_NUMBER_INVALID",
      [
        "seek_movie:sw",
        "seek_movie:sw:",
        "seek_movie:sw:1.5",
        "seek_movie:sw:0x10",
        "seek_movie:sw:1e3",
        "seek_movie:sw:--1",
        "seek_movie:sw:1234567890123456",
        "seek_movie:sw:١",
        "start_movie:sw:from=",
        "start_movie:sw:to=x",
        "seek_movie:sw:tagged",
      ],
    ],
    ["REPEAT_INVALID", ["start_movie:sw:", "start_movie:sw:2", "start_movie:sw:24", "start_movie:sw:loop"]],
    [
      "RATE_INVALID",
      [
        "start_movie:sw:1:",
        "start_movie:sw:1:0",
        "start_movie:sw:1:-24",
        "start_movie:sw:1:inf",
        "start_movie:sw:0:NaN",
        "start_movie:sw:0:1e9",
        "start_movie:sw:0:1/0",
        "start_movie:sw:0:1001",
      ],
    ],
    [
      "OPTION_INVALID",
      [
        "start_movie:sw:0:24:7",
        "start_movie:sw:tagged:24",
        "start_movie:sw:tagged:tagged",
        "start_movie:sw:from=1:from=1",
        "start_movie:sw:tagged=1",
        "start_movie:sw:speed=2",
        "start_movie:sw:=",
        "start_movie:sw:contract=none",
        "start_movie:sw:missing=HOLD",
        "start_movie:sw:tagged:receipt",
        "start_movie:sw:receipt=",
        "start_movie:sw:receipt=short",
        "start_movie:sw:receipt=full:receipt=full",
        "start_movie:sw:toString=1",
        "stop_movie:sw:1",
        "stop_movie::",
      ],
    ],
    ["RANGE_INVALID", ["start_movie:sw:from=2:to=1", "seek_movie:sw:5:from=6", "seek_movie:sw:5:to=4"]],
  ];

  // Every part that can be wrong has its own code: a client can tell its user what to change.
  for (const [code, requests] of REFUSED) {
    for (const request of requests) {
      it(`refuses ${JSON.stringify(request)} with ${code}`, () => {
        const whole = /^(start|seek|stop)_movie/.test(request) ? `a:1:${request}` : request;
        assert.equal(refusal(whole).code, code);
      });
    }
  }

  it("refuses bytes that are not UTF-8 with REQUEST_NOT_UTF8", () => {
    assert.equal(refusal(Uint8Array.of(0x61, 0xff)).code, "REQUEST_NOT_UTF8");
    assert.equal(refusal(Uint8Array.of(0xed, 0xa0, 0x80)).code, "REQUEST_NOT_UTF8");
  });

  // An error text goes to terminals and logs: it must carry neither control bytes nor a flood into them.
  it("an error text is one short printable line, whatever the request", () => {
    const hostile = fc.string({
      unit: fc.constantFrom(...Array.from("a:,=%0\u001b\n\u0000\u202e\\é😀\u0085")),
      maxLength: 300,
    });
    const prefix = fc.constantFrom(
      "",
      "a:1:",
      "a:1:start_movie:",
      "a:1:seek_movie:sw:",
      "a:1:start_movie:sw:1:",
    );
    fc.assert(
      fc.property(prefix, hostile, (start, rest) => {
        let text = "";
        try {
          parse(start + rest);
        } catch (error) {
          assert.ok(error instanceof Fault);
          text = error.message;
        }
        assert.doesNotMatch(text, /[\p{Cc}\u202e]/u);
        assert.ok(text.length < 300, text);
      }),
    );
  });

  // A name of any characters can be asked for, and comes back as it was: decoded exactly once.
  it("gives back every command that is written", () => {
    const movie = fc.string({ unit: ODD, minLength: 1 });
    const number = fc.integer({ min: -(10 ** 15) + 1, max: 10 ** 15 - 1 }).map(FrameNumber);
    const play = {
      movie,
      repeat: fc.boolean(),
      rate: fc.constantFrom(undefined, rate(24), rate(24_000, 1001)),
      tagged: fc.boolean(),
      from: fc.constant(undefined),
      to: fc.constant(undefined),
      contract: optional(fc.constantFrom(...CONTRACTS)),
      missing: optional(fc.constantFrom(...MISSING_POLICIES)),
      receipt: optional(fc.constant("full" as const)),
    };
    const command: fc.Arbitrary<ClassicCommand> = fc.oneof(
      record({ kind: fc.constant("start" as const), ...play }),
      record({
        kind: fc.constant("seek" as const),
        ...play,
        frame: number,
        from: optional(fc.constant(FrameNumber(-(10 ** 15) + 1))),
      }),
      record({ kind: fc.constant("stop" as const), movie: optional(movie) }),
    );
    fc.assert(
      fc.property(command, (written) => {
        const line = encodeRequest({ client: "viewer 1", priority: Priority(7), command: written });
        assert.ok(line.endsWith("\n"));
        const read = parse(line.slice(0, -1));
        assert.deepEqual(read.command, written);
        assert.equal(read.client, "viewer 1");
        assert.equal(read.priority, 7);
      }),
    );
  });

  it("a movie's name is encoded so that nothing in it separates or ends", () => {
    assert.equal(encodeMovieName("a:b,c%\n\u0085/é"), "a%3Ab%2Cc%25%0A%C2%85/é");
  });
});
