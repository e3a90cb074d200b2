import assert from "node:assert/strict";
import type { Client, Frame, Playback, PlaybackReceipt, PlayOptions } from "../../../client/index.ts";
import { connect } from "../../../client/index.ts";
import { type Attempt, Network } from "./network.ts";
import type { World } from "./world.ts";

export type Trial = {
  readonly options: PlayOptions;
  /** What becomes of each attempt to connect, by its number from 0 and the address. */
  readonly decide: (attempt: number, url: string) => Attempt;
  readonly urls?: readonly string[];
  /** Milliseconds that the program takes over a frame. */
  readonly pace?: (frame: number) => number;
  /** The program leaves its loop after so many frames. */
  readonly most?: number;
  /** What the program does before it takes the next frame, also before the first. */
  readonly onFrame?: (frames: readonly Frame[], playback: Playback) => Promise<void>;
};

/** What a program has seen. */
export type Seen = {
  readonly frames: readonly Frame[];
  readonly receipt: PlaybackReceipt;
  readonly attempts: readonly { readonly url: string; readonly at: number }[];
};

/** Longer than the network, and a program's own pauses, take, in milliseconds. */
const MOMENT = 500;

export const MOVIE = "sw";
export const URLS = ["ws://first:8080/ws"];

/** A client of a network, in its time. */
export function connectIn(world: World, network: Network, urls: readonly string[] = URLS): Promise<Client> {
  return connect(urls, { WebSocket: network.WebSocket, surroundings: world });
}

/** Plays the movie with a program that takes every frame, and closes. */
export async function seenOf(
  world: World,
  { options, decide, urls, pace, most = Infinity, onFrame }: Trial,
): Promise<Seen> {
  const network = new Network(world, decide);
  const client = await world.until(connectIn(world, network, urls));
  const playback = client.play(MOVIE, options);
  const frames: Frame[] = [];
  const program = async (): Promise<void> => {
    await onFrame?.(frames, playback);
    for await (const frame of playback) {
      // Once it is done with a frame, a program may do with its bytes what it wants.
      frames.push({ ...frame, bytes: frame.bytes.slice() });
      frame.bytes.fill(255);
      if (frames.length >= most) break;
      await onFrame?.(frames, playback);
      const ms = pace?.(frames.length) ?? 0;
      if (ms > 0) await world.pause(ms);
    }
  };
  try {
    await world.until(program());
    const receipt = await world.until(playback.receipt);
    return { frames, receipt, attempts: network.attempts };
  } finally {
    client.close();
    // What is on its way arrives; a timer that was left would wait for longer.
    await world.pass(MOMENT);
    assert.equal(world.waiting, 0, "a timer is left");
  }
}
