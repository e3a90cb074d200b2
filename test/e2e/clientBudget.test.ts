import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { connect } from "../../client/index.ts";
import type { RunningServer } from "../../src/main.ts";
import { BitRate } from "../../src/base/units.ts";
import { makeFolder, upTo, writeMovie } from "./movies.ts";
import { serve } from "./server.ts";
import { urlOf } from "./web.ts";

const RATE = 8e6;
/** A second's bytes, and the burst: `limits` says it. */
const PER_SECOND = RATE / 8;
const BURST = 512 * 1024;
const SECONDS = 2;

/** Frames of 58 kB, and a budget for each client. */
async function serveLimited(test: TestContext): Promise<RunningServer> {
  const library = makeFolder(test);
  writeMovie(library, "sw", upTo(20), { width: 160, height: 120 });
  return serve(test, library, { clientEgress: BitRate(RATE) });
}

function assertWithin(bytes: number, seconds: number): void {
  assert.ok(bytes <= BURST + PER_SECOND * seconds * 1.1, `${bytes} bytes in ${seconds} s`);
  assert.ok(bytes >= 0.6 * PER_SECOND * seconds, `only ${bytes} bytes in ${seconds} s`);
}

// A page with four players, and whoever opens thirty, is one client.
test("the playbacks of a WebSocket share what their client may be sent, and all go on", async (test) => {
  const server = await serveLimited(test);
  const client = await connect(urlOf(server, "/ws").replace("http", "ws"));
  const counts = [0, 0, 0, 0];
  const began = performance.now();
  const watch = async (index: number): Promise<void> => {
    for await (const frame of client.play("sw", { loop: true, rendition: { format: "ppm" } })) {
      counts[index] = (counts[index] ?? 0) + frame.bytes.byteLength;
      if (performance.now() - began > SECONDS * 1000) return;
    }
  };
  await Promise.all(counts.map((_, index) => watch(index)));
  const seconds = (performance.now() - began) / 1000;
  client.close();
  assertWithin(
    counts.reduce((sum, each) => sum + each, 0),
    seconds,
  );
  assert.ok(Math.min(...counts) > 0.1 * PER_SECOND, `${counts.join(", ")} bytes`);
});

test("one frame after the other on a connection is no way around it", async (test) => {
  const server = await serveLimited(test);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  test.after(() => agent.destroy());
  const url = urlOf(server, "/movies/sw/frames/1.ppm");
  const began = performance.now();
  let bytes = 0;
  while (performance.now() - began < SECONDS * 1000) {
    const [response] = (await once(get(url, { agent }), "response")) as [IncomingMessage];
    bytes += (await buffer(response)).length;
  }
  assertWithin(bytes, (performance.now() - began) / 1000);
});
