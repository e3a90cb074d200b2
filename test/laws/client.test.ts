import assert from "node:assert/strict";
import { type TestContext, describe, test } from "node:test";
import * as fc from "fast-check";
import type { PlayOptions } from "../../client/index.ts";
import { FrameNumber } from "../../src/base/units.ts";
import { DEFAULT_WISH } from "../../src/wire/websocket/wish.ts";
import { pictureOf, showing } from "./client/epoch.ts";
import { MOVIE, type Seen, seenOf } from "./client/program.ts";
import { PretendedServer } from "./client/server.ts";
import { World } from "./client/world.ts";

/** With a hole, below zero, and pictures of one to four hand-overs. */
const NUMBERS = [-2, -1, 0, 1, 4, 5, 6, 7];

/** Frames that are looked at of a program that has no end. */
const ENOUGH = 21;

function place(number: number | undefined): FrameNumber | undefined {
  return number === undefined ? undefined : FrameNumber(number);
}

/** The first frames of a program, by their numbers. */
function expected(numbers: readonly number[], options: PlayOptions, most: number): readonly number[] {
  const { from, to, start, after, loop = false, direction = 1 } = options;
  const range = { from: place(from), to: place(to) };
  const beginning = { start: start === "last" ? start : place(start), after: place(after) };
  const wish = { ...DEFAULT_WISH, ...range, loop, direction };
  const found: number[] = [];
  for (const number of showing(numbers, { movie: MOVIE, wish, beginning })) {
    if (found.length >= most) break;
    found.push(number);
  }
  return found;
}

/** Every frame once and in order, whole, numbered without a gap; and a receipt that counts them. */
function isWhole({ frames, receipt }: Seen, numbers: readonly number[]): void {
  assert.deepEqual(
    frames.map(({ number }) => number),
    numbers,
  );
  assert.deepEqual(
    frames.map(({ message }) => message),
    numbers.map((_, index) => index),
  );
  for (const { number, bytes, epoch, time } of frames) {
    assert.deepEqual(bytes, pictureOf(number));
    assert.deepEqual([epoch, time], [1, number]);
  }
  assert.equal(receipt.epoch, 1);
  const { parts } = receipt;
  assert.equal(
    receipt.sent,
    parts.reduce((sum, { sent }) => sum + sent, 0),
  );
  assert.equal(receipt.lost, parts.filter(({ end }) => end === "lost").length);
}

/** Of a program that took all there was. */
function isCounted({ frames, receipt }: Seen): void {
  const bytes = frames.reduce((sum, frame) => sum + frame.bytes.byteLength, 0);
  const { end, sent, first, last } = receipt;
  assert.deepEqual(
    { end, sent, bytes: receipt.bytes, first, last },
    { end: "finished", sent: frames.length, bytes, first: frames[0]?.number, last: frames.at(-1)?.number },
  );
}

const PROGRAMS: Readonly<Record<string, PlayOptions>> = {
  forwards: {},
  backwards: { direction: -1 },
  "one frame at a time": { ahead: 1 },
  "in a range that begins and ends in holes": { from: 2, to: 6 },
  "from the last on, backwards": { start: "last", direction: -1, ahead: 2 },
  "a single frame": { from: 4, to: 4 },
  "in a loop": { loop: true, from: 0, to: 5 },
  "in a loop, backwards": { loop: true, direction: -1, from: 1, ahead: 3 },
  "a single frame in a loop": { loop: true, from: 7, to: 7, ahead: 2 },
  "behind a frame that is not there": { after: 2 },
};

type Break = "breaksAfter" | "fallsSilentAfter";

/** What is seen when the first connection ends after so many messages, and all later ones hold. */
async function seenWithBreak(options: PlayOptions, how: Break, messages: number): Promise<Seen> {
  const world = new World(messages);
  const server = new PretendedServer(world, { movies: { [MOVIE]: NUMBERS } });
  const decide = (attempt: number) => ({
    peer: server.peer(),
    ...(attempt === 0 ? { [how]: messages } : {}),
  });
  const most = options.loop === true ? ENOUGH : Infinity;
  const seen = await seenOf(world, { options, decide, most, pace: (frame) => (frame % 3) * 4 });
  return seen;
}

