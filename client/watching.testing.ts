import type { Client } from "./client.ts";
import { type ConnectOptions, connect } from "./connect.ts";
import { type FakeConnection, FakeNetwork, ManualSurroundings, settled } from "./fakes.testing.ts";
import type { Playback } from "./playback.ts";
import type { PlaybackReceipt } from "./receipt.ts";
import type { Frame } from "./shelf.ts";

/** A client, what it is connected to, and its time. */
export type Scene = {
  readonly client: Client;
  readonly network: FakeNetwork;
  readonly surroundings: ManualSurroundings;
  /** The first connection. */
  readonly server: FakeConnection;
};

/** A client on its first connection. */
export async function connected(
  urls: string | readonly string[] = "ws://a/ws",
  options: ConnectOptions = {},
): Promise<Scene> {
  const network = new FakeNetwork();
  const surroundings = new ManualSurroundings();
  const promise = connect(urls, { WebSocket: network.WebSocket, surroundings, ...options });
  const server = network.last;
  server.accept();
  return { client: await promise, network, surroundings, server };
}

/** Waits until the client has connected anew, and takes it. */
export async function reconnected({ network, surroundings }: Scene): Promise<FakeConnection> {
  const before = network.connections.length;
  for (let tries = 0; tries < 50 && network.connections.length === before; tries++)
    await surroundings.pass(200);
  network.last.accept();
  return network.last;
}

/** A program that reads all frames, and what came of it. */
export class Program {
  readonly frames: Frame[] = [];
  receipt: PlaybackReceipt | undefined;
  error: unknown;
  readonly done: Promise<void>;

  constructor(playback: Playback) {
    this.done = this.#read(playback);
  }

  get numbers(): readonly number[] {
    return this.frames.map(({ number }) => number);
  }

  async #read(playback: Playback): Promise<void> {
    try {
      for (;;) {
        const result = await playback.next();
        if (result.done === true) {
          this.receipt = result.value;
          return;
        }
        this.frames.push(result.value);
      }
    } catch (error) {
      this.error = error;
    }
  }
}

/** The numbers of the next frames that the program takes. */
export async function take(playback: Playback, count: number): Promise<number[]> {
  const numbers: number[] = [];
  for (let index = 0; index < count; index++) {
    const result = await playback.next();
    if (result.done === true) break;
    numbers.push(result.value.number);
  }
  await settled();
  return numbers;
}
