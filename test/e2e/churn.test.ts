import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MiB, Ms } from "../../src/base/units.ts";
import { allowedConnections } from "../../src/transports/tcp/descriptors.ts";
import { until } from "./deadline.ts";
import { LARGE, SMALL, writeFootage } from "./footage.ts";
import { type Holdings, InspectedServer } from "./inspected.ts";
import { makeFolder, upTo } from "./movies.ts";
import { Wire } from "./wire.ts";

const CONNECTIONS = 10_000;
const ONE_BY_ONE = 2000;

/** Several hundred, unless the limit of open files is so low that both ends of them have no room. */
const BURST = Math.min(400, Math.floor(allowedConnections(0) / 4));

/** Two small frames. */
const SW_BYTES = 2 * 57_615;

/** Brings a connection into the state; whoever called it ends the connection then. */
type State = (wire: Wire) => Promise<void> | void;

const STATES: Readonly<Record<string, State>> = {
  "never said anything": () => undefined,
  "reset at once": (wire) => wire.leave("reset"),
  "half a request": (wire) => wire.send("a:1:start_mov"),
  "half a request, half closed": async (wire) => {
    wire.send("a:1:start_mov");
    wire.closeHalf();
    await wire.end();
  },
  "after an error": async (wire) => {
    wire.send("a:x:start_movie:sw\n");
    await wire.bytes(10);
    assert.match(wire.head, /^ERR PRIORITY_INVALID /);
  },
  "reading, inside of a frame": async (wire) => {
    wire.send("a:1:start_movie:big:1\n");
    await wire.bytes(100_000);
  },
  "stalled, inside of a frame": async (wire) => {
    wire.send("a:1:start_movie:big:1:tagged\n");
    await wire.bytes(1);
    wire.stopReading();
    await wire.leave("reset");
  },
  "idle after a movie": async (wire) => {
    wire.send("a:1:start_movie:sw\n");
    await wire.bytes(SW_BYTES);
  },
  "half closed, with a movie": async (wire) => {
    wire.send("a:1:start_movie:sw\n");
    wire.closeHalf();
    await wire.end();
    assert.match(wire.head, /^P6\n160 120\n/);
  },
  "a request without an end": (wire) => wire.send("a:1:start_movie:sw"),
  // Of a client that closes in order the server sees but a closed half, until the next frame is refused.
  "waiting for a due": async (wire) => {
    wire.send("a:1:start_movie:sw:1:2\n");
    await wire.bytes(SW_BYTES / 2);
  },
  "waiting for a due far away": async (wire) => {
    wire.send("a:1:start_movie:sw:0:0.001\na:1:stop_movie\na:1:seek_movie:sw:1:0:0.001\n");
    await wire.bytes(SW_BYTES / 2);
    await wire.leave("reset");
  },
};

const STATE_LIST = Object.values(STATES);

/** One after the other has its turn, and each is left in order one time and by a reset the next. */
async function live(port: number, turn: number): Promise<void> {
  const state = STATE_LIST[turn % STATE_LIST.length] ?? assert.fail("no state");
  const wire = await Wire.open(port);
  await state(wire);
  await wire.leave(Math.floor(turn / STATE_LIST.length) % 2 === 0 ? "close" : "reset");
}

async function liveOneByOne(port: number, count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await live(port, turn);
}

async function liveTogether(port: number, count: number): Promise<void> {
  for (let first = 0; first < count; first += BURST) {
    await Promise.all(upTo(BURST).map((index) => live(port, first + index)));
  }
}

function isQuiet({ connections, sockets, timers }: Holdings): boolean {
  return connections === 0 && sockets === 0 && timers === 0;
}

/** What the server holds when everybody is gone, also for the server. */
async function settle(server: InspectedServer): Promise<Holdings> {
  let last = await server.holdings();
  try {
    await until(async () => isQuiet((last = await server.holdings())), "rest");
  } catch {
    assert.fail(`the server does not come to rest: ${JSON.stringify(last)}`);
  }
  return last;
}

const NOTHING = {
  connections: 0,
  responses: 0,
  queues: 0,
  messages: 0,
  bytes: 0,
  inFlight: 0,
  timers: 0,
  sockets: 0,
};

describe("a server that many come to and leave", () => {
  // Laws 6 and 7. What one connection leaves behind, a month of connections makes a crash of.
  it(
    "holds after 10,000 connections in every state what it held before",
    { timeout: 90_000 },
    async (test) => {
      const folder = makeFolder(test);
      writeFootage(folder, "sw", upTo(2), SMALL);
      writeFootage(folder, "big", upTo(3), LARGE);
      const server = await InspectedServer.start(test, folder, { unterminated: Ms(500) });
      // Compiled code, cached frames, and what runtime and allocator keep for reuse belong to the start.
      await liveOneByOne(server.port, ONE_BY_ONE);
      await liveTogether(server.port, 2 * BURST);
      const { descriptors, ...before } = await settle(server);
      assert.deepEqual(before, NOTHING);
      const memoryBefore = await server.memory();
      await liveOneByOne(server.port, ONE_BY_ONE);
      await liveTogether(server.port, CONNECTIONS - ONE_BY_ONE);
      assert.deepEqual(await settle(server), { ...NOTHING, descriptors });
      const memory = await server.memory();
      test.diagnostic(JSON.stringify({ memoryBefore, memory }));
      // A kilobyte for each of the 10,000 would be 10 MB.
      assert.ok(memory.heapUsed - memoryBefore.heapUsed < 2 * MiB, "the heap has grown");
      assert.ok(memory.external - memoryBefore.external < 2 * MiB, "buffers were kept");
      // What the allocator keeps for bursts levels off: four times as many connections add a few megabytes.
      assert.ok(memory.rss - memoryBefore.rss < 96 * MiB, "the process has grown");
    },
  );

  // The limit is where attacks and mistakes end up: whoever is turned away must cost nothing that stays.
  it("turns those away who are too many, keeps nothing of them, and serves the others", async (test) => {
    const folder = makeFolder(test);
    writeFootage(folder, "sw", upTo(2), SMALL);
    writeFootage(folder, "big", upTo(3), LARGE);
    const maxConnections = 20;
    const server = await InspectedServer.start(test, folder, { maxConnections });
    // Once in every state, for the worker to have opened what it needs.
    await liveOneByOne(server.port, STATE_LIST.length);
    const { descriptors } = await settle(server);
    const guests = await Promise.all(upTo(maxConnections).map(() => Wire.open(server.port)));
    await until(async () => (await server.holdings()).connections === maxConnections, "all guests");
    let told = 0;
    for (let round = 0; round < 5; round += 1) {
      const refused = await Promise.all(upTo(Math.min(BURST, 200)).map(() => Wire.open(server.port)));
      for (const wire of refused) {
        await wire.end();
        assert.match(wire.head, /^(ERR CONNECTION_LIMIT [^\n]+\n)?$/);
        if (wire.head !== "") told += 1;
        await wire.leave("close");
      }
    }
    test.diagnostic(`${told} were told why`);
    assert.ok(told >= 64, `only ${told} were told why`);
    assert.equal((await server.holdings()).connections, maxConnections);
    for (const guest of guests) guest.send("a:1:start_movie:sw\n");
    for (const guest of guests) await guest.bytes(SW_BYTES);
    for (const guest of guests) await guest.leave("close");
    assert.deepEqual(await settle(server), { ...NOTHING, descriptors });
  });
});
