import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { holds } from "../../../test/laws/seed.ts";
import { CONTRACTS, MISSING_POLICIES } from "../../base/contract.ts";
import { ERRORS, Fault } from "../../base/errors.ts";
import { EPOCH_ENDS } from "../../base/events.ts";
import { parseRate } from "../../base/rate.ts";
import { FrameNumber, Priority } from "../../base/units.ts";
import { type ClientMessage, encodeClientMessage, readClientMessage } from "./clientMessages.ts";
import { closeReason } from "./protocol.ts";
import { type ServerMessage, encodeServerMessage, readServerMessage } from "./serverMessages.ts";
import { DEFAULT_WISH } from "./wish.ts";

/** Objects as JSON and literals give them. */
function record<T extends object>(model: { [Name in keyof T]: fc.Arbitrary<T[Name]> }): fc.Arbitrary<T> {
  return fc.record(model).map((each): T => Object.assign({}, each));
}

function maybe<T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(values, { nil: undefined });
}

const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const request = maybe(u32);
const frame = fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 }).map(FrameNumber);
const place = fc.oneof(frame, fc.constant("last" as const));
const movie = fc.string({ minLength: 1, unit: "grapheme" });
const priority = fc.integer({ min: 0, max: 255 }).map(Priority);
const rate = fc.constantFrom("24", "24000/1001", "23.976", "1000", "1/86400").map(parseRate);
const rendition = fc.oneof(
  fc.constant("original" as const),
  record({
    format: fc.constantFrom("ppm", "png", "jpeg", "webp"),
    width: maybe(fc.integer({ min: 1, max: 65_535 })),
    quality: maybe(fc.integer({ min: 1, max: 100 })),
    levels: maybe(fc.constantFrom("auto" as const, { low: 0, high: 4095 }, { low: -0.5, high: 1.5e30 })),
    exposure: maybe(fc.constantFrom(0, 1, -0.5, 20, -20)),
  }),
);
const range = fc
  .tuple(maybe(frame), maybe(frame))
  .map(([from, to]) => (from !== undefined && to !== undefined && from > to ? [to, from] : [from, to]));
const wish = record({
  loop: fc.boolean(),
  fps: maybe(rate),
  contract: fc.constantFrom(...CONTRACTS),
  missing: maybe(fc.constantFrom(...MISSING_POLICIES)),
  rendition,
  priority,
  direction: fc.constantFrom(1 as const, -1 as const),
  range,
}).map(({ range: [from, to], ...rest }) => Object.assign(rest, { from, to }));
const beginning = fc.oneof(
  maybe(place).map((start) => ({ start, after: undefined })),
  frame.map((after) => ({ start: undefined, after })),
);

/** Some of the fields of a wish. */
const changes = fc
  .tuple(
    wish,
    fc.subarray(["fps", "missing", "loop", "contract", "rendition", "priority", "direction"] as const),
  )
  .map(([all, names]) => Object.fromEntries(names.map((name) => [name, all[name]])));

const clientMessages: fc.Arbitrary<ClientMessage> = fc.oneof(
  record({ type: fc.constant("hello" as const), client: fc.string({ maxLength: 200 }) }),
  fc
    .tuple(
      record({ request, playback: u32, movie, credit: fc.integer({ min: 0, max: 2 ** 20 }) }),
      wish,
      beginning,
    )
    .map(([head, rest, where]) => Object.assign({ type: "play" as const }, head, rest, where)),
  fc
    .tuple(record({ request, playback: u32, movie, frame: place }), wish)
    .map(([head, { missing, rendition: of, priority: rank }]) =>
      Object.assign({ type: "frame" as const }, head, { missing, rendition: of, priority: rank }),
    ),
  record({ type: fc.constant("seek" as const), request, playback: u32, frame: place }),
  record({ type: fc.constant("change" as const), request, playback: u32, changes }),
  record({ type: fc.constant("stop" as const), request, playback: u32 }),
  record({
    type: fc.constant("credit" as const),
    playback: u32,
    messages: fc.integer({ min: 1, max: 2 ** 20 }),
  }),
  record({
    type: fc.constant("movies" as const),
    request,
    search: maybe(fc.string()),
    offset: fc.maxSafeNat(),
    limit: fc.integer({ min: 0, max: 1000 }),
  }),
  record({ type: fc.constant("movie" as const), request, movie }),
  record({ type: fc.constant("watch" as const), request, watch: u32, movie: maybe(movie) }),
  record({ type: fc.constant("unwatch" as const), watch: u32 }),
  record({ type: fc.constant("ping" as const), request }),
);

const count = fc.maxSafeNat();
const waits = fc.constant({ production: 1, ring: 2.5, client: 0, budget: 0, better: 0, turn: 0 });
const receipt = record({
  movie,
  epoch: u32,
  end: fc.constantFrom(...EPOCH_ENDS),
  contract: fc.constantFrom(...CONTRACTS),
  first: maybe(frame),
  last: maybe(frame),
  sent: count,
  priority,
  wished: maybe(priority),
  skipped: count,
  missing: count,
  substituted: count,
  late: count,
  lateness: maybe(fc.constant({ median: 0.5, worst: 12.125 })),
  waits,
  bytes: count,
  digest: fc.constant("0af1".repeat(16)),
});
const problem = record({
  code: fc.constantFrom(...Object.keys(ERRORS), "A_LATER_ONE"),
  title: fc.string(),
  detail: fc.string(),
  retry: fc.boolean(),
});
const answer = record({ request, playback: u32, epoch: u32 });

