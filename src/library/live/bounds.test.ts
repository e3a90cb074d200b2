import assert from "node:assert/strict";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Mount } from "./mounts.ts";
import { Stage } from "./tree.testing.ts";
import type { WatchFolder } from "./watcher.ts";

const LONG = 5000;

/** A system that has so many watches and no more, or fails to give any. */
function scarce(most: number, code: string): WatchFolder {
  let count = 0;
  return () => {
    if (count === most) throw Object.assign(new Error(code), { code, syscall: "watch" });
    count++;
    return { close: () => void count-- };
  };
}

/**
 * Files that were written shortly before may be told of as well: it cannot be known that they are the same.
 */
function assertTold(stage: Stage, expected: readonly string[]): void {
  for (const change of expected)
    assert.ok(stage.told.includes(change), `${change}: ${stage.told.join(", ")}`);
}

describe("a system that tells of changes", () => {
  // fs.inotify.max_user_watches is shared by all programs of a user: an editor may have taken them all.
  for (const code of ["ENOSPC", "EMFILE"]) {
    it(`and has no more watches (${code}): the other folders are polled, and that is told once`, (test) => {
      const stage = new Stage(test, { watchFolder: scarce(2, code) });
      stage.put("a/s1.tga", "b/s1.tga", "c/s1.tga", "d/s1.tga");
      stage.scan();
      assert.equal(stage.tree.watches, 2);
      for (const folder of ["c", "d"]) stage.write(`${folder}/s2.tga`, "x");
      stage.wait(LONG);
      assert.deepEqual(stage.told, ["c/s landed 2", "d/s landed 2"]);
      const told = stage.reports.flatMap(({ unwatched }) => unwatched);
      assert.deepEqual(
        told.map(({ code: said }) => said),
        ["LIBRARY_UNWATCHED"],
      );
      assert.match(told[0]?.detail ?? "", new RegExp(code));
    });
  }

  it("that fails later leaves its folders to polling", (test) => {
    let fail: ((error: unknown) => void) | undefined;
    const watchFolder: WatchFolder = (_path, _happened, failed) => {
      fail = failed;
      return { close: () => undefined };
    };
    const stage = new Stage(test, { watchFolder });
    stage.put("s1.tga");
    stage.scan();
    fail?.(Object.assign(new Error("no more"), { code: "EMFILE" }));
    stage.write("s2.tga", "x");
    stage.wait(LONG);
    assert.deepEqual(stage.movies(), ["s: 1-2/2"]);
  });

  // The kernel may tell that something happened and not what; so may other systems.
  it("and does not say of what: the whole folder is looked at", (test) => {
    const stage = new Stage(test);
    stage.put("s1.tga", "s2.tga", "s3.tga");
    stage.scan();
    stage.write("s2.tga", "anew");
    stage.write("s4.tga", "x");
    stage.remove("s3.tga");
    stage.tell(undefined);
    stage.wait(LONG);
    assertTold(stage, ["s landed 4", "s removed 3", "s revised 2"]);
  });

  // The kernel keeps 16,384 events and drops what is beyond, without a word that reaches us.
  it("and drops events in a swarm: all folders are looked at", (test) => {
    const stage = new Stage(test);
    stage.put("a/s1.tga", "b/s1.tga", "b/s2.tga");
    stage.scan();
    stage.write("b/s2.tga", "anew");
    stage.write("b/s3.tga", "x");
    for (let event = 0; event < 16_384; event++) stage.tell("s1.tga", "change", "a");
    stage.wait(LONG);
    assertTold(stage, ["a/s revised 1", "b/s landed 3", "b/s revised 2"]);
  });

  it("of more files than can be noted: the folder is looked at, and nothing is missed", (test) => {
    const stage = new Stage(test);
    stage.put("s1.tga");
    stage.scan();
    for (let number = 2; number <= 500; number++) writeFileSync(join(stage.root, `s${number}.tga`), "x");
    // Files that are not there are noted as well: the system tells, and does not ask.
    for (let number = 0; number < 70_000; number++) {
      stage.tell(`t${number}.tga`);
      if (number % 10_000 === 0) stage.wait(0);
    }
    stage.wait(LONG);
    assert.deepEqual(stage.movies(), ["s: 1-500/500"]);
  });
});

describe("news", () => {
  // The main thread serves: it takes what it can, and must not be handed a million frames while it cannot.
  it("that are not taken are waited with, and no more are looked for", (test) => {
    let takes = false;
    const stage = new Stage(test, { takes: () => takes });
    stage.put(...Array.from({ length: 3000 }, (_, index) => `f${index}/s1.tga`));
    stage.scan();
    assert.ok(stage.tree.progress.folders < 3000, `${stage.tree.progress.folders} folders were read`);
    assert.deepEqual(stage.movies(), []);
    takes = true;
    stage.takeAll();
    stage.wait(LONG);
    assert.equal(stage.movies().length, 3000);
    assert.equal(stage.tree.isScanned, true);
    for (const { news } of stage.reports) assert.ok(news.length <= 256, `${news.length} news in one report`);
  });
});

