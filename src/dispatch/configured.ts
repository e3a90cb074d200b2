import type { ByPriority } from "../base/egressKind.ts";
import { ownBurstFor } from "../base/handOvers.ts";
import { type BitRate, Bytes, KiB } from "../base/units.ts";
import type { DispatcherOptions } from "./dispatcher.ts";
import type { BucketLimits, EgressLimits } from "./egress.ts";

/** The settings that a dispatcher follows from, as the table of settings names them. */
export type DispatcherSettings = {
  readonly slots: number;
  readonly ringBytes: Bytes;
  readonly window: Bytes;
  readonly batch: number;
  readonly inFlight: Bytes;
  readonly slice: Bytes;
  readonly egress: BitRate | "none";
  readonly egressBurst: Bytes;
  readonly clientEgress: BitRate | "none";
  readonly priorityEgress: ByPriority<BitRate>;
  readonly floors: ByPriority<number>;
};

/** Messages of one playback that may wait, whatever their size: with one, a gap follows each. */
const WINDOW_MESSAGES = 2;

/**
 * Gathering small messages up to about this much saves system calls; gathering more costs more than it saves.
 */
const HAND_OVER = Bytes(128 * KiB);

/** A dispatcher as these settings want it, for a server and for the simulation of one. */
export function configured(settings: DispatcherSettings): Omit<DispatcherOptions, "clock"> {
  const { slots, ringBytes, window, batch, inFlight, slice, floors } = settings;
  return {
    ring: { slots, bytes: ringBytes, windowMessages: WINDOW_MESSAGES, windowBytes: window },
    batch,
    handOver: Bytes(Math.min(HAND_OVER, slice)),
    slice,
    inFlight,
    egress: egressLimits(settings),
    floors,
  };
}

/**
 * How far a playback looks ahead to fill its window, and how far where frames are at hand: it offers more
 * after each hand-over, so that what the next one takes is enough. What waits beyond that waits for nothing,
 * and a server of many viewers pays for going through it.
 *
 * @param atOnce frames that production makes side by side
 */
export function lookAheadOf(
  { ring, handOver }: Pick<DispatcherOptions, "ring" | "handOver">,
  atOnce: number,
) {
  const { windowMessages: messages, windowBytes: bytes } = ring;
  return { messages, bytes, atHand: Bytes(Math.min(bytes, handOver)), atOnce } as const;
}

function egressLimits(settings: DispatcherSettings): EgressLimits {
  const { egress, egressBurst, clientEgress, priorityEgress, slice } = settings;
  const bucket = (rate: BitRate): BucketLimits => ({ rate, burst: ownBurstFor(rate, slice) });
  return {
    server: egress === "none" ? undefined : { rate: egress, burst: egressBurst },
    client: clientEgress === "none" ? undefined : bucket(clientEgress),
    priorities: new Map([...priorityEgress].map(([priority, rate]) => [priority, bucket(rate)])),
  };
}
