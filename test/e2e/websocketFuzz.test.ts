import assert from "node:assert/strict";
import { type TestContext, it } from "node:test";
import * as fc from "fast-check";
import { BitRate, Bytes, MiB } from "../../src/base/units.ts";
import type { Settings } from "../../src/settings.ts";
import { until } from "./deadline.ts";
import { makeFolder, upTo, writeMovie } from "./movies.ts";
import { serve } from "./server.ts";
import { WebViewer } from "./webViewer.ts";

const seed = Number(process.env["FC_SEED"] ?? 19_660);

const number = fc.integer({ min: 0, max: 1 });
const frame = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 50 }) },
  { weight: 1, arbitrary: fc.constantFrom<(number | string)[]>("last", 0, 60) },
);
const option = {
  from: fc.integer({ min: 1, max: 40 }),
  to: fc.integer({ min: 30, max: 60 }),
  loop: fc.boolean(),
  fps: fc.constantFrom<(number | string)[]>(24, "24000/1001", 500, 0),
  contract: fc.constantFrom("all", "paced", "latest"),
  missing: fc.constantFrom("error", "hold", "black", "skip"),
  direction: fc.constantFrom(1, -1),
  priority: fc.integer({ min: 0, max: 255 }),
  rendition: fc.constantFrom<(string | object)[]>("original", { format: "jpeg", width: 8 }),
};
const options = fc.record(option, { requiredKeys: [] });
const credit = fc.integer({ min: 0, max: 20 });

/** A message of this type, with what a play and a change may have besides. */
function message(type: string, fields: { [name: string]: fc.Arbitrary<unknown> }): fc.Arbitrary<object> {
  const own = fc.record({ type: fc.constant(type), ...fields });
  if (type !== "play" && type !== "change") return own;
  return fc.tuple(options, own).map(([more, must]) => Object.assign({}, more, must));
}

/** What a program with a mistake in it might say. */
const command: fc.Arbitrary<object> = fc.oneof(
  message("play", { playback: number, movie: fc.constant("sw"), start: frame, credit }),
  message("play", { playback: number, movie: fc.constant("sw"), credit }),
  message("play", { playback: number, movie: fc.constant("ws") }),
  message("frame", { playback: number, movie: fc.constant("sw"), frame }),
  message("seek", { playback: number, frame }),
  message("seek", { playback: number, frame }),
  message("change", { playback: number }),
  message("change", { playback: number }),
  message("stop", { playback: number }),
  message("credit", { playback: number, messages: credit }),
  message("credit", { playback: number, messages: credit }),
  fc.record({ type: fc.constantFrom("movies", "ping", "dance") }),
  message("watch", { watch: number }),
  message("unwatch", { watch: number }),
);

type Act =
  | { readonly kind: "say"; readonly message: object }
  | { readonly kind: "wait" | "pause" | "resume" };

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: command.map((message) => ({ kind: "say", message }) as const) },
  { weight: 2, arbitrary: fc.constant({ kind: "wait" } as const) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: "pause" } as const, { kind: "resume" } as const) },
);

const ending = fc.constantFrom("close", "terminate", "binary", "garbage");

async function perform(viewer: WebViewer, acts: readonly Act[]): Promise<number> {
  let asked = 0;
  for (const each of acts) {
    if (each.kind === "say") {
      const isAnswered = !["credit", "unwatch"].includes(String(Object.values(each.message)[0]));
      if (isAnswered) asked += 1;
      viewer.sayJson(isAnswered ? { ...each.message, request: asked } : each.message);
    } else if (each.kind === "pause") viewer.ws.pause();
    else if (each.kind === "resume") viewer.ws.resume();
    else await roundTrip(viewer);
  }
  viewer.ws.resume();
  return asked;
}

/** Until the server has read what was said, and perhaps done some of it. */
async function roundTrip(viewer: WebViewer): Promise<void> {
  viewer.ws.resume();
  viewer.sayJson({ type: "ping" });
  await viewer.next("pong");
}

