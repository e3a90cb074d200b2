import assert from "node:assert/strict";
import { chmodSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { FrameNumber } from "../../base/units.ts";
import { UNFINISHED_FOR } from "../unfinished.ts";
import { type StageOptions, Stage } from "./tree.testing.ts";

/** Both ways to see a change: told by the system, and looked for. */
const WAYS: readonly { readonly way: string; readonly options: StageOptions }[] = [
  { way: "watched", options: {} },
  { way: "polled", options: { watching: "poll" } },
];

/** Longer than two looks, and than two rounds of polling. */
const LONG = 5000;

for (const { way, options } of WAYS) {
  describe(`a folder that is ${way}`, () => {
    // Machines of a farm finish their frames in no order.
    it("frames that land out of order are told as they land", (test) => {
      const stage = new Stage(test, options);
      stage.put("s.0005.tga");
      stage.scan();
      for (const number of [9, 2, 7]) {
        stage.write(`s.000${number}.tga`, "x");
        stage.tell(`s.000${number}.tga`);
        stage.wait(LONG);
      }
      assert.deepEqual(stage.told, ["s landed 9", "s landed 2", "s landed 7"]);
      assert.equal(stage.frames("s"), "2@1 5@1 7@1 9@1");
      const path = join(stage.root, "s.0007.tga");
      assert.equal(stage.catalogue.find("s")?.at(FrameNumber(7))?.source.path, path);
    });

    it("a file that is renamed into its place is a frame", (test) => {
      const stage = new Stage(test, options);
      stage.put("s1.tga");
      stage.scan();
      stage.write(".s2.tga.tmp", "x");
      stage.tell(".s2.tga.tmp");
      stage.wait(LONG);
      assert.deepEqual(stage.told, []);
      stage.move(".s2.tga.tmp", "s2.tga");
      stage.tell("s2.tga");
      stage.wait(LONG);
      assert.deepEqual(stage.told, ["s landed 2"]);
    });

    // A half frame must not be told: a viewer that waits for it would ask at once.
    it("a file that grows is a frame when it has been still for two looks", (test) => {
      const stage = new Stage(test, options);
      stage.put("s1.tga");
      stage.scan();
      for (let size = 0; size < 40; size++) {
        stage.write("s2.tga", "x".repeat(size));
        stage.tell("s2.tga", size === 0 ? "rename" : "change");
        stage.wait(140);
        assert.deepEqual(stage.told, []);
      }
      stage.wait(LONG);
      assert.deepEqual(stage.told, ["s landed 2"]);
    });

    it("a frame that is written anew in its place is revised once, when it is still", (test) => {
      const stage = new Stage(test, options);
      stage.put("s1.tga", "s2.tga", "s3.tga");
      stage.scan();
      stage.wait(LONG);
      for (let size = 2; size < 20; size++) {
        stage.write("s2.tga", "y".repeat(size));
        stage.tell("s2.tga", "change");
        stage.wait(140);
        assert.deepEqual(stage.told, []);
        assert.equal(stage.frames("s"), "1@1 2@1 3@1");
      }
      stage.wait(LONG);
      assert.deepEqual(stage.told, ["s revised 2"]);
      assert.equal(stage.frames("s"), "1@1 2@2 3@1");
    });

    it("a frame that another file is renamed over is revised", (test) => {
      const stage = new Stage(test, options);
      stage.put("s1.tga", "s2.tga");
      stage.scan();
      stage.wait(LONG);
      stage.write("new", "other");
      stage.move("new", "s2.tga");
      stage.tell("s2.tga");
      stage.wait(LONG);
      assert.deepEqual(stage.told, ["s revised 2"]);
    });

    // Programs that write over a frame in place cut it first: whoever plays meanwhile waits for the new one.
    it("a frame that is cut to nothing and written anew is the same frame, revised", (test) => {
      const stage = new Stage(test, options);
      stage.put("s1.tga", "s2.tga");
      stage.scan();
      stage.wait(LONG);
      truncateSync(join(stage.root, "s2.tga"));
      stage.touch("s2.tga");
      stage.tell("s2.tga", "change");
      stage.wait(LONG);
      assert.deepEqual(stage.told, []);
      stage.write("s2.tga", "another");
      stage.tell("s2.tga", "change");
      stage.wait(LONG);
      assert.deepEqual(stage.told, ["s revised 2"]);
    });

    it("a frame that is cut to nothing and left so is none until there are bytes again", (test) => {
      const stage = new Stage(test, options);
      stage.put("s1.tga", "s2.tga");
      stage.scan();
      stage.wait(LONG);
      truncateSync(join(stage.root, "s2.tga"));
      stage.touch("s2.tga");
      stage.tell("s2.tga", "change");
      stage.wait(UNFINISHED_FOR + LONG);
      assert.deepEqual(stage.told, ["s removed 2"]);
      stage.write("s2.tga", "z");
      stage.tell("s2.tga", "change");
      stage.wait(LONG);
      assert.deepEqual(stage.told, ["s removed 2", "s landed 2"]);
      assert.equal(stage.frames("s"), "1@1 2@2");
    });

    // Caches know a frame by number and revision: the same pair must not stand for other bytes.
    it("a frame that is deleted and made again has another revision", (test) => {
      const stage = new Stage(test, options);
      stage.put("s1.tga", "s2.tga");
      stage.scan();
      stage.remove("s2.tga");
      stage.tell("s2.tga");
      stage.wait(LONG);
      assert.deepEqual(stage.told, ["s removed 2"]);
      stage.write("s2.tga", "x");
      stage.tell("s2.tga");
      stage.wait(LONG);
      assert.equal(stage.frames("s"), "1@1 2@2");
    });

    it("a movie comes with its first frame and goes with its last", (test) => {
      const stage = new Stage(test, options);
      stage.scan();
      stage.write("s1.tga", "x");
      stage.tell("s1.tga");
      stage.wait(LONG);
      stage.remove("s1.tga");
      stage.tell("s1.tga");
      stage.wait(LONG);
      assert.deepEqual(stage.told, ["added s", "s gone", "gone s"]);
      assert.deepEqual(stage.movies(), []);
    });

    it("folders come, move away and go with all their movies", (test) => {
      const stage = new Stage(test, options);
      stage.put("a/b/s1.tga", "a/t1.tga");
      stage.scan();
      assert.deepEqual(stage.movies(), ["a/b/s: 1-1/1", "a/t: 1-1/1"]);
      stage.move("a", "c");
      stage.tell("a");
      stage.tell("c");
      stage.wait(LONG);
      assert.deepEqual(stage.movies(), ["c/b/s: 1-1/1", "c/t: 1-1/1"]);
      stage.remove("c");
      stage.tell("c");
      stage.wait(LONG);
      assert.deepEqual(stage.movies(), []);
      assert.equal(stage.watched, way === "watched" ? 1 : 0);
    });

    // A movie of the same name is another movie: what caches have of the first is not its.
    it("a movie that takes the name of one that went begins with another revision", (test) => {
      const stage = new Stage(test, options);
      stage.put("a/s1.tga", "b/s1.tga");
      stage.scan();
      stage.move("a", "old");
      stage.move("b", "a");
      for (const name of ["a", "old", "b"]) stage.tell(name);
      stage.wait(LONG);
      assert.deepEqual(stage.movies(), ["a/s: 1-1/1", "old/s: 1-1/1"]);
      assert.equal(stage.frames("a/s"), "1@2");
    });

    it("a description that is written, changed and taken away changes its movies", (test) => {
      const stage = new Stage(test, options);
      stage.put("s1.tga", "s2.tga");
      stage.scan();
      const log = stage.catalogue.find("s");
      const say = (text: string): void => {
        stage.write("movie.json", text);
        stage.tell("movie.json", "change");
        stage.wait(LONG);
      };
      say('{"title":"Horse","fps":12,"last":3,"missing":"hold"}');
      assert.deepEqual(
        [log?.title, log?.rate.numerator, log?.last, log?.state, log?.missing],
        ["Horse", 12, 3, "live", "hold"],
      );
      stage.write("s3.tga", "x");
      stage.tell("s3.tga");
      stage.wait(LONG);
      assert.deepEqual(stage.told, ["s landed 3", "s ended"]);
      say("{");
      assert.deepEqual([log?.title, log?.rate.numerator, log?.last], [undefined, 24, 3]);
      assert.deepEqual(stage.leftOut, ["SETTING_INVALID"]);
      stage.remove("movie.json");
      stage.tell("movie.json");
      stage.wait(LONG);
      assert.equal(stage.catalogue.find("s"), log);
    });

    // Names are a function of what is there, whatever came first.
    it("a collision that comes up later gives both movies other names", (test) => {
      const stage = new Stage(test, options);
      stage.put("s1.tga", "s2.tga");
      stage.scan();
      stage.write("s1.sgi", "x");
      stage.tell("s1.sgi");
      stage.wait(LONG);
      assert.deepEqual(stage.told, ["s gone", "gone s", "added s~sgi", "added s~tga"]);
      assert.equal(stage.frames("s~tga"), "1@2 2@2");
      stage.remove("s1.sgi");
      stage.tell("s1.sgi");
      stage.wait(LONG);
      assert.deepEqual(stage.movies(), ["s: 1-2/2"]);
    });

    it("the library's own folder may go and come back", (test) => {
      const stage = new Stage(test, options);
      stage.put("s1.tga");
      stage.scan();
      stage.wait(LONG);
      stage.move("", "../away");
      stage.tell(stage.root.slice(stage.root.lastIndexOf("/") + 1));
      stage.wait(LONG);
      assert.deepEqual(stage.movies(), []);
      stage.move("../away", "");
      stage.wait(LONG);
      assert.deepEqual(stage.movies(), ["s: 1-1/1"]);
    });

    // A disk that is full of a night's frames is copied beside the others in one go.
    it("2,000 files that land at once are 2,000 frames, each told once", (test) => {
      const stage = new Stage(test, options);
      stage.put("s.0001.tga");
      stage.scan();
      for (let number = 2; number <= 2001; number++) {
        const file = `s.${String(number).padStart(4, "0")}.tga`;
        writeFileSync(join(stage.root, file), "x");
        stage.tell(file);
        stage.tell(file, "change");
      }
      stage.wait(LONG);
      assert.deepEqual(stage.movies(), ["s: 1-2001/2001"]);
      assert.equal(new Set(stage.told).size, 2000);
      assert.equal(stage.told.length, 2000);
    });

    it("permissions that are taken away take the movies, and give them back", (test) => {
      if (process.getuid?.() !== 0) return test.skip("only root can become somebody else and come back");
      const stage = new Stage(test, options);
      stage.put("a/s1.tga", "t1.tga");
      chmodSync(stage.root, 0o755);
      process.seteuid?.(65_534);
      try {
        stage.scan();
        assert.deepEqual(stage.movies(), ["a/s: 1-1/1", "t: 1-1/1"]);
        process.seteuid?.(0);
        chmodSync(join(stage.root, "a"), 0o700);
        process.seteuid?.(65_534);
        stage.tell("a", "change");
        stage.tell("a", "change", "a");
        stage.wait(LONG);
        assert.deepEqual(stage.movies(), ["t: 1-1/1"]);
        assert.deepEqual(stage.leftOut, ["LIBRARY_UNREADABLE"]);
        process.seteuid?.(0);
        chmodSync(join(stage.root, "a"), 0o755);
        process.seteuid?.(65_534);
        stage.tell("a", "change");
        stage.wait(LONG);
        assert.deepEqual(stage.movies(), ["a/s: 1-1/1", "t: 1-1/1"]);
      } finally {
        process.seteuid?.(0);
      }
    });
  });
}