const serverMessages: fc.Arbitrary<ServerMessage> = fc.oneof(
  record({
    type: fc.constant("welcome" as const),
    server: fc.string(),
    connection: count,
    limits: record({ playbacks: count, watches: count, credit: count, control: count }),
  }),
  fc.tuple(answer, wish, movie).map(([head, { priority: rank, contract, missing = "error", fps }, of]) =>
    Object.assign({ type: "started" as const }, head, {
      id: "p-1-0a1b2c3d",
      movie: of,
      priority: rank,
      wished: undefined,
      contract,
      missing,
      fps,
    }),
  ),
  fc
    .tuple(answer, priority, maybe(priority))
    .map(([head, rank, wished]) =>
      Object.assign({ type: "changed" as const }, head, { priority: rank, wished }),
    ),
  fc
    .tuple(answer, receipt, maybe(problem))
    .map(([head, of, error]) =>
      Object.assign({ type: "receipt" as const }, head, { id: "p-1-x", receipt: of, error }),
    ),
  fc
    .tuple(problem, request, maybe(u32))
    .map(([why, asked, playback]) =>
      Object.assign({ type: "error" as const }, why, { request: asked, playback }),
    ),
  record({ type: fc.constant("watching" as const), request, watch: u32 }),
  record({
    type: fc.constant("event" as const),
    watch: u32,
    kind: fc.constantFrom("added", "gone", "ended", "frames", "missed"),
    movie: maybe(movie),
    landed: fc.string(),
    revised: fc.string(),
    removed: fc.string(),
    partial: fc.boolean(),
    revision: maybe(fc.string()),
  }),
  record({ type: fc.constant("pong" as const), request }),
);

// The two sides are written by the same hands here, and by others elsewhere: what is written is what is read.
describe("control messages", () => {
  it("of a client are read as they were written", (t) => {
    const property = fc.property(clientMessages, (message) => {
      const reading = readClientMessage(encodeClientMessage(message));
      assert.ok(reading.kind === "message", JSON.stringify(reading));
      assert.deepEqual(reading.message, message);
    });
    holds(t, property, 1000);
  });

  it("of a server are read as they were written", (t) => {
    const property = fc.property(serverMessages, (message) => {
      assert.deepEqual(readServerMessage(encodeServerMessage(message)), message);
    });
    holds(t, property, 1000);
  });

  it("leave to the movie again in a change what is null, and leave alone what is not there", () => {
    const reading = readClientMessage('{"type":"change","playback":1,"fps":null,"from":null,"loop":null}');
    assert.ok(reading.kind === "message" && reading.message.type === "change");
    assert.deepEqual(reading.message.changes, { fps: undefined, from: undefined, loop: DEFAULT_WISH.loop });
  });

  it("say whom a refusal is for as far as it can be read", () => {
    const reading = readClientMessage('{"type":"play","playback":7,"request":-1,"movie":"sw","fps":"fast"}');
    assert.ok(reading.kind === "refused");
    assert.deepEqual([reading.playback, reading.request], [7, undefined]);
  });

  // Whoever wrote it wrongly finds the place by what is said.
  it("say what was found and what was expected", () => {
    const reading = readClientMessage('{"type":"play","playback":"7","movie":"sw"}');
    assert.ok(reading.kind === "refused");
    assert.equal(
      reading.reason.message,
      'message: found playback="7", expected a whole number from 0 to 4294967295',
    );
  });

  it("are read or refused whatever a client says, be it a name that all objects have", (t) => {
    const names = [
      "type",
      "playback",
      "request",
      "movie",
      "fps",
      "rendition",
      "__proto__",
      "constructor",
      "from",
    ];
    const objects = fc.dictionary(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 2 }));
    const typed = fc
      .tuple(fc.constantFrom("play", "frame", "change", "seek", "credit", "toString", "__proto__"), objects)
      .map(([type, fields]) => JSON.stringify({ ...fields, type }));
    const texts = fc.oneof(fc.string(), fc.json(), typed);
    const property = fc.property(texts, (text) => {
      const reading = readClientMessage(text);
      if (reading.kind !== "message") assert.ok(Object.hasOwn(ERRORS, reading.reason.code));
    });
    holds(t, property, 2000);
  });

  it("of a server are read, passed over or refused with one code, whatever it says", (t) => {
    const typed = fc
      .tuple(
        fc.constantFrom("welcome", "started", "receipt", "error", "movies", "event", "later"),
        fc.dictionary(
          fc.constantFrom("limits", "receipt", "epoch", "playback", "movies", "fps"),
          fc.jsonValue(),
        ),
      )
      .map(([type, fields]) => JSON.stringify({ type, ...fields }));
    const property = fc.property(fc.oneof(fc.string(), fc.json(), typed), (text) => {
      try {
        readServerMessage(text);
      } catch (error) {
        assert.ok(error instanceof Fault && error.code === "PROTOCOL_BROKEN", String(error));
      }
    });
    holds(t, property, 2000);
  });

  it("cost no more than their length, however deep they are", () => {
    const deep = `{"type":"play","playback":1,"movie":${"[".repeat(30_000)}${"]".repeat(30_000)}}`;
    const reading = readClientMessage(deep);
    assert.ok(reading.kind === "refused");
    assert.equal(reading.reason.code, "MOVIE_NAME_INVALID");
    assert.ok(reading.reason.message.length < 200);
  });
});

// A close frame has room for 123 bytes, and browsers throw for more.
describe("the reason of a close", () => {
  it("fits, and is cut between characters", (t) => {
    const property = fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (detail) => {
      const reason = closeReason("PROTOCOL_BROKEN", detail);
      const bytes = new TextEncoder().encode(reason);
      assert.ok(bytes.byteLength <= 123);
      assert.equal(new TextDecoder("utf-8", { fatal: true }).decode(bytes), reason);
      assert.ok(reason.startsWith("PROTOCOL_BROKEN "));
    });
    holds(t, property, 300);
  });
});
