import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { MiB } from "../../base/units.ts";
import { OWN_FORMATS } from "../../library/log.ts";
import type { OwnFormat } from "../../library/log.ts";
import type { Outcomes } from "./damage.testing.ts";

const PROGRAM = new URL("damage.testing.ts", import.meta.url).pathname;
/** Of each format: CONTRIBUTING.md. */
const ROUNDS = Number(process.env["FC_RUNS"] ?? 10_000);
/** Node and the decoder's libraries, with room for what the allocator keeps; the pictures are tiny. */
const MOST_MEMORY = 400 * MiB;

type Report = { readonly damaged: Outcomes; readonly cut: Outcomes; readonly mostMemory: number };

/** In a process of its own: a crash of the decoder is the end of it, and must be seen. */
async function decodeInProcess(format: OwnFormat, seed: number): Promise<Report> {
  const child = spawn(process.execPath, [PROGRAM, format, String(seed), String(ROUNDS)]);
  const [said, complaint, [status, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number | null, string | null]>,
  ]);
  const again = `again with seed ${seed}: node ${PROGRAM} ${format} ${seed} ${ROUNDS}`;
  assert.equal(signal ?? status, 0, `${complaint}\n${again}`);
  return JSON.parse(said) as Report;
}

// What lies on a disk is not always what was written, and a decoder meets it in our process. A damaged file
// is a picture or a coded error: never a crash, never a fault without a code, never memory for what its
// header claims.
for (const format of OWN_FORMATS) {
  test(
    `${ROUNDS} damaged ${format} files give coded errors or whole pictures`,
    { timeout: 120_000 },
    async (t) => {
      const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 1_000_000));
      t.diagnostic(`SEED=${seed}`);
      const { damaged, cut, mostMemory } = await decodeInProcess(format, seed);
      const faults = Object.values(damaged.faults).reduce((sum, count) => sum + count, 0);
      assert.equal(damaged.pictures + faults, ROUNDS);
      assert.ok(damaged.pictures > 50 && faults > 1000, JSON.stringify(damaged));
      assert.ok(mostMemory < MOST_MEMORY, `${mostMemory / MiB} MiB`);
      // A half-written file must be told from a damaged one: it is waited for. And half a picture is none.
      assert.deepEqual(
        { ...cut, faults: Object.keys(cut.faults) },
        { pictures: 0, faults: ["FRAME_TRUNCATED"] },
      );
    },
  );
}
