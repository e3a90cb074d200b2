import assert from "node:assert/strict";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import { readRaster } from "../../client/index.ts";
import { drawHalfBlocks } from "../../src/cli/terminal/halfBlocks.ts";
import { shallow } from "../../src/cli/terminal/raster.ts";
import { writeDemoMovie } from "../../src/main.ts";
import { makeFolder } from "./movies.ts";
import { Program } from "./program.ts";
import { serve } from "./server.ts";
import { Terminal } from "./terminal.ts";
import { runTool } from "./tool.ts";

/** All of the demo movie's pixels fit into it. */
const LARGE = { columns: 200, rows: 70 } as const;

async function demo(test: TestContext): Promise<{ library: string; url: string; folder: string }> {
  const folder = makeFolder(test);
  const library = join(folder, "images");
  await writeDemoMovie(library);
  const { http } = await serve(test, library);
  return { library, folder, url: `http://127.0.0.1:${http?.port ?? assert.fail("no HTTP")}` };
}

function frameFile(library: string, number: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(join(library, `sw${number}.ppm`)));
}

/** Runs a command to its end. @returns what it printed */
async function run(test: TestContext, ...args: string[]): Promise<string> {
  const program = Program.start(test, args);
  const { status } = await program.ended;
  assert.equal(status, 0, program.printed);
  return program.printed;
}

describe("mutoscope play", () => {
  // The label and the picture never disagree: both are read from the screen.
  it("shows the very pixels of the frame whose number it says, wherever the keys lead", async (test) => {
    const { library, url } = await demo(test);
    const terminal = new Terminal(test, ["play", url, "sw"], LARGE);
    const isShown = async (number: number): Promise<void> => {
      await terminal.shows(new RegExp(`^.*${number} of 1–100 .*paused`, "ms"));
      const raster = shallow(readRaster({ format: "ppm", bytes: frameFile(library, number) }));
      const expected = drawHalfBlocks(raster, LARGE, "true");
      for (const line of expected)
        assert.ok(terminal.screen.includes(line), `another picture than ${number}`);
    };
    await terminal.shows(/of 1–100 {2}sw {2}▶ 24 fps {2}priority 3/);
    terminal.press("k42\r");
    await isShown(42);
    terminal.press(".");
    await isShown(43);
    terminal.press("\u001B[D");
    await isShown(42);
    terminal.press("\u001B[F");
    await isShown(100);
    terminal.press("\u001B[1;2D");
    await isShown(90);
    terminal.press("\u001B[H");
    await isShown(1);
    terminal.press("q");
    assert.equal(await terminal.ended, 0);
    assert.ok(terminal.printed.endsWith("\u001B[?1049l"), "the terminal is given back");
  });

  it("plays backwards and faster with J and L", async (test) => {
    const { url } = await demo(test);
    const terminal = new Terminal(test, ["play", url, "--from", "90", "--loop"]);
    await terminal.shows(/▶ 24 fps/);
    terminal.press("ll");
    await terminal.shows(/▶ 96 fps ×4/);
    terminal.press("j");
    await terminal.shows(/◀ 24 fps/);
    terminal.press("q");
    assert.equal(await terminal.ended, 0);
  });

  // Twice a rate of film is no number of few decimals, and eight times a fast one more than a server plays.
  it("plays faster with L whatever the movie's rate is", async (test) => {
    const { url } = await demo(test);
    const terminal = new Terminal(test, ["play", url, "sw", "--fps", "30000/1001", "--loop"]);
    await terminal.shows(/▶ 29.97 fps {2}/);
    terminal.press("l");
    await terminal.shows(/▶ 59.94 fps ×2/);
    terminal.press("l");
    await terminal.shows(/^.*[1-9][0-9]? of 1–100 .*▶ 119.88 fps ×4/ms);
    terminal.press("q");
    assert.equal(await terminal.ended, 0);
    const fast = new Terminal(test, ["play", url, "sw", "--fps", "240000/1001", "--loop"]);
    await fast.shows(/▶ 239.76 fps {2}/);
    fast.press("lll");
    await fast.shows(/^.*[1-9][0-9]? of 1–100 .*▶ 1000 fps ×8/ms);
    fast.press("q");
    assert.equal(await fast.ended, 0);
  });

  // Escape sequences in a file or a log are of no use to anybody.
  it("says what it needs where there is no terminal, or what is wrong without a server", async (test) => {
    const { url } = await demo(test);
    const piped = Program.start(test, ["play", url, "sw"]);
    assert.equal((await piped.ended).status, 2);
    assert.equal(piped.printed, "");
    const terminal = new Terminal(test, ["play", "http://127.0.0.1:1", "sw"]);
    assert.equal(await terminal.ended, 1);
    assert.match(terminal.printed, /SERVER_UNREACHABLE/);
  });
});

describe("mutoscope record and grab", () => {
  // Evidence that is copied must stay evidence.
  it("save frames byte for byte, each under its own number", async (test) => {
    const { library, folder, url } = await demo(test);
    const said = await run(
      test,
      "record",
      url,
      "sw",
      "--range",
      "8-12",
      "-o",
      join(folder, "out", "take.%04d.ppm"),
    );
    assert.match(said, /^sw: 5 frames, 8 to 12, /);
    assert.deepEqual(
      readdirSync(join(folder, "out")),
      [8, 9, 10, 11, 12].map((number) => `take.${String(number).padStart(4, "0")}.ppm`),
    );
    const saved = new Uint8Array(readFileSync(join(folder, "out", "take.0010.ppm")));
    assert.deepEqual(saved, frameFile(library, 10));
  });

  it("write over nothing, unless they are told to", async (test) => {
    const { folder, url } = await demo(test);
    writeFileSync(join(folder, "out.2.png"), "mine");
    const pattern = join(folder, "out.#.png");
    const refused = Program.start(test, ["record", url, "sw", "--range", "1-3", "-o", pattern]);
    assert.equal((await refused.ended).status, 1);
    assert.equal(readFileSync(join(folder, "out.2.png"), "utf8"), "mine");
    await run(test, "record", url, "sw", "--range", "1-3", "-o", pattern, "--force", "--width", "80");
    const listed = await runTool("pngtopnm", [join(folder, "out.2.png")]);
    assert.match(listed.subarray(0, 20).toString("latin1"), /^P6\n80 60\n255\n/);
  });

  it("get one frame from a server as they make it without one", async (test) => {
    const { library, folder, url } = await demo(test);
    await run(test, "grab", url, "sw", "42", "-o", join(folder, "far.png"));
    await run(test, "grab", library, "--frame", "42", "-o", join(folder, "near.png"));
    assert.deepEqual(readFileSync(join(folder, "far.png")), readFileSync(join(folder, "near.png")));
  });
});
