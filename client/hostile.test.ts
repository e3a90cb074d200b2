import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { encodeContinuation } from "../src/wire/websocket/frameHeader.ts";
import { FakeConnection, FakeEpoch, refuse, settled } from "./fakes.testing.ts";
import type { Playback } from "./playback.ts";
import { Program, type Scene, connected } from "./watching.testing.ts";

type Wrong = (scene: Scene & { readonly playback: Playback; readonly epoch: FakeEpoch }) => void;

/** A receipt as text, with something else in it. */
function wrongReceipt(epoch: FakeEpoch, server: FakeConnection, wrong: object, around: object = {}): void {
  const { playback } = server.last("play");
  const receipt = { ...epoch.receiptOf("finished"), ...wrong };
  server.sayText(JSON.stringify({ type: "receipt", playback, epoch: 1, id: "p", receipt, ...around }));
}

/** A frame of a playback, or an epoch, that was not begun. */
function strayFrame(playback: number, epoch: number): Uint8Array {
  const nobody = new FakeConnection("ws://nobody/ws");
  return new FakeEpoch(nobody, { playback, request: undefined }, epoch).frame(1);
}

/** Everything that a server may not do to a playback that has begun. */
const WRONGS: Readonly<Record<string, Wrong>> = {
  "a text that is no JSON": ({ server }) => server.sayText("{"),
  "a list": ({ server }) => server.sayText("[]"),
  "no type": ({ server }) => server.sayText("{}"),
  "a welcome again": ({ server }) => server.accept(),
  "a blob": ({ server }) => server.sayText({ size: 5 }),
  "an empty binary message": ({ server }) => server.sayBinary(),
  "another version": ({ server }) => server.sayBinary(new Uint8Array(64).fill(9)),
  "a frame of a playback that does not play": ({ server }) => server.sayBinary(strayFrame(999, 1)),
  "a frame of another epoch": ({ server }) => server.sayBinary(strayFrame(server.last("play").playback, 2)),
  "a message number left out": ({ server, epoch }) => {
    epoch.frame(1);
    server.sayBinary(epoch.frame(2));
  },
  "a frame twice": ({ server, epoch }) => {
    const bytes = epoch.frame(1);
    server.sayBinary(bytes, bytes);
  },
  "more frames than were granted": ({ epoch }) => epoch.send(1, 2, 3, 4, 5),
  "the rest of a frame that has not begun": ({ server }) =>
    server.sayBinary(encodeContinuation(server.last("play").playback), new Uint8Array(3)),
  "more of a frame than it has": ({ epoch }) => {
    epoch.begin(1, 100, 50);
    epoch.goOn(new Uint8Array(51));
  },
  "nothing of a frame that goes on": ({ epoch }) => {
    epoch.begin(1, 100, 50);
    epoch.goOn(new Uint8Array(0));
  },
  "a frame inside of another": ({ epoch }) => {
    epoch.begin(1, 100, 50);
    epoch.send(2);
  },
  "a receipt inside of a frame": ({ server, epoch }) => {
    epoch.begin(1, 100, 50);
    wrongReceipt(epoch, server, { sent: 0, bytes: 0 });
  },
  "a receipt of more frames than came": ({ server, epoch }) => wrongReceipt(epoch, server, { sent: 1 }),
  "a receipt of other bytes than came": ({ server, epoch }) => wrongReceipt(epoch, server, { bytes: 1 }),
  "a receipt of another epoch": ({ server, epoch }) =>
    wrongReceipt(epoch, server, { epoch: 2 }, { epoch: 2 }),
  "a receipt without a digest": ({ server, epoch }) => wrongReceipt(epoch, server, { digest: "" }),
  "a receipt of a playback that does not play": ({ server, epoch }) =>
    wrongReceipt(epoch, server, {}, { playback: 999 }),
  "a receipt twice": ({ epoch }) => {
    epoch.end();
    epoch.end();
  },
  "an epoch replaced unasked": ({ epoch }) => epoch.end("replaced"),
  "an epoch begun before the receipt of the one before": ({ server, playback }) => {
    void playback.seek(5);
    void new FakeEpoch(server, server.last("seek"), 2);
  },
  "an epoch begun unasked": ({ server }) => void new FakeEpoch(server, server.last("play"), 2),
  "an epoch with a number of before": ({ server, playback, epoch }) => {
    void playback.seek(5);
    epoch.end("replaced");
    void new FakeEpoch(server, server.last("seek"), 1);
  },
  "an answer to a request that was not made": ({ server, playback, epoch }) => {
    void playback.seek(5);
    epoch.end("replaced");
    void new FakeEpoch(server, { ...server.last("seek"), request: 4000 }, 2);
  },
  "another answer than the question has": ({ server, client }) => {
    client.movies().catch(() => undefined);
    server.say({ type: "watching", request: server.last("movies").request, watch: 1 });
  },
};

