import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { type Where, waysTo } from "./elsewhere.ts";

const WHERE: Where = { origin: "http://h:8080", host: "h", classic: 7038 };

describe("commands to watch a movie elsewhere", () => {
  // A command that has to be mended before it works is none.
  it("name the movie as each protocol writes it, whatever its name is", () => {
    const commands = waysTo("it's 50%: a, b/ü", "24", WHERE).map(({ command }) => command);
    assert.ok(
      commands.some((each) =>
        each.includes("/movies/it's%2050%25%3A%20a%2C%20b%2F%C3%BC".replace("'", `'\\''`)),
      ),
    );
    const netcat = commands.find((each) => each.startsWith("printf")) ?? assert.fail("no netcat");
    const [print = ""] = netcat.split(" | nc");
    const { stdout } = spawnSync("sh", ["-c", print], { encoding: "utf8" });
    assert.equal(stdout, "me:3:start_movie:it's 50%25%3A a%2C b/ü\n");
  });

  it("are plain where nothing needs to be quoted", () => {
    const commands = waysTo("sw", "24", WHERE).map(({ command }) => command);
    assert.ok(commands.includes("ffplay http://h:8080/movies/sw.mjpeg"));
    assert.ok(commands.some((each) => each.includes('<mutoscope-player src="http://h:8080/movies/sw"')));
  });

  it("leave the classic protocol out where its port is not known", () => {
    const ways = waysTo("sw", "24", { ...WHERE, classic: undefined });
    assert.ok(!ways.some(({ command }) => command.includes("nc -N")));
  });
});
