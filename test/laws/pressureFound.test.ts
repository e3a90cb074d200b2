import { test } from "node:test";
import { Contention } from "./contention.ts";
import { Tribunal } from "./promises.ts";
import type { Limits, Play, Workload } from "./workloads.ts";

// Workloads that once broke a promise, made small. Random ones meet such a case once in a thousand.

const limits: Limits = {
  server: undefined,
  client: undefined,
  priorities: new Map(),
  slice: 1000,
  batch: 1,
  slots: 16,
  ringBytes: 1e10,
  windowMessages: 4,
  windowBytes: 1000,
  inFlight: 1e12,
};

const play = (what: Pick<Play, "movie" | "priority" | "contract"> & Partial<Play>): Play => ({
  kind: "play",
  at: 0,
  rate: undefined,
  repeat: false,
  ...what,
});

const fast = (...acts: readonly Play[]): Workload["viewers"][number] => ({
  road: { kind: "fast", pause: undefined },
  acts,
});

const every = (ms: number): Play["rate"] => ({ numerator: 1000, denominator: ms });

// Whoever may go on when nobody may start must have the bytes for it, too.
test("a started message keeps to its priority's bucket while the in-flight bound lets nobody start", () => {
  const contention = new Contention({
    limits: {
      ...limits,
      priorities: new Map([[0, { perMs: 22.34, burst: 1500 }]]),
      ringBytes: 1e6,
      windowMessages: 1,
      windowBytes: 1,
      inFlight: 4000,
    },
    movies: [
      { size: 232, frames: 63 },
      { size: 16_806, frames: 18 },
    ],
    viewers: [
      fast(play({ movie: 1, priority: 0, contract: "all" })),
      fast(play({ movie: 0, priority: 0, contract: "paced", rate: every(384) })),
    ],
    latency: 0,
    span: 1920,
  });
  new Tribunal(contention.run()).watch();
});

// A turn that asks for the next one without having done anything keeps the event loop busy for ever.
test("with one slot, a small room in flight and a priority's bucket the pump comes to rest", () => {
  const contention = new Contention({
    limits: {
      ...limits,
      server: { perMs: 200, burst: 10_000 },
      priorities: new Map([[0, { perMs: 85.28, burst: 1500 }]]),
      slots: 1,
      inFlight: 4000,
    },
    movies: [
      { size: 835, frames: 26 },
      { size: 1168, frames: 91 },
      { size: 1945, frames: 12 },
    ],
    viewers: [
      fast(play({ movie: 1, priority: 0, contract: "paced", rate: every(29) })),
      fast(play({ movie: 1, priority: 1, contract: "latest" })),
      fast(play({ at: 170, movie: 1, priority: 255, contract: "paced", rate: every(10) })),
      fast(
        play({ at: 375, movie: 0, priority: 255, contract: "all", rate: every(29) }),
        play({ at: 417, movie: 2, priority: 0, contract: "paced", rate: { numerator: 24, denominator: 1 } }),
      ),
      fast(play({ movie: 0, priority: 0, contract: "paced", rate: every(10) })),
    ],
    latency: 0,
    span: 575,
  });
  new Tribunal(contention.run()).watch();
});
