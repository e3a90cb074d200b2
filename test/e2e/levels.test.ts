import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import sharp from "sharp";
import { events } from "../../src/base/events.ts";
import type { RunningServer } from "../../src/main.ts";
import { until } from "./deadline.ts";
import { makeFolder } from "./movies.ts";
import { serve } from "./server.ts";
import { ask, askJson } from "./web.ts";

const SIDE = 16;

/** 16 bits, from `low` to `high` in equal steps. */
function gradient(low: number, high: number): Buffer {
  const raster = Buffer.alloc(SIDE * SIDE * 2);
  for (let at = 0; at < SIDE * SIDE; at++)
    raster.writeUInt16BE(Math.round(low + ((high - low) * at) / (SIDE * SIDE - 1)), at * 2);
  return Buffer.concat([Buffer.from(`P5\n${SIDE} ${SIDE}\n65535\n`), raster]);
}

const fileOf = (folder: string, number: number): string =>
  join(folder, `m.${String(number).padStart(3, "0")}.pgm`);

const pathOf = (number: number, query = ""): string => `/movies/m/frames/${number}.png${query}`;

/** What a picture has at black and at white: its lowest and its highest sample. */
async function rangeOf(server: RunningServer, path: string): Promise<number[]> {
  const { status, body } = await ask(server, path);
  assert.equal(status, 200, path);
  const shown = await sharp(body).toColourspace("grey16").raw({ depth: "ushort" }).toBuffer();
  const samples = new Uint16Array(shown.buffer, shown.byteOffset, shown.byteLength / 2);
  return [samples.reduce((a, b) => Math.min(a, b)), samples.reduce((a, b) => Math.max(a, b))];
}

async function untilThere(server: RunningServer, frames: number): Promise<void> {
  const count = async (): Promise<unknown> =>
    ((await askJson(server, "/movies/m")) as { readonly frames: number }).frames;
  await until(async () => (await count()) === frames, `the movie has ${frames} frames`);
}

// A 12-bit microscope picture in a 16-bit file must not come out black, whenever its first viewer came.
describe("a deep movie that is looked at while it begins", () => {
  it("is shown as what landed after a dark first frame", async (test) => {
    const folder = makeFolder(test);
    writeFileSync(fileOf(folder, 1), gradient(0, 0));
    const server = await serve(test, folder);
    assert.deepEqual(await rangeOf(server, pathOf(1)), [0, 0]);
    for (let number = 2; number <= 8; number++) writeFileSync(fileOf(folder, number), gradient(0, 4095));
    await untilThere(server, 8);
    assert.deepEqual(await rangeOf(server, pathOf(5)), [0, 65_535]);
    assert.deepEqual(await rangeOf(server, pathOf(6, "?levels=auto")), [0, 65_535]);
  });

  it("is shown as its only frame is when that has been rewritten", async (test) => {
    const folder = makeFolder(test);
    writeFileSync(fileOf(folder, 1), gradient(0, 0));
    const server = await serve(test, folder);
    assert.deepEqual(await rangeOf(server, pathOf(1)), [0, 0]);
    writeFileSync(fileOf(folder, 1), gradient(0, 4095));
    const isRight = async (): Promise<boolean> => (await rangeOf(server, pathOf(1)))[1] === 65_535;
    await until(isRight, "the frame is shown with its own levels");
  });

  it("is not white after a first frame of noise, of a movie that was declared", async (test) => {
    const folder = makeFolder(test);
    writeFileSync(join(folder, "movie.json"), JSON.stringify({ last: 20 }));
    writeFileSync(fileOf(folder, 1), gradient(95, 105));
    const server = await serve(test, folder);
    assert.deepEqual(await rangeOf(server, pathOf(1)), [0, 65_535]);
    for (let number = 2; number <= 20; number++) writeFileSync(fileOf(folder, number), gradient(0, 4095));
    await untilThere(server, 20);
    const [low = 0, high = 0] = await rangeOf(server, pathOf(1));
    assert.ok(low > 1000 && high < 2000, `${low} ${high}`);
    assert.deepEqual(await rangeOf(server, pathOf(20)), [0, 65_535]);
    // Nothing more lands: what was made is kept, and nothing is made again.
    let made = 0;
    test.after(events.frameProduced.subscribe(() => (made += 1)));
    for (const _ of [1, 2, 3]) assert.deepEqual(await rangeOf(server, pathOf(20)), [0, 65_535]);
    assert.equal(made, 0);
  });

  // Whoever keeps a picture for ever would show the dark one for ever.
  it("is kept for ever by nobody but those who say under which levels", async (test) => {
    const folder = makeFolder(test);
    writeFileSync(fileOf(folder, 1), gradient(0, 0));
    const server = await serve(test, folder);
    const first = await ask(server, pathOf(1));
    const pinned = first.headers.get("content-location") ?? assert.fail("no Content-Location");
    assert.match(pinned, /rev=/);
    assert.equal((await ask(server, pinned)).headers.get("cache-control"), "no-cache");
    const explicit = await ask(server, `${pinned}&levels=0,4095`);
    assert.match(explicit.headers.get("cache-control") ?? "", /immutable/);
  });
});