// A program that waits for a frame must be told when none can come: an error with a code, and never a hang.
describe("a server that breaks the protocol", () => {
  for (const [what, wrong] of Object.entries(WRONGS)) {
    it(`is left with an error when it sends ${what}`, async () => {
      const scene = await connected();
      const playback = scene.client.play("sw");
      const program = new Program(playback);
      const epoch = new FakeEpoch(scene.server, scene.server.last("play"));
      wrong({ ...scene, playback, epoch });
      await settled();
      if (what === "a receipt twice") {
        // All had come: only the connection suffers.
        assert.equal(program.receipt?.end, "finished");
      } else {
        await program.done;
        assert.equal((program.error as { code?: string }).code, "PROTOCOL_BROKEN");
      }
      assert.equal(scene.server.closedWith, 4002);
      assert.throws(() => scene.client.play("sw"), { code: "PROTOCOL_BROKEN" });
      assert.equal(scene.network.connections.length, 1, "it would do the same again");
      assert.equal(scene.surroundings.waiting, 0);
    });
  }

  const SILENCES: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
    play: ({ client }) => client.play("sw").next(),
    frame: ({ client }) => client.frame("sw", 1),
    movies: ({ client }) => client.movies(),
    watch: ({ client }) => client.watch(),
    seek: ({ client, server }) => {
      const playback = client.play("sw");
      void new FakeEpoch(server, server.last("play"));
      return playback.seek(5);
    },
    "seek, behind the receipt": ({ client, server }) => {
      const playback = client.play("sw");
      const epoch = new FakeEpoch(server, server.last("play"));
      const seek = playback.seek(5);
      epoch.end("replaced");
      return seek;
    },
  };

  for (const [what, ask] of Object.entries(SILENCES)) {
    it(`is left when it never answers ${what}, though it lives`, async () => {
      const scene = await connected();
      const promise = ask(scene);
      const failed = assert.rejects(promise, { code: "PROTOCOL_BROKEN" });
      for (let second = 0; second < 70; second++) {
        scene.server.say({ type: "pong", request: undefined });
        await scene.surroundings.pass(1000);
      }
      await failed;
    });
  }

  // 50 MB on a slow link take minutes, in which nothing may be said of that playback: nobody is to blame.
  it("is not left while the frame that its answer waits for still comes", async () => {
    const scene = await connected();
    const playback = scene.client.play("sw");
    const epoch = new FakeEpoch(scene.server, scene.server.last("play"));
    let rest = epoch.begin(1, 200, 0);
    const seek = playback.seek(5);
    while (rest.byteLength > 0) {
      await scene.surroundings.pass(5000);
      epoch.goOn(rest.subarray(0, 10));
      rest = rest.subarray(10);
    }
    epoch.end("replaced");
    void new FakeEpoch(scene.server, scene.server.last("seek"), 2);
    assert.equal((await seek)?.sent, 1);
    scene.client.close();
  });

  it("is left when nothing more comes of that frame, or others come behind it", async () => {
    for (const others of [false, true]) {
      const scene = await connected();
      const playback = scene.client.play("sw", { ahead: 100 });
      const epoch = new FakeEpoch(scene.server, scene.server.last("play"));
      let rest = epoch.begin(1, 200, 0);
      const seek = playback.seek(5);
      const failed = assert.rejects(seek, { code: "PROTOCOL_BROKEN" });
      for (let second = 0; second < 130; second += 1) {
        scene.server.say({ type: "pong", request: undefined });
        await scene.surroundings.pass(1000);
        if (!others || second % 40 !== 39 || scene.server.closedWith !== undefined) continue;
        epoch.goOn(rest);
        rest = epoch.begin(second, 200, 0);
      }
      await failed;
    }
  });

  it("does not keep a program that wants to stop", async () => {
    const scene = await connected();
    const playback = scene.client.play("sw");
    new FakeEpoch(scene.server, scene.server.last("play")).send(1);
    const stop = playback.stop();
    for (let second = 0; second < 70; second++) {
      scene.server.say({ type: "pong", request: undefined });
      await scene.surroundings.pass(1000);
    }
    assert.deepEqual([(await stop).end, (await stop).sent], ["stopped", 1]);
  });

  it("is not left for types, kinds and fields that it may have learnt", async () => {
    const scene = await connected();
    const program = new Program(scene.client.play("sw"));
    const epoch = new FakeEpoch(scene.server, scene.server.last("play"));
    scene.server.sayText('{"type":"applause","playback":5}');
    scene.server.sayBinary(new Uint8Array([1, 77, 0, 0, 0, 0, 0, 1, 2, 3]));
    wrongReceipt(epoch, scene.server, { more: 1 }, { weather: "fine" });
    await program.done;
    assert.equal(program.receipt?.sent, 0);
  });

  it("passes codes on that this library does not know", async () => {
    const scene = await connected();
    const playback = scene.client.play("sw");
    refuse(scene.server, scene.server.last("play"), "MOON_TOO_FULL");
    await assert.rejects(playback.next(), { code: "MOON_TOO_FULL", title: "why" });
  });

  // A picture that would fill the memory is one playback's trouble.
  it("has a picture refused that is larger than the program takes, and the others go on", async () => {
    const scene = await connected("ws://a/ws", { largestFrame: 1000 });
    const program = new Program(scene.client.play("sw"));
    const large = new FakeEpoch(scene.server, scene.server.last("play"));
    const other = new Program(scene.client.play("sw"));
    const small = new FakeEpoch(scene.server, scene.server.last("play"));
    const rest = large.begin(1, 2000, 500);
    small.send(1);
    large.goOn(rest);
    await program.done;
    assert.equal((program.error as { code?: string }).code, "FRAME_TOO_LARGE");
    large.end("stopped", { request: scene.server.last("stop").request });
    small.end();
    await other.done;
    assert.deepEqual(other.numbers, [1]);
    assert.equal(other.receipt?.end, "finished");
  });

  // Whatever bytes come, they are frames, or ignored, or the end: nothing else is thrown, and nothing hangs.
  it("breaks nothing with any bytes and texts", async () => {
    const noise = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.uint8Array({ minLength: 64, maxLength: 200 }).map((bytes) => bytes.with(0, 1).with(1, 1)),
        fc.json({ maxDepth: 3 }),
        fc
          .constantFrom("started", "receipt", "error", "event", "movies", "changed")
          .chain((type) =>
            fc
              .dictionary(
                fc.constantFrom("playback", "epoch", "request", "receipt", "watch", "code"),
                fc.jsonValue(),
              )
              .map((fields) => JSON.stringify({ type, ...fields })),
          ),
      ),
      { maxLength: 5 },
    );
    const property = fc.asyncProperty(noise, async (messages) => {
      const scene = await connected();
      const program = new Program(scene.client.play("sw"));
      const epoch = new FakeEpoch(scene.server, scene.server.last("play"));
      epoch.send(1);
      for (const message of messages) {
        if (typeof message === "string") scene.server.sayText(message);
        else scene.server.sayBinary(message);
      }
      await settled();
      scene.client.close();
      await program.done;
      const { code } = program.error as { code?: string };
      assert.match(String(code), /^[A-Z_]+$/);
      assert.equal(scene.surroundings.waiting, 0);
    });
    await fc.assert(property, { seed: Number(process.env["FC_SEED"] ?? 19_660), numRuns: 300 });
  });
});
