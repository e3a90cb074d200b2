import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  type ChangeOptions,
  type Frame,
  type Outcome,
  type PlayOptions,
  type Playback,
  MutoscopeError,
} from "../../client/index.ts";
import { FrameNumber } from "../../src/base/units.ts";
import { DEFAULT_WISH, type Beginning, type Wish } from "../../src/wire/websocket/wish.ts";
import { pictureOf, showing } from "./client/epoch.ts";
import { MOVIE, type Seen, seenOf } from "./client/program.ts";
import { PretendedServer } from "./client/server.ts";
import { World } from "./client/world.ts";

const NUMBERS = [-2, -1, 0, 1, 4, 5, 6, 7, 9, 10];

/** Frames that are looked at of a program that has no end. */
const ENOUGH = 40;

type Command =
  | { readonly kind: "seek"; readonly frame: number }
  | { readonly kind: "change"; readonly changes: ChangeOptions }
  | { readonly kind: "pause"; readonly ms: number };

/** A command that a program gives when it has so many frames; it may wait for the answer in its loop. */
type Step = { readonly at: number; readonly command: Command; readonly waits: boolean };

type Case = {
  readonly options: PlayOptions;
  readonly steps: readonly Step[];
  readonly breaks: readonly number[];
  readonly deciding: number;
  readonly pace: number;
  readonly seed: number;
};

const direction = fc.constantFrom(1 as const, -1 as const);
const from = fc.integer({ min: -3, max: 3 });
const to = fc.integer({ min: 3, max: 11 });

const command: fc.Arbitrary<Command> = fc.oneof(
  // Some of them are holes.
  fc.record({ kind: fc.constant("seek" as const), frame: fc.integer({ min: -2, max: 10 }) }),
  fc.record({
    kind: fc.constant("change" as const),
    changes: fc.record(
      { direction, from, to, loop: fc.boolean(), priority: fc.nat(9) },
      { requiredKeys: [] },
    ),
  }),
  fc.record({ kind: fc.constant("pause" as const), ms: fc.nat(300) }),
);

/**
 * While it is paused nobody looks at where a seek leads: one into a hole ends the playback when it resumes.
 */
function withoutHolesInPauses(steps: readonly Step[]): readonly Step[] {
  if (!steps.some(({ command }) => command.kind === "pause")) return steps;
  return steps.filter(({ command }) => command.kind !== "seek" || NUMBERS.includes(command.frame));
}

const cases: fc.Arbitrary<Case> = fc.record({
  options: fc.record(
    { direction, from, to, loop: fc.boolean(), ahead: fc.integer({ min: 1, max: 9 }) },
    { requiredKeys: [] },
  ),
  steps: fc
    .array(fc.record({ at: fc.nat(15), command, waits: fc.boolean() }), { maxLength: 6 })
    .map(withoutHolesInPauses),
  breaks: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 8 }),
  deciding: fc.nat(30),
  pace: fc.nat(30),
  seed: fc.nat(),
});

/** A command that was given, and what came of it. */
type Given = {
  readonly command: Command;
  outcome: Outcome;
  error: unknown;
  isSettled: boolean;
  /** Frames that the program had then. */
  frames: number;
};

async function give(playback: Playback, given: Given, world: World, frames: readonly Frame[]): Promise<void> {
  const { command } = given;
  try {
    if (command.kind === "seek") given.outcome = await playback.seek(command.frame);
    else if (command.kind === "change") given.outcome = await playback.change(command.changes);
    else {
      await playback.pause();
      await world.pause(command.ms);
      await playback.resume();
    }
  } catch (error) {
    given.error = error;
  }
  given.frames = frames.length;
  given.isSettled = true;
}

/** What is played in an epoch, and where it began. */
type Played = { readonly wish: Wish; readonly beginning: Beginning };

/** What options change of a wish; of a range, what is given. */
function placed({ from, to, loop, direction }: ChangeOptions): Partial<Wish> {
  return {
    ...(typeof from === "number" ? { from: FrameNumber(from) } : {}),
    ...(typeof to === "number" ? { to: FrameNumber(to) } : {}),
    ...(typeof loop === "boolean" ? { loop } : {}),
    ...(typeof direction === "number" ? { direction } : {}),
  };
}