/** Breaks the connection at every message until one comes behind the end. */
async function breaksEverywhere(t: TestContext, options: PlayOptions, how: Break): Promise<void> {
  const numbers = expected(NUMBERS, options, options.loop === true ? ENOUGH : Infinity);
  // The first message is the welcome, without which there is no client.
  for (let messages = 1; ; messages++) {
    const seen = await seenWithBreak(options, how, messages);
    isWhole(seen, numbers);
    if (options.loop !== true) isCounted(seen);
    if (seen.attempts.length > 1) continue;
    t.diagnostic(`broken at ${messages - 1} places`);
    assert.ok(messages > 3, "nothing was broken");
    return;
  }
}

// A connection can break before the first frame, inside of one, between two, and behind the last where only
// the receipt is missing: a program must not be able to tell.
describe("wherever the connection breaks, a program sees every frame once, in order and whole", () => {
  for (const [name, options] of Object.entries(PROGRAMS)) {
    test(name, (t) => breaksEverywhere(t, options, "breaksAfter"));
  }
});

// A machine that loses its power closes nothing.
describe("wherever the server falls silent, a program sees every frame once, in order and whole", () => {
  for (const name of ["forwards", "in a loop, backwards"]) {
    test(name, (t) => breaksEverywhere(t, PROGRAMS[name] ?? {}, "fallsSilentAfter"));
  }
});

type Case = {
  readonly numbers: readonly number[];
  readonly options: PlayOptions;
  readonly servers: number;
  /** Messages until the connection of each attempt breaks; 0: nobody is there. */
  readonly breaks: readonly number[];
  readonly deciding: number;
  readonly busyFor: number;
  readonly paces: readonly number[];
  readonly seed: number;
};

const options: fc.Arbitrary<PlayOptions> = fc.record(
  {
    direction: fc.constantFrom(1 as const, -1 as const),
    loop: fc.boolean(),
    ahead: fc.integer({ min: 1, max: 9 }),
    from: fc.integer({ min: -5, max: 3 }),
    to: fc.integer({ min: 3, max: 30 }),
    start: fc.constant("last" as const),
  },
  { requiredKeys: [] },
);

const cases: fc.Arbitrary<Case> = fc.record({
  numbers: fc.uniqueArray(fc.integer({ min: -5, max: 30 }), { minLength: 1, maxLength: 12 }),
  options,
  servers: fc.integer({ min: 1, max: 3 }),
  breaks: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 12 }),
  deciding: fc.integer({ min: 0, max: 30 }),
  busyFor: fc.integer({ min: 0, max: 3 }),
  paces: fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 5 }),
  seed: fc.nat(),
});

async function isUnnoticed(each: Case): Promise<void> {
  const { numbers, servers, deciding, busyFor, breaks, paces } = each;
  const world = new World(each.seed);
  const movies = { [MOVIE]: numbers };
  const urls = Array.from({ length: servers }, (_, index) => `ws://server${index}:8080/ws`);
  // Of which only a playback that has begun waits: the first play of all is told.
  const server = new PretendedServer(world, { movies, deciding });
  const busy = new PretendedServer(world, { movies, deciding, busyFor });
  const decide = (attempt: number) => {
    const messages = breaks[attempt];
    if (attempt === 0) return { peer: server.peer(), breaksAfter: Math.max(messages ?? 1000, 3) };
    if (messages === undefined) return { peer: busy.peer() };
    return messages === 0 ? { peer: undefined } : { peer: busy.peer(), breaksAfter: messages };
  };
  const most = each.options.loop === true ? ENOUGH : Infinity;
  const pace = (frame: number): number => paces[frame % paces.length] ?? 0;
  const seen = await seenOf(world, { options: each.options, decide, urls, pace, most });
  isWhole(seen, expected(numbers, each.options, most));
  if (each.options.loop !== true) isCounted(seen);
}

const RUNS = 400;

// Servers go down again and again, are not there, are busy, or decide slowly, and programs are slow or fast:
// none of it is a reason for a frame to be lost or to come twice.
test("through any breaks, with any servers, a program sees every frame once and whole", async (t) => {
  const seed = Number(process.env["FC_SEED"] ?? 19_660);
  t.diagnostic(`FC_SEED=${seed}, ${RUNS} cases`);
  await fc.assert(fc.asyncProperty(cases, isUnnoticed), { seed, numRuns: RUNS });
});
