import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { describe, it } from "node:test";
import { until, within } from "./deadline.ts";
import { makeFolder, upTo } from "./movies.ts";
import { Program } from "./program.ts";
import { runTool } from "./tool.ts";

const DEFAULT_PORT = 7038;

/** What the README tells to type. */
async function watchWithNetcat(port: number, folder: string): Promise<string> {
  const file = join(folder, "out.ppm");
  await runTool("bash", [
    "-o",
    "pipefail",
    "-c",
    `printf 'a:1:start_movie:sw\\n' | nc -N 127.0.0.1 ${port} > '${file}'`,
  ]);
  return file;
}

/** Whether nobody listens there. */
async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  const [outcome] = await Promise.race([
    once(server, "listening").then(() => ["free"]),
    once(server, "error").then(() => ["taken"]),
  ]).catch(() => ["taken"]);
  server.close();
  return outcome === "free";
}

/** Whether a connection is refused: the server is gone, and not only the npm that started it. */
async function isGone(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return false;
  } catch {
    return true;
  } finally {
    socket.destroy();
  }
}

/** Told to stop as a supervisor does it, `npm start` leaves with all that it started. */
async function stop(program: Program, port: number): Promise<void> {
  program.process.kill("SIGTERM");
  await within(program.ended, "the end of npm start");
  await until(() => isGone(port), "the end of the server");
}

async function checkPictures(file: string): Promise<void> {
  const entries = "stream=codec_name,width,height,nb_read_frames";
  const flags = `-v error -f image2pipe -count_frames -show_entries ${entries} -of csv=p=0`;
  const probe = await runTool("ffprobe", [...flags.split(" "), file]);
  assert.equal(probe.toString().trim(), "ppm,160,120,100");
  const listed = (await runTool("pamfile", ["-allimages", file])).toString().trim().split("\n");
  assert.equal(listed.length, 100);
  for (const line of listed) assert.match(line, /PPM raw, 160 by 120 {2}maxval 255$/);
}

describe("the first session", () => {
  // Exactness is what people must be able to take for granted, in the programs that they use anyway.
  it("gives netcat 100 images for ffmpeg and netpbm, equal to the frames' files", async (test) => {
    const folder = makeFolder(test);
    const library = join(folder, "images");
    const program = Program.npmStart(test, ["--classic", "0", "--http", "0", "--keep", library]);
    const port = await program.port();
    const file = await watchWithNetcat(port, folder);
    await checkPictures(file);
    const frames = upTo(100).map((number) => readFileSync(join(library, `sw${number}.ppm`)));
    assert.ok(readFileSync(file).equals(Buffer.concat(frames)), "other bytes than the frames' files have");
    await stop(program, port);
  });

  // The README's first lines name no port: what they say must hold as it is printed there.
  it(`is served by npm start on port ${DEFAULT_PORT}, which leaves nothing behind`, async (test) => {
    if (!(await isFree(DEFAULT_PORT))) return test.skip(`another program listens on port ${DEFAULT_PORT}`);
    const folder = makeFolder(test);
    const program = Program.npmStart(test, [], { TMPDIR: folder });
    assert.equal(await program.port(), DEFAULT_PORT);
    const drawn = readdirSync(folder).filter((name) => name.startsWith("mutoscope-demo-"));
    assert.equal(drawn.length, 1);
    const file = await watchWithNetcat(DEFAULT_PORT, folder);
    assert.equal(readFileSync(file).length, 100 * ("P6\n160 120\n255\n".length + 3 * 160 * 120));
    await stop(program, DEFAULT_PORT);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith("mutoscope-demo-")),
      [],
    );
  });
});
