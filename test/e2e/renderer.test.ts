import assert from "node:assert/strict";
import { type TestContext, describe, it } from "node:test";
import { Bytes, FrameNumber, Ms } from "../../src/base/units.ts";
import { type RunningServer, startServer } from "../../src/main.ts";
import { type Settings, defaultSettings } from "../../src/settings.ts";
import { until } from "./deadline.ts";
import { makeFolder } from "./movies.ts";
import { checkReceipt, markOf, unmarked } from "./receipt.ts";
import { MANNERS, Renderer } from "./renderer.ts";
import { serve } from "./server.ts";
import { type EndItem, type FrameItem, Viewer } from "./viewer.ts";

const FIRST = 1001;
const LAST = 1200;
const DELETED = [1050, 1120];
const REWRITTEN = [1002, 1049, 1100, 1151, 1199];

/** Writing, seeing and showing all of it, on a machine that does other things too. */
const RENDER_MS = 60_000;

const QUIET = {
  classic: 0,
  http: "off",
  workers: 2,
  maxWorkers: 4,
  shutdown: Ms(0),
  logLevel: "error",
} as const;

/** Serves `shot.####.ppm FIRST-LAST` of an empty folder. */
async function serveDeclared(
  test: TestContext,
  folder: string,
  settings: Partial<Settings> = {},
): Promise<RunningServer> {
  const range = { first: FrameNumber(FIRST), last: FrameNumber(LAST), step: 1 };
  const names = { before: "shot.", after: ".ppm", width: undefined };
  const text = "shot.####.ppm";
  const target = { kind: "pattern", text, folder, ...names, range } as const;
  const server = await startServer({ ...defaultSettings(), ...QUIET, diskCache: Bytes(0), ...settings }, [
    target,
  ]);
  test.after(() => {
    server.destroy();
    return server.close();
  });
  await server.catalogue.scanned;
  return server;
}

/** A client that takes everything that comes, for as long as it plays. */
class Watcher {
  readonly frames: FrameItem[] = [];
  readonly viewer: Viewer;
  readonly over: Promise<EndItem>;

  constructor(viewer: Viewer) {
    this.viewer = viewer;
    this.over = this.#watch();
  }

  async #watch(): Promise<EndItem> {
    for (;;) {
      const item = await this.viewer.next(RENDER_MS);
      if (item.kind === "end") return item;
      assert.ok(item.kind === "frame", JSON.stringify(item));
      this.frames.push(item);
    }
  }
}

/** Every number, all over the range from the beginning on. */
const outOfOrder: readonly number[] = Array.from(
  { length: LAST - FIRST + 1 },
  (_, index) => FIRST + ((index * 77) % (LAST - FIRST + 1)),
);

/** What came is a frame that was finished at some time, or a marked picture made of one. */
function checkWhole(renderer: Renderer, { tag, bytes }: FrameItem): void {
  const number = tag?.frame ?? assert.fail("a frame without a tag");
  const mark = markOf(bytes);
  const held = /^frame (-?\d+) /.exec(mark ?? "");
  const picture = Buffer.from(unmarked(bytes));
  if (mark !== undefined && held === null) {
    const [any] = renderer.versions(FIRST);
    assert.equal(picture.byteLength, any?.byteLength, "a black frame of another size");
    assert.ok(
      picture.subarray(-1000).every((sample) => sample === 0),
      "a black frame that is not black",
    );
    return;
  }
  const shown = held === null ? number : Number(held[1]);
  const isKnown = renderer.versions(shown).some((version) => version.equals(picture));
  assert.ok(isKnown, `a picture that frame ${shown} never was, for ${number}`);
}

/** The holes that a receipt has to count, as far as the frames that came tell of them. */
function checkHoles(frames: readonly FrameItem[], end: EndItem, missing: string): void {
  const substitutes = frames.filter(({ tag }) => tag?.substitute === true).length;
  if (missing !== "skip") {
    assert.equal(end.missing, substitutes, "holes that nothing stood in for, or none where something did");
    return;
  }
  assert.equal(substitutes, 0);
  const numbers = frames.map(({ tag }) => tag?.frame ?? 0);
  const gaps = numbers.map((number, index) => number - (numbers[index - 1] ?? FIRST - 1) - 1);
  const inside = gaps.filter((gap) => gap > 0).reduce((sum, gap) => sum + gap, 0);
  const rounds = gaps.filter((gap) => gap < 0).length;
  assert.ok(end.missing >= inside, `${end.missing} of ${inside} holes`);
  assert.ok(end.missing <= inside + rounds * (LAST - FIRST + 1), `${end.missing} holes in ${rounds} rounds`);
}

