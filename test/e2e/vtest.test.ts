import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import { KiB, MiB } from "../../src/base/units.ts";
import { type Conduct, Crowd, type Guest, type Seen } from "./crowd.ts";
import { within } from "./deadline.ts";
import { makeFolder } from "./movies.ts";
import { Program } from "./program.ts";
import { runTool } from "./tool.ts";

const FRAMES = 795;

/**
 * One client each of the priorities 0, 2 and 4 plays all 795 frames (1.06 GB), the others these (160 MB):
 * everything for everybody would be half a minute for two cores.
 */
const FEWER = 120;

const CONDUCTS: readonly Conduct[] = [
  ...Array.from({ length: 4 }, () => "never" as const),
  ...Array.from({ length: 4 }, () => "slowly" as const),
  "resets",
  "drips",
  ...Array.from({ length: 14 }, () => "reads" as const),
];

/** Priorities 0 to 4 in turns, in each conduct. */
const GUESTS: readonly Guest[] = CONDUCTS.map((conduct, id) => ({
  id,
  conduct,
  priority: id % 5,
  frames: conduct === "drips" || id === 20 || id === 22 ? FRAMES : FEWER,
}));

/** The settings that bound memory, small enough to be reached. */
const BOUNDS = { "--cache": 128, "--ring-bytes": 32, "--in-flight": 64 };
const WORKERS = 2;

/** A worker's own heap and the frame that it makes; measured near 12 MiB. */
const WORKER_BYTES = 24 * MiB;
const CONNECTION_BYTES = 64 * KiB;

/** Process memory ≤ base + ring + in flight + cache + production + connections × overhead: law 6. */
function memoryBound(base: number): number {
  const bounds = Object.values(BOUNDS).reduce((sum, size) => sum + size * MiB, 0);
  return base + bounds + WORKERS * WORKER_BYTES + GUESTS.length * CONNECTION_BYTES;
}

async function findVideo(): Promise<string> {
  const listing = await runTool("dpkg", ["-L", "opencv-doc"]).catch(() => "");
  const path = listing
    .toString()
    .split("\n")
    .find((line) => line.endsWith("/vtest.avi"));
  const isThere = path !== undefined && existsSync(path);
  assert.ok(isThere, "this test plays vtest.avi of Debian's package opencv-doc: apt-get install opencv-doc");
  return path;
}

/** The files of the imported movie, in order. */
async function importVideo(test: TestContext, library: string): Promise<string[]> {
  const program = Program.start(test, ["import", await findVideo(), "vtest", "--library", library]);
  const { status } = await within(program.ended, "the import", 30_000);
  assert.equal(status, 0);
  const names = readdirSync(join(library, "vtest")).filter((name) => name.endsWith(".ppm"));
  return names.sort().map((name) => join(library, "vtest", name));
}

async function serve(test: TestContext, library: string): Promise<Program> {
  const bounds = Object.entries(BOUNDS).flatMap(([flag, size]) => [flag, `${size}MiB`]);
  const workers = ["--workers", `${WORKERS}`, "--max-workers", `${WORKERS}`];
  const program = Program.start(test, [
    "serve",
    library,
    "--classic",
    "0",
    "--http",
    "0",
    ...bounds,
    ...workers,
  ]);
  await program.port();
  return program;
}

function among(conduct: Conduct): Guest[] {
  return GUESTS.filter((guest) => guest.conduct === conduct);
}

describe("a real video, imported and played to 24 clients at once", () => {
  // Laws 1, 3 and 6 on real input: what people do with this program, and what others do to them meanwhile.
  it(
    "reaches each that reads whole and in order, whatever the others do",
    { timeout: 120_000 },
    async (test) => {
      const library = makeFolder(test);
      const files = await importVideo(test, library);
      assert.equal(files.length, FRAMES);
      const program = await serve(test, library);
      const base = program.memory;
      const started = performance.now();
      const crowd = new Crowd(test, { port: await program.port(), movie: "vtest", files, guests: GUESTS });
      const readers = [...among("reads"), ...among("drips")];
      while (!readers.every(({ id }) => crowd.left.has(id)))
        await within(crowd.next(), "the next one's end", 60_000);
      const seconds = (performance.now() - started) / 1000;
      const seen = new Map((await crowd.everybody()).map((each) => [each.id, each]));
      const of = ({ id }: Guest): Seen => seen.get(id) ?? assert.fail("a client is missing");
      for (const guest of readers) assert.ok(of(guest).isWhole, JSON.stringify({ ...guest, ...of(guest) }));
      // Slow ones may still be at it: what they have is the beginning of the movie.
      for (const guest of GUESTS) assert.ok(of(guest).isExact, JSON.stringify({ ...guest, ...of(guest) }));
      for (const guest of among("slowly")) assert.ok(of(guest).bytes > 10 * MiB, "a slow one was starved");
      for (const guest of among("never")) assert.ok(!crowd.left.has(guest.id), "a silent one was closed");
      assert.ok(crowd.left.has(among("resets")[0]?.id ?? -1));
      const peak = program.peakMemory;
      const sizes = [base, peak, memoryBound(base)].map((bytes) => Math.round(bytes / MiB));
      test.diagnostic(`${seconds.toFixed(1)} s; memory at first, at most, allowed: ${sizes.join(", ")} MiB`);
      assert.ok(peak <= memoryBound(base), `${sizes.join(", ")} MiB`);
    },
  );
});
