import { Bytes, KiB, Priority } from "../../src/base/units.ts";
import type { EgressLimits } from "../../src/dispatch/egress.ts";
import { makePlan, type Plan, type PlayWish } from "../../src/playback/plan.ts";
import { VirtualClock } from "../../src/simulate/clock.ts";
import { SimulatedFrames, type FramesOptions } from "../../src/simulate/frames.ts";
import { SimulatedLog } from "../../src/simulate/log.ts";
import { SimulatedServer } from "../../src/simulate/server.ts";
import type { Link } from "../../src/simulate/sink.ts";
import { enveloped } from "./reader.ts";

/** Takes everything at once. */
export const FAST: Link = { rate: Number.POSITIVE_INFINITY, buffer: Bytes(0) };

/** Reads nothing, ever. */
export const STALLED: Link = { rate: 0, buffer: Bytes(0) };

/** A server with the product's sizes and one movie, for tests that need not be general. */
export function open(options: {
  frames?: Partial<FramesOptions>;
  /** What production is. Default: `SimulatedFrames`. */
  makeFrames?: new (options: FramesOptions) => SimulatedFrames;
  slots?: number;
  count?: number;
  atOnce?: number;
  /** Default: no budget. */
  egress?: EgressLimits;
}): {
  readonly clock: VirtualClock;
  readonly frames: SimulatedFrames;
  readonly server: SimulatedServer;
  readonly log: SimulatedLog;
  /** For the one movie, unless another is given. */
  readonly plan: (wish: Partial<PlayWish>, of?: SimulatedLog) => Plan;
} {
  const clock = new VirtualClock();
  const Made = options.makeFrames ?? SimulatedFrames;
  const frames = new Made({ clock, size: () => 57_654, ...options.frames });
  const window = {
    messages: 2,
    bytes: Bytes(512 * KiB),
    atHand: Bytes(128 * KiB),
    atOnce: options.atOnce ?? 2,
  };
  const server = new SimulatedServer({
    clock,
    frames,
    lookAhead: window,
    ring: {
      slots: options.slots ?? 4096,
      bytes: Bytes(256e6),
      windowMessages: window.messages,
      windowBytes: window.bytes,
    },
    batch: 8,
    handOver: Bytes(128 * KiB),
    slice: Bytes(256 * KiB),
    inFlight: Bytes(512e6),
    ...(options.egress && { egress: options.egress }),
  });
  const numbers = Array.from({ length: options.count ?? 100 }, (_, index) => index + 1);
  const log = new SimulatedLog("m", numbers, { rate: { numerator: 25, denominator: 1 } });
  const wish: PlayWish = {
    start: undefined,
    from: undefined,
    to: undefined,
    repeat: false,
    rate: undefined,
    contract: "all",
    missing: "error",
    priority: Priority(3),
  };
  return {
    clock,
    frames,
    server,
    log,
    plan: (change, of = log) => makePlan(of, { ...wish, ...change }, enveloped),
  };
}
