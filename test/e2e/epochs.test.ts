import assert from "node:assert/strict";
import { type TestContext, describe, it } from "node:test";
import { LARGE, SMALL, type Size, drawFrame, writeFootage } from "./footage.ts";
import { makeFolder, upTo } from "./movies.ts";
import { checkReceipt } from "./receipt.ts";
import { type Watched, watchStages } from "./stages.ts";
import { type FrameItem, Viewer, show } from "./viewer.ts";

const FRAMES = 40;

/** Told by the stages: the epoch that a command opened, and every message that started. */
type Order = { readonly begins: number[]; readonly strays: string[]; started: number };

/** Law 7, where commands are carried out: notes each message that starts although its epoch is over. */
function watchOrder(order: Order) {
  return {
    begun: () => void order.begins.push(order.started),
    started: (_: Watched, { epoch, number }: { readonly epoch: number; readonly number: number }) => {
      order.started += 1;
      const current = order.begins.length;
      if (epoch !== current) order.strays.push(`message ${number} of epoch ${epoch} started in ${current}`);
    },
  };
}

async function watchMovie(test: TestContext, size: Size): Promise<{ viewer: Viewer; order: Order }> {
  const folder = makeFolder(test);
  writeFootage(folder, "m", upTo(FRAMES), size);
  const order: Order = { begins: [], strays: [], started: 0 };
  const { port } = await watchStages(test, folder, watchOrder(order));
  return { viewer: await Viewer.open(test, port), order };
}

/** What the client was sent between two commands: the rest of the old epoch, and what came of the new one. */
function checkFrames(frames: readonly FrameItem[], size: Size, first: number): void {
  for (const [index, { tag, bytes }] of frames.entries()) {
    const number = ((first - 1 + index) % FRAMES) + 1;
    assert.equal(tag?.frame, number);
    assert.ok(drawFrame(number, size).equals(bytes), `frame ${number} is another picture`);
  }
}

const SIZES: Readonly<Record<string, Size>> = { "small frames": SMALL, "frames of several slices": LARGE };

for (const [name, size] of Object.entries(SIZES)) {
  describe(`a running playback of ${name}`, () => {
    // Law 7. Who seeks wants to see the new place: each frame of the old one that follows is time lost.
    it("that is sought in starts no message of the old epoch after the command is read", async (test) => {
      const { viewer, order } = await watchMovie(test, size);
      viewer.send("a:1:start_movie:m:1:tagged\n");
      let first = 1;
      let heads = await viewer.frames(1);
      // At another moment each time: between frames, and in the middle of one.
      for (let seek = 1; seek <= 25; seek += 1) {
        const target = ((seek * 17) % FRAMES) + 1;
        viewer.send(`a:1:seek_movie:m:${target}:1:tagged\n`);
        const { frames, end } = await viewer.epoch();
        // Whatever is in flight has come now: nothing of the old epoch follows its END line.
        checkReceipt({ frames: [...heads, ...frames], end });
        checkFrames([...heads, ...frames], size, first);
        assert.equal(end.epoch, seek);
        heads = await viewer.frames(1 + (seek % 4));
        first = target;
        assert.ok(heads.every(({ tag }) => tag?.epoch === seek + 1));
      }
      assert.deepEqual(order.strays, []);
      assert.equal(order.begins.length, 26);
      assert.ok(new Set(order.begins).size > 20, "the seeks came while nothing was sent");
    });

    it("that is stopped starts no further message, and its connection stays", async (test) => {
      const { viewer, order } = await watchMovie(test, size);
      for (let round = 0; round < 10; round += 1) {
        viewer.send("a:1:start_movie:m:1:tagged\n");
        const heads = await viewer.frames(1 + (round % 3));
        viewer.send("a:1:stop_movie\n");
        const { frames, end } = await viewer.epoch();
        checkReceipt({ frames: [...heads, ...frames], end });
        checkFrames([...heads, ...frames], size, 1);
        assert.equal(end.epoch, 2 * round + 1);
        assert.equal(order.begins.length, 2 * round + 2);
        // The client has everything that was ever started: nothing is on its way.
        assert.equal(order.started, order.begins[2 * round + 1]);
      }
      assert.deepEqual(order.strays, []);
      const { items, ending } = await viewer.send("a:1:start_movie:m\n").closeHalf().rest();
      assert.equal(ending, "closed");
      assert.equal(items.length, FRAMES, items.map(show).slice(0, 3).join());
    });
  });
}
