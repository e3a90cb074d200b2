import assert from "node:assert/strict";
import { test } from "node:test";
import { fault } from "../base/errors.ts";
import { Bytes } from "../base/units.ts";
import type { FrameEntry } from "../library/log.ts";
import type { FrameLook } from "../library/probe.ts";
import { SimulatedLog } from "../simulate/log.ts";
import { Looks } from "./looks.ts";

const LOOK: FrameLook = { width: 4, height: 3, channels: 3, bits: 8, bytes: Bytes(47) };
const never = new Promise<never>(() => undefined);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

// Lists are asked for often, and files lie on disks that are far away.
test("a movie is looked at once for each revision of its first frame", async () => {
  let probes = 0;
  const looks = new Looks(() => Promise.resolve({ ...LOOK, width: ++probes }));
  const log = new SimulatedLog("sw", [1, 2]);
  const width = async (): Promise<unknown> => {
    const [look] = await looks.of([log], never);
    return look !== undefined && "width" in look && look.width;
  };
  assert.deepEqual([await width(), await width()], [1, 1]);
  log.write(2);
  assert.equal(await width(), 1);
  log.write(1);
  assert.equal(await width(), 2);
});

// A dead mount must not take the list away from those who look at other folders, nor all threads.
test("movies that hang hold up the list only until time is up, and never more than two at once", async () => {
  const asked: string[] = [];
  const looks = new Looks(({ movie }: FrameEntry) => {
    asked.push(movie);
    return movie.startsWith("dead") ? never : Promise.resolve(LOOK);
  });
  const alive = new SimulatedLog("alive", [1]);
  const dead = [1, 2, 3].map((index) => new SimulatedLog(`dead${index}`, [1]));
  assert.deepEqual(await looks.of([alive], never), [LOOK]);
  assert.deepEqual(await looks.of([alive, ...dead], turn()), [LOOK, undefined, undefined, undefined]);
  await looks.of(dead, turn());
  assert.deepEqual(asked, ["alive", "dead1", "dead2"]);
});

test("a movie without frames has no look, and one that cannot be read has its fault", async () => {
  const broken = fault("FRAME_CORRUPT", "found nothing of use");
  const looks = new Looks(() => Promise.reject(broken));
  const logs = [new SimulatedLog("empty", []), new SimulatedLog("sw", [1])];
  assert.deepEqual(await looks.of(logs, never), [undefined, broken]);
});
