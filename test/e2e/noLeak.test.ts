import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  linkSync,
  lstatSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Bytes } from "../../src/base/units.ts";
import type { ClassicItem } from "../../src/wire/classicReader.ts";
import { unmarkHeader } from "../../src/wire/netpbm.ts";
import { makeFolder, picture, upTo, writeMovie } from "./movies.ts";
import { serve } from "./server.ts";
import { Viewer } from "./viewer.ts";

/** Every frame is read from its file whenever it is sent. */
const NO_CACHE = { cache: Bytes(0) };

const FRAMES = 8;
const SIZE = { width: 200, height: 100 };

/** What is done to a frame's file, at any moment. It is whole again after it. */
const BLOWS: readonly ((path: string, outside: string) => void)[] = [
  (path) => truncateSync(path, 0),
  (path) => truncateSync(path, 30_000),
  (path) => rmSync(path),
  (path) => {
    rmSync(path);
    mkdirSync(path);
  },
  (path, outside) => {
    rmSync(path);
    linkSync(join(outside, "pipe"), path);
  },
  (path, outside) => {
    rmSync(path);
    symlinkSync(join(outside, "secret.ppm"), path);
  },
  (path) => writeFileSync(path, "P6\n60000 60000\n255\n"),
  (path) => writeFileSync(path, "P6\n200 100\n65535\nshort"),
];

/** The frames that may come: those of the movie, and black. */
const KNOWN = [0, ...upTo(FRAMES)].map((number) => picture(number, SIZE));

function check(item: ClassicItem): void {
  if (item.kind !== "frame") {
    assert.match(item.kind === "error" ? item.code : item.kind, /^(FRAME_[A-Z_]+|MOVIE_UNREADABLE)$/);
    return;
  }
  const header = item.bytes.subarray(0, item.header.headerBytes);
  const raster = item.bytes.subarray(item.header.headerBytes);
  const whole = Buffer.concat([unmarkHeader(header) ?? header, raster]);
  assert.ok(KNOWN[raster[0] ?? 0]?.equals(whole), "a frame that is none of the movie's");
}

type Seen = { readonly missing: string; frames: number; errors: number };

/** Plays with one policy until the time is over, and starts again whenever a playback ends. */
async function playUntil(viewer: Viewer, seen: Seen, over: () => boolean): Promise<void> {
  const start = `${seen.missing}:1:start_movie:sw:1:missing=${seen.missing}\n`;
  viewer.send(start);
  while (!over()) {
    const item = await viewer.next();
    check(item);
    if (item.kind === "frame") seen.frames += 1;
    else {
      seen.errors += 1;
      viewer.send(start);
    }
  }
  viewer.reset();
}

/**
 * Makes a file look as if it had been so for long: the reader lets one that has just been written stand still
 * first, and would meet the next state instead.
 */
function age(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === true) utimesSync(path, 1, 1);
}

/** Strikes one file after another, each for a moment, until `enough`. */
async function strikeUntil(enough: () => boolean, folder: string, outside: string): Promise<void> {
  const latest = performance.now() + LONGEST;
  for (let round = 0; !enough(); round++) {
    assert.ok(performance.now() < latest, "the files were hardly met in a bad state");
    const number = 1 + ((round * 3) % FRAMES);
    const path = join(folder, `sw${number}.ppm`);
    BLOWS[round % BLOWS.length]?.(path, outside);
    age(path);
    await sleep(2 + (round % 5));
    rmSync(path, { recursive: true, force: true });
    writeFileSync(path, picture(number, SIZE));
    age(path);
    await sleep(round % 3);
  }
}

/** A second is enough, unless the machine has other work. */
const LONGEST = 30_000;

describe("what a client receives", () => {
  // The server that this project began with sent its own memory when a file was missing: its length was −1.
  it("holds no byte outside of a frame or an error line when a file is missing", async (test) => {
    const folder = makeFolder(test);
    const [first = Buffer.alloc(0)] = writeMovie(folder, "sw", upTo(3));
    const { classic } = await serve(test, folder, { watch: "off" });
    rmSync(join(folder, "sw2.ppm"));
    const socket = connect(classic.port, "127.0.0.1").end("a:1:start_movie:sw\n");
    const received: Buffer = await buffer(socket);
    assert.deepEqual(received.subarray(0, first.length), first);
    assert.match(
      received.subarray(first.length).toString("latin1"),
      /^ERR FRAME_UNREADABLE [\x20-\x7e]{1,400}\n$/,
    );
  });

  // Nothing that happens to a file between two system calls may show in what is sent.
  it("holds only whole frames and error lines while files vanish, shrink and are replaced", async (test) => {
    const [folder, outside] = [makeFolder(test), makeFolder(test)];
    writeMovie(folder, "sw", upTo(FRAMES), SIZE);
    writeFileSync(join(outside, "secret.ppm"), picture(99, SIZE));
    execFileSync("mkfifo", [join(outside, "pipe")]);
    const server = await serve(test, folder, { ...NO_CACHE, watch: "off" });
    const all = ["error", "hold", "black", "skip"].map((missing): Seen => ({
      missing,
      frames: 0,
      errors: 0,
    }));
    const enough = (): boolean =>
      all.every(({ frames }) => frames > 200) && all.some(({ errors }) => errors > 20);
    const playing = all.map(async (seen) => {
      await playUntil(await Viewer.open(test, server.classic.port), seen, enough);
    });
    await Promise.all([...playing, strikeUntil(enough, folder, outside)]);
  });
});
