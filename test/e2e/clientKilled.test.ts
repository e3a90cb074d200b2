import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { type TestContext, describe, it } from "node:test";
import { type Client, type Frame, type PlayOptions, connect } from "../../client/index.ts";
import { within } from "./deadline.ts";
import { type Size, writeFootage } from "./footage.ts";
import { makeFolder, upTo } from "./movies.ts";
import { Program } from "./program.ts";

/** For the whole promise, and to look at another way through the movie. */
const KILLS = 20;
const SOME_KILLS = 4;

/** 589,840 bytes: three slices, so that many of the frames under way are cut by a kill. */
const MEDIUM: Size = { width: 512, height: 384 };

/** Starting twenty programs one after another on a machine that does other things too. */
const PATIENCE = 240_000;

/** A port that is free, and stays so for as long as nobody asks for any. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return address !== null && typeof address === "object" ? address.port : assert.fail();
}

function start(test: TestContext, library: string, port: number): Program {
  return Program.start(test, ["serve", library, "--classic", "0", "--http", String(port), "--workers", "1"]);
}

/** A program that is killed the hard way, and started again at once on the same port, whenever it is said. */
class Mortal {
  readonly #test: TestContext;
  readonly #library: string;
  readonly #port: number;
  #program: Program;
  kills = 0;

  constructor(test: TestContext, library: string, port: number) {
    this.#test = test;
    this.#library = library;
    this.#port = port;
    this.#program = start(test, library, port);
  }

  /** It answers. */
  ready(): Promise<number> {
    return this.#program.port();
  }

  async kill(): Promise<void> {
    const program = this.#program;
    this.kills += 1;
    program.process.kill("SIGKILL");
    const { signal } = await program.ended;
    assert.equal(signal, "SIGKILL");
    this.#program = start(this.#test, this.#library, this.#port);
  }
}

type Killed = {
  readonly options: PlayOptions;
  readonly frames: number;
  readonly takes: number;
  readonly kills: number;
  /** Frames that the program has when the next kill comes. */
  readonly killsAt: (kill: number) => number;
};

/** What a program has of a playback whose server dies again and again. */
async function playedThrough(test: TestContext, { options, frames, takes, kills, killsAt }: Killed) {
  const folder = makeFolder(test);
  const files = writeFootage(folder, "sw", upTo(frames), MEDIUM);
  const port = await freePort();
  const server = new Mortal(test, folder, port);
  await server.ready();
  const client: Client = await connect(`ws://127.0.0.1:${port}/ws`);
  test.after(() => client.close());
  const seen: Frame[] = [];
  const playback = client.play("sw", { contract: "all", ...options });
  const deaths: Promise<void>[] = [];
  for await (const frame of playback) {
    seen.push(frame);
    assert.ok(files[frame.number - 1]?.equals(frame.bytes), `frame ${frame.number} is not its file`);
    const isTime = deaths.length < kills && seen.length >= killsAt(deaths.length);
    // What the client has already, or gets meanwhile, it may take.
    if (isTime) deaths.push(server.kill());
    if (seen.length === takes) break;
  }
  await Promise.all(deaths);
  assert.equal(server.kills, kills);
  return {
    numbers: seen.map(({ number }) => number),
    messages: seen.map(({ message }) => message),
    playback,
  };
}

// A server that dies tells nobody, whatever it is at; what a program evaluates must not show it.
describe("a client whose server is killed again and again, and started again", { timeout: PATIENCE }, () => {
  it("has every frame once, in order, each the bytes of its file, and one receipt", async (test) => {
    const frames = 10 * KILLS + 20;
    const { numbers, messages, playback } = await playedThrough(test, {
      options: { fps: 120, ahead: 3 },
      frames,
      takes: Infinity,
      kills: KILLS,
      // At other places than the credit's.
      killsAt: (kill) => 10 * kill + 1 + (kill % 7),
    });
    assert.deepEqual(numbers, upTo(frames));
    assert.deepEqual(
      messages,
      numbers.map((_, index) => index),
    );
    const receipt = await within(playback.receipt, "the receipt");
    const { end, sent, first, last, digest, parts } = receipt;
    assert.deepEqual({ end, sent, first, last }, { end: "finished", sent: frames, first: 1, last: frames });
    // No two parts can be made into one digest, and of the lost ones nobody knows any.
    assert.equal(digest, undefined);
    assert.ok(parts.length > 1 && receipt.lost === parts.length - 1, `${receipt.lost} of ${parts.length}`);
    test.diagnostic(`${parts.length} parts`);
  });

  it("has every frame once, backwards and in a loop", async (test) => {
    const takes = 6 * SOME_KILLS + 10;
    const { numbers } = await playedThrough(test, {
      options: { direction: -1, loop: true, from: 2, fps: 120 },
      frames: 9,
      takes,
      kills: SOME_KILLS,
      killsAt: (kill) => 6 * kill + 1 + (kill % 5),
    });
    const round = [9, 8, 7, 6, 5, 4, 3, 2];
    assert.deepEqual(
      numbers,
      Array.from({ length: takes }, (_, index) => round[index % round.length]),
    );
  });
});