describe("a large folder", () => {
  // A folder of a million frames takes seconds to read: with a frame every 50 ms nothing else would be done.
  it("is read again only so often that this takes a quarter of the time", (test) => {
    const stage = new Stage(test, { tick: 50 });
    stage.put("s1.tga", "s01.tga", "s2.tga");
    stage.scan();
    stage.wait(LONG);
    const started = stage.clock.now();
    const read = stage.reports.length;
    for (let number = 3; number < 60; number++) {
      stage.write(`s${number}.tga`, "x");
      stage.tell(`s${number}.tga`);
      stage.wait(100);
    }
    stage.wait(20_000);
    assert.deepEqual(stage.movies(), ["s: 1-59/59"]);
    assert.ok(stage.clock.now() - started < 200_000);
    assert.ok(stage.reports.length - read < 57, "each frame made a reading of its own");
  });
});

describe("a network mount", () => {
  const mounts: Mount[] = [{ point: "/", type: "ext4", polled: undefined }];

  it("below the library is left to another thread, until it is gone", (test) => {
    let table: readonly Mount[] = mounts;
    const stage = new Stage(test, { mounts: () => table });
    stage.put("a/s1.tga", "m/below/t1.tga");
    table = [...mounts, { point: join(stage.root, "m"), type: "nfs4", polled: "other machines change it" }];
    const later = new Stage(test, { mounts: () => table, root: stage.root });
    later.scan();
    assert.deepEqual(later.movies(), ["a/s: 1-1/1"]);
    const [branch] = later.reports.flatMap(({ branches }) => branches);
    assert.equal(branch?.place.inside, "m");
    assert.match(branch?.polled ?? "", /other machines/);
    table = mounts;
    later.wait(LONG);
    assert.deepEqual(
      later.reports.flatMap(({ pruned }) => pruned),
      [join(stage.root, "m")],
    );
    assert.deepEqual(later.movies(), ["a/s: 1-1/1", "m/below/t: 1-1/1"]);
  });

  // Following a link means asking what it leads to: that may never be answered.
  it("is not entered through a link from a disk", (test) => {
    let table: readonly Mount[] = mounts;
    const stage = new Stage(test, { mounts: () => table });
    stage.put("s1.tga", "m/t1.tga");
    table = [...mounts, { point: join(stage.root, "m"), type: "nfs4", polled: "other machines change it" }];
    symlinkSync(join(stage.root, "m"), join(stage.root, "link"));
    const later = new Stage(test, { mounts: () => table, root: stage.root });
    later.scan();
    assert.deepEqual(later.movies(), ["s: 1-1/1"]);
    assert.deepEqual(later.leftOut, ["FRAME_OUTSIDE_LIBRARY"]);
  });

  // What its machine says may be some seconds old: two looks within them are one.
  it("gives a file time until the next poll to be still", (test) => {
    const stage = new Stage(test, { branch: { polled: "other machines change it" } });
    stage.put("s1.tga");
    stage.scan();
    stage.wait(LONG);
    stage.write("s2.tga", "half");
    stage.wait(3000);
    assert.deepEqual(stage.told, []);
    stage.write("s2.tga", "a whole");
    stage.wait(1500);
    assert.deepEqual(stage.told, []);
    stage.wait(2 * LONG);
    assert.deepEqual(stage.told, ["s landed 2"]);
  });
});

describe("clocks", () => {
  // A camera whose battery was empty writes 1970, one that was set wrongly the next century.
  it("that are wrong keep no frame from being found, landing or being revised", (test) => {
    for (const watching of ["auto", "poll"] as const) {
      const stage = new Stage(test, { watching });
      const century = 100 * 365 * 24 * 3600 * 1000;
      for (const [file, offset] of [
        ["s1.tga", century],
        ["s2.tga", -Date.now()],
      ] as const) {
        stage.write(file, "x");
        stage.touch(file, offset);
      }
      stage.scan();
      assert.deepEqual(stage.movies(), ["s: 1-2/2"]);
      stage.wait(LONG);
      stage.write("s3.tga", "x");
      stage.touch("s3.tga", century);
      stage.tell("s3.tga");
      stage.write("s1.tga", "other");
      stage.touch("s1.tga", century + 60_000);
      stage.tell("s1.tga", "change");
      stage.wait(LONG);
      assert.deepEqual(stage.told.toSorted(), ["s landed 3", "s revised 1"]);
      stage.close();
    }
  });
});
