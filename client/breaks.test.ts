import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { type FakeNetwork, type ManualSurroundings, settled } from "./fakes.testing.ts";
import { ModelServer, orderOf } from "./modelServer.testing.ts";
import type { Playback } from "./playback.ts";
import { type Scene, connected } from "./watching.testing.ts";

type Action = "step" | "kill" | "take" | "scan";

type Case = {
  readonly frames: readonly number[];
  readonly loop: boolean;
  readonly direction: 1 | -1;
  readonly ahead: number;
  readonly actions: readonly Action[];
};

const cases: fc.Arbitrary<Case> = fc.record({
  frames: fc
    .uniqueArray(fc.integer({ min: -5, max: 30 }), { minLength: 1, maxLength: 12 })
    .map((numbers) => numbers.toSorted((a, b) => a - b)),
  loop: fc.boolean(),
  direction: fc.constantFrom(1 as const, -1 as const),
  ahead: fc.integer({ min: 1, max: 6 }),
  actions: fc.array(
    fc.oneof(
      { weight: 8, arbitrary: fc.constant("step" as const) },
      { weight: 3, arbitrary: fc.constant("take" as const) },
      { weight: 2, arbitrary: fc.constant("kill" as const) },
      { weight: 1, arbitrary: fc.constant("scan" as const) },
    ),
    { maxLength: 60 },
  ),
});

/** As many frames of a movie that loops are looked at. */
const ENOUGH = 40;

/** A program, the server that it watches, and what befalls both. */
class Play {
  readonly seen: number[] = [];
  isDone = false;
  readonly #frames: readonly number[];
  readonly #network: FakeNetwork;
  readonly #surroundings: ManualSurroundings;
  readonly #playback: Playback;
  #server: ModelServer;
  #scans = 0;

  constructor(frames: readonly number[], scene: Pick<Scene, "network" | "surroundings">, playback: Playback) {
    this.#frames = frames;
    this.#network = scene.network;
    this.#surroundings = scene.surroundings;
    this.#playback = playback;
    this.#server = new ModelServer(frames, scene.network.last);
  }

  async act(action: Action): Promise<void> {
    if (action === "step") this.#server.step();
    else if (action === "take") void this.#take();
    else if (action === "scan") this.#scans += 1;
    else this.#network.last.drop();
    await this.#settle();
  }

  /** Nothing befalls it any more: lets it come to its end, or take enough. */
  async finish(): Promise<void> {
    for (let turn = 0; turn < 2000 && !this.isDone && this.seen.length < ENOUGH; turn++) {
      if (turn % 4 === 0) void this.#take();
      this.#server.step();
      await this.#surroundings.pass(turn % 50 === 0 ? 5000 : 0);
    }
  }

  async stop(): Promise<void> {
    const stopped = this.#playback.stop();
    this.#server.step();
    await stopped;
  }

  async #take(): Promise<void> {
    const result = await this.#playback.next();
    if (result.done === true) this.isDone = true;
    else this.seen.push(result.value.number);
  }

  async #settle(): Promise<void> {
    await settled();
    for (let tries = 0; tries < 20 && this.#network.last.isOver; tries++) await this.#surroundings.pass(500);
    if (this.#network.last === this.#server.connection) return;
    this.#server = new ModelServer(this.#frames, this.#network.last);
    this.#server.scans = this.#scans;
    this.#scans = 0;
    await settled();
  }
}

async function watched({ frames, loop, direction, ahead, actions }: Case): Promise<readonly number[]> {
  const scene = await connected();
  const play = new Play(frames, scene, scene.client.play("sw", { loop, direction, ahead }));
  for (const action of actions) await play.act(action);
  await play.finish();
  assert.equal(play.isDone, !loop);
  await play.stop();
  scene.client.close();
  await settled();
  assert.equal(scene.surroundings.waiting, 0, "something still waits");
  return play.seen;
}

describe("whatever breaks, and whenever", () => {
  // The law that a program relies on: nothing lost, nothing twice, in both directions and with repetition.
  it("a program sees every frame once and in order", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (each) => {
        const seen = await watched(each);
        const { frames, loop, direction } = each;
        const wish = { loop, direction, after: undefined, start: undefined, from: undefined, to: undefined };
        const expected = orderOf(frames, wish as never);
        const whole = Array.from({ length: loop ? seen.length : frames.length }, () => expected.next().value);
        assert.deepEqual(seen, whole);
        if (loop) assert.ok(seen.length >= ENOUGH);
      }),
      { seed: Number(process.env["FC_SEED"] ?? 19_660), numRuns: 200 },
    );
  });
});