/** Each numbered message has one answer, and what belongs to a playback comes in order. */
function check(viewer: WebViewer, asked: number): void {
  const answers = viewer.texts.flatMap((text) =>
    "request" in text && text.request !== undefined && text.type !== "receipt" ? [text.request] : [],
  );
  const stops = viewer.texts.flatMap((text) =>
    text.type === "receipt" && text.request !== undefined ? [text.request] : [],
  );
  const all = [...answers, ...stops].toSorted((a, b) => a - b);
  assert.deepEqual(all, upTo(asked), `answers ${all.join()} of ${asked}`);
  const epochs = new Map<number, { epoch: number; sent: number }>();
  for (const each of viewer.came) {
    if ("frame" in each) {
      const { playback, epoch, message } = each.frame.header;
      const open = epochs.get(playback);
      assert.deepEqual([open?.epoch, open?.sent], [epoch, message], "a frame out of its place");
      if (open !== undefined) open.sent += 1;
    } else if (each.text.type === "started") {
      assert.equal(epochs.get(each.text.playback), undefined, "begun before the receipt");
      epochs.set(each.text.playback, { epoch: each.text.epoch, sent: 0 });
    } else if (each.text.type === "receipt") {
      const open = epochs.get(each.text.playback);
      assert.deepEqual([open?.epoch, open?.sent], [each.text.epoch, each.text.receipt.sent]);
      epochs.delete(each.text.playback);
    }
  }
}

// Programs have mistakes, networks break anywhere, and a server serves others meanwhile.
const SERVERS: readonly [how: string, settings: Partial<Settings>][] = [
  ["at once", {}],
  // With a cache of one frame, commands wait for a frame to be made, and overtake each other.
  ["as far as it is admitted", { egress: BitRate(4e9), admission: 0.5, cache: Bytes(4 * MiB) }],
];

for (const [how, settings] of SERVERS) {
  it(`whatever a client says, carried out ${how}, is answered once and unseen by others`, (test) =>
    fuzz(test, settings));
}

async function fuzz(test: TestContext, settings: Partial<Settings>): Promise<void> {
  test.diagnostic(`FC_SEED=${seed}`);
  const folder = makeFolder(test);
  // More than one turn of the dispatcher sends: commands come while a frame is under way.
  const files = writeMovie(folder, "sw", upTo(50), { width: 1100, height: 800 });
  const server = await serve(test, folder, settings);
  const witness = await WebViewer.open(test, server);
  witness.play({ loop: true, credit: 10 });
  await witness.next("started");
  const property = fc.asyncProperty(
    fc.array(act, { minLength: 1, maxLength: 40, size: "max" }),
    ending,
    fc.boolean(),
    async (acts, end, isWaitedFor) => {
      const viewer = await WebViewer.open(test, server);
      const asked = await perform(viewer, acts);
      if (isWaitedFor) await checkAnswers(viewer, asked);
      leave(viewer, end);
      await until(() => server.held().queues === 1, "everything but the witness is given back");
      const seen = witness.frames.length;
      witness.grant(3);
      await witness.hasFrames(seen + 3);
    },
  );
  await fc.assert(property, { seed, numRuns: 25, endOnFailure: true });
  assert.equal(server.playbacks.list().length, 1);
  for (const [index, { bytes, header }] of witness.frames.entries()) {
    assert.equal(header.message, index);
    assert.ok(files[index % 50]?.equals(bytes ?? Buffer.alloc(0)), `frame ${header.frame} of the witness`);
  }
}

async function checkAnswers(viewer: WebViewer, asked: number): Promise<void> {
  const answers = (): number =>
    viewer.texts.filter((text) => "request" in text && text.request !== undefined).length;
  await until(() => answers() >= asked, "every answer");
  check(viewer, asked);
}

function leave({ ws }: WebViewer, end: string): void {
  if (end === "close") ws.close();
  else if (end === "terminate") ws.terminate();
  else ws.send(end === "binary" ? Buffer.from("x") : "x");
}