describe("a movie that a renderer is writing", () => {
  // The most wished-for thing of all who render: to watch while it does, and to see nothing that is not
  // there.
  it("is seen by all as it grows: no half frame, every new one, every hole counted", async (test) => {
    const folder = makeFolder(test);
    const renderer = new Renderer(folder, "shot");
    const { classic } = await serveDeclared(test, folder);
    const policies = ["hold", "black", "skip", "hold", "skip", "black", "hold", "skip"];
    const watchers: Watcher[] = [];
    for (const [index, missing] of policies.entries()) {
      const viewer = await Viewer.open(test, classic.port);
      viewer.send(`c${index}:1:start_movie:shot:1:200:tagged:missing=${missing}\n`);
      watchers.push(new Watcher(viewer));
    }
    for (const [index, number] of outOfOrder.entries()) {
      await renderer.write(number, MANNERS[index % MANNERS.length] ?? "at once");
    }
    // They have been watching all the while, and met holes that nobody meets now.
    for (const { frames } of watchers) assert.ok(frames.length > 100, `only ${frames.length} frames so far`);
    for (const number of DELETED) renderer.remove(number);
    for (const [index, number] of REWRITTEN.entries()) {
      await renderer.write(number, MANNERS[index % MANNERS.length] ?? "at once");
    }
    // In one of its next rounds each client has the new ones.
    for (const { frames } of watchers) {
      for (const number of REWRITTEN) {
        const newest = renderer.newest(number);
        const hasCome = (): boolean =>
          frames.some(({ tag, bytes }) => tag?.frame === number && newest?.equals(bytes) === true);
        await until(hasCome, `the new frame ${number}`, RENDER_MS);
      }
    }
    for (const [index, { viewer, frames, over }] of watchers.entries()) {
      viewer.send("c:1:stop_movie\n");
      const end = await over;
      for (const frame of frames) checkWhole(renderer, frame);
      checkReceipt({ frames, end });
      checkHoles(frames, end, policies[index] ?? "");
    }
    await checkFinal(watchers, renderer);
  });

  // Whoever watches the evening's shot sees the new frame when it is there: nobody's player stops, or tears.
  it("is played under error while its frames are written over slowly, in place", async (test) => {
    const folder = makeFolder(test);
    const renderer = new Renderer(folder, "shot");
    for (let number = FIRST; number <= FIRST + 19; number++) await renderer.write(number, "by rename");
    // Without a cache every frame of every round is read anew, also those that are being written.
    const server = await serve(test, folder, { ...QUIET, cache: Bytes(0) });
    const watchers: Watcher[] = [];
    for (const contract of ["all", "all", "paced", "latest"]) {
      const viewer = await Viewer.open(test, server.classic.port);
      viewer.send(`c:1:start_movie:shot:1:50:tagged:missing=error:contract=${contract}\n`);
      watchers.push(new Watcher(viewer));
    }
    const rewritten = [FIRST + 1, FIRST + 2, FIRST + 9, FIRST + 19];
    for (const round of [1, 2]) {
      for (const { frames } of watchers)
        await until(() => frames.length > 40 * round, "some rounds", RENDER_MS);
      await Promise.all(rewritten.map((number) => renderer.write(number, "slowly")));
    }
    for (const { frames } of watchers.slice(0, 2)) {
      for (const number of rewritten) {
        const newest = renderer.newest(number);
        const isNew = ({ tag, bytes }: FrameItem): boolean =>
          tag?.frame === number && newest?.equals(bytes) === true;
        await until(() => frames.some(isNew), `the new frame ${number}`, RENDER_MS);
      }
    }
    for (const { viewer, frames, over } of watchers) {
      viewer.send("c:1:stop_movie\n");
      const end = await over;
      for (const frame of frames) checkWhole(renderer, frame);
      checkReceipt({ frames, end });
      assert.equal(end.missing, 0);
    }
  });

  // A wait is no idleness: whoever opens the shot in the evening has it in the morning.
  it("is waited for in silence, for longer than a connection may be idle", async (test) => {
    const folder = makeFolder(test);
    const renderer = new Renderer(folder, "shot");
    const { classic } = await serveDeclared(test, folder, { idleTimeout: Ms(300), firstRequest: Ms(300) });
    const viewer = (await Viewer.open(test, classic.port)).send("a:1:start_movie:shot:tagged:to=1002\n");
    const watcher = new Watcher(viewer);
    const isSilent = new Promise((resolve) => setTimeout(resolve, 1200));
    await isSilent;
    assert.equal(viewer.received, 0);
    await renderer.write(FIRST + 1, "by rename");
    await renderer.write(FIRST, "in pieces");
    const end = await watcher.over;
    assert.deepEqual(
      watcher.frames.map(({ tag }) => tag?.frame),
      [FIRST, FIRST + 1],
    );
    for (const frame of watcher.frames) checkWhole(renderer, frame);
    assert.deepEqual([end.sent, end.missing], [2, 0]);
  });
});

/** When all is done, a pass from the first to the last is what lies in the folder, and two holes. */
async function checkFinal(watchers: readonly Watcher[], renderer: Renderer): Promise<void> {
  const there = outOfOrder.filter((number) => !DELETED.includes(number)).toSorted((a, b) => a - b);
  for (const { viewer } of watchers) {
    viewer.send("c:1:start_movie:shot:tagged:missing=skip\n");
    const { frames, end } = await viewer.epoch();
    assert.deepEqual(
      frames.map(({ tag }) => tag?.frame),
      there,
    );
    for (const { tag, bytes } of frames) {
      assert.ok(renderer.newest(tag?.frame ?? 0)?.equals(bytes), `frame ${tag?.frame} is an old one`);
    }
    checkReceipt({ frames, end });
    assert.equal(end.missing, DELETED.length);
  }
}
