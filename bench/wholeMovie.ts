import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Serving } from "./serving.ts";
import type { BenchMovie } from "./movie.ts";

/** What has to be known of a server to check it. */
export type Checked = Pick<Serving, "name" | "speaks" | "port">;

/** How long a server may send nothing, or not know its movie yet. */
const PATIENCE_MS = 15_000;

/** How often a server that does not know the movie yet is asked again. */
const ASK_AGAIN_MS = 50;

/**
 * Reads the whole movie and its first frame again from a server, and rejects unless every byte is the
 * movie's: a server that is fast with wrong bytes is not measured.
 */
export async function checkBytes(serving: Checked, movie: BenchMovie): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  const check = serving.speaks === "http" ? checkFiles : checkPlayback;
  while ((await check(serving, movie)) === "not yet") {
    if (performance.now() > deadline)
      throw new Error(`${serving.name} does not know the movie after ${PATIENCE_MS} ms`);
    await sleep(ASK_AGAIN_MS);
  }
}

/** A server may listen before it has looked through its library; then it does not know the movie yet. */
const UNKNOWN = /^ERR (LIBRARY_SCANNING|MOVIE_NOT_FOUND) /;

/** Its code stands at the beginning. */
const LONGEST_ERROR = 80;

async function checkPlayback(serving: Checked, movie: BenchMovie): Promise<"whole" | "not yet"> {
  const expected = Buffer.concat([...movie.frames, ...movie.frames.slice(0, 1)]);
  const socket = connect(serving.port, "127.0.0.1");
  socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error(`${serving.name} stopped sending`)));
  socket.write(`check:3:start_movie:${movie.name},1\n`);
  let offset = 0;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    if (offset === 0 && UNKNOWN.test(chunk.subarray(0, LONGEST_ERROR).toString("latin1"))) return "not yet";
    const part = chunk.subarray(0, expected.length - offset);
    if (!part.equals(expected.subarray(offset, offset + part.length))) {
      const beginning = JSON.stringify(part.subarray(0, 80).toString("latin1"));
      throw new Error(`${serving.name} sent other bytes than the movie's after byte ${offset}: ${beginning}`);
    }
    offset += part.length;
    if (offset === expected.length) return "whole";
  }
  throw new Error(`${serving.name} closed after ${offset} bytes of the movie`);
}

async function checkFiles(serving: Checked, movie: BenchMovie): Promise<"whole"> {
  for (const [index, frame] of movie.frames.entries()) {
    const url = `http://127.0.0.1:${serving.port}/${movie.name}${index + 1}.ppm`;
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const body = Buffer.from(await response.arrayBuffer());
    if (response.status !== 200 || !body.equals(frame))
      throw new Error(`${url}: status ${response.status}, ${body.length} bytes, which are not the frame's`);
  }
  return "whole";
}
