import type { TestContext } from "node:test";
import { Bytes } from "../base/units.ts";
import { type Metrics, startMetrics } from "./metrics.ts";
import type { Stages } from "./metrics/stages.ts";

/** A server at rest, whose library was looked through. */
const AT_REST: Stages = {
  held: { messages: 0, bytes: 0, inFlight: 0 },
  usage: [],
  tokens: { server: undefined, priorities: [] },
  production: {
    workers: 1,
    busy: 0,
    queued: 0,
    cachedBytes: 0,
    evicted: 0,
    disk: { used: 0, found: 0, stored: 0, refused: 0, failed: 0 },
  },
  playbacks: [],
  connections: { classic: 0, http: 0, websocket: 0 },
  library: { isComplete: true, folders: 1, movies: 1, frames: 100 },
};

/** Metrics of stages that say what they are told to, and tell when they are asked. */
export function measuring(t: TestContext, stages: Partial<Stages> = {}, asked?: () => void): Metrics {
  const metrics = startMetrics({
    isRead: true,
    version: "1.2.3",
    limits: {
      slots: 4096,
      ringBytes: Bytes(1 << 28),
      inFlight: Bytes(1 << 29),
      maxConnections: 1000,
      workers: 2,
      maxWorkers: 8,
      cache: Bytes(1 << 29),
      diskCache: Bytes(1 << 30),
      egress: "none",
      clientEgress: "none",
      priorityEgress: new Map(),
      floors: new Map(),
    },
    look: () => {
      asked?.();
      return { ...AT_REST, ...stages };
    },
  });
  t.after(() => metrics.stop());
  return metrics;
}