/** What the epochs must have played, by the commands that opened them. */
function epochsOf({ options }: Case, given: readonly Given[], seen: Seen): readonly Played[] {
  const opened = given.filter(
    ({ outcome }, index) =>
      // Of several seeks that waited for each other one was carried out: they have one receipt.
      outcome !== undefined && !given.slice(index + 1).some((later) => later.outcome === outcome),
  );
  const first: Played = {
    wish: { ...DEFAULT_WISH, ...placed(options) },
    beginning: { start: undefined, after: undefined },
  };
  return opened.reduce<Played[]>(
    (all, { command }, index) => {
      const { wish, beginning } = all.at(-1) ?? first;
      if (command.kind === "seek")
        return [...all, { wish, beginning: { start: FrameNumber(command.frame), after: undefined } }];
      const last = seen.frames.findLast(({ epoch }) => epoch === index + 1)?.number;
      const after = last === undefined ? beginning : { start: undefined, after: FrameNumber(last) };
      const changes = command.kind === "change" ? placed(command.changes) : {};
      return [...all, { wish: { ...wish, ...changes }, beginning: after }];
    },
    [first],
  );
}

function isAsCommanded(each: Case, given: readonly Given[], seen: Seen): void {
  const epochs = epochsOf(each, given, seen);
  assert.equal(seen.receipt.epoch, epochs.length);
  const numbersIn = (epoch: number): readonly number[] =>
    seen.frames.filter((frame) => frame.epoch === epoch).map(({ number }) => number);
  for (const [index, { wish, beginning }] of epochs.entries()) {
    const numbers = numbersIn(index + 1);
    const due = showing(NUMBERS, { movie: MOVIE, wish, beginning });
    const expected = numbers.map(() => due.next().value);
    assert.deepEqual(numbers, expected, `epoch ${index + 1}`);
    const isLast = index === epochs.length - 1;
    // Who leaves early does not see the end.
    if (!isLast || seen.frames.length === ENOUGH) continue;
    assert.equal(seen.receipt.end, "finished");
    assert.equal(due.next().done, true, "the end did not come");
  }
  // Epochs follow each other, and so do the messages of one, but where a seek threw the end of one away.
  for (const { epoch, message, number, bytes } of seen.frames) {
    assert.equal(message, numbersIn(epoch).length > message ? message : -1);
    assert.deepEqual(bytes, pictureOf(number));
  }
  for (const { outcome, command, frames } of given) {
    if (outcome === undefined) continue;
    assert.ok(outcome.sent >= numbersIn(outcome.epoch).length);
    // What was sought is the next that a program sees, once it has been told.
    if (command.kind === "seek")
      assert.ok(
        seen.frames.slice(frames).every(({ epoch }) => epoch > outcome.epoch),
        "a frame of before the seek",
      );
  }
}

/** A command is carried out or refused: it never just goes missing. */
function isAnswered({ command, error, isSettled }: Given, given: readonly Given[]): void {
  assert.ok(isSettled, `no answer to ${command.kind}`);
  if (error === undefined) return;
  if (!(error instanceof MutoscopeError)) throw error;
  // Of several seeks that waited for each other the last was refused, and all of them with it.
  const isHole = given.some(
    (other) =>
      other.error === error && other.command.kind === "seek" && !NUMBERS.includes(other.command.frame),
  );
  const codes = isHole ? ["FRAME_NOT_FOUND", "CLIENT_CLOSED"] : ["CLIENT_CLOSED"];
  assert.ok(codes.includes(error.code), `${command.kind} was refused: ${error.code} ${error.message}`);
}

async function isCarriedOut(each: Case): Promise<void> {
  const world = new World(each.seed);
  const server = new PretendedServer(world, { movies: { [MOVIE]: NUMBERS }, deciding: each.deciding });
  const given: Given[] = [];
  const answers: Promise<void>[] = [];
  const seen = await seenOf(world, {
    options: each.options,
    most: ENOUGH,
    pace: () => each.pace,
    decide: (attempt) => {
      const messages = each.breaks[attempt];
      // The first connection has to come about.
      return { peer: server.peer(), ...(messages === undefined ? {} : { breaksAfter: messages }) };
    },
    onFrame: async (frames, playback) => {
      for (const { at, command, waits } of each.steps) {
        if (at !== frames.length) continue;
        const order: Given = { command, outcome: undefined, error: undefined, isSettled: false, frames: 0 };
        given.push(order);
        const answer = give(playback, order, world, frames);
        answers.push(answer);
        if (waits) await answer;
      }
    },
  });
  // A pause may still want to go on after the end.
  await world.until(Promise.all(answers));
  for (const order of given) isAnswered(order, given);
  isAsCommanded(each, given, seen);
}

const RUNS = 600;

// People drag a slider while the network goes: what they see is where the slider is, or was, and never a
// frame twice or one left out.
test("commands are carried out or refused, whatever breaks meanwhile, and lose no frame", async (t) => {
  const seed = Number(process.env["FC_SEED"] ?? 19_660);
  t.diagnostic(`FC_SEED=${seed}, ${RUNS} cases`);
  await fc.assert(fc.asyncProperty(cases, isCarriedOut), { seed, numRuns: RUNS });
});
