import assert from "node:assert/strict";
import { present } from "../../src/base/assert.ts";
import type { Contention, HandedOver } from "./contention.ts";
import { HAIR, Onlooker } from "./onlooker.ts";
import type { Bucket, Limits } from "./workloads.ts";

/** What adding up fractions of bytes may differ by. */
const CRUMB = 0.01;

/** A bucket as its promise says it: fed by what left, it says whether that was too much. */
export class Meter {
  readonly #bucket: Bucket;
  #level: number;
  #time = 0;

  constructor(bucket: Bucket) {
    this.#bucket = bucket;
    this.#level = bucket.burst;
  }

  /** When so many bytes may leave, if nothing else does. */
  readyAt(bytes: number): number {
    const lacking = Math.min(bytes, this.#bucket.burst) - this.#level;
    return lacking <= 0 ? this.#time : this.#time + lacking / this.#bucket.perMs;
  }

  /** Over every interval at most burst + rate × time: true of all of them when it is of a bucket. */
  take(time: number, bytes: number, whose: string): void {
    const { burst, perMs } = this.#bucket;
    this.#level = Math.min(this.#level + (time - this.#time) * perMs, burst) - bytes;
    this.#time = time;
    assert.ok(this.#level >= -CRUMB, `${-this.#level} bytes more than the bucket of ${whose} at ${time} ms`);
  }
}

/** All buckets of a server, and what they let pass. */
class Meters {
  readonly server: Meter | undefined;
  readonly #clients: readonly (Meter | undefined)[];
  readonly #priorities: ReadonlyMap<number, Meter>;

  constructor({ server, client, priorities }: Limits, clients: number) {
    this.server = server && new Meter(server);
    this.#clients = Array.from({ length: clients }, () => client && new Meter(client));
    this.#priorities = new Map([...priorities].map(([priority, bucket]) => [priority, new Meter(bucket)]));
  }

  /** When a client's own bucket lets so many bytes pass. */
  clientReadyAt(viewer: number, bytes: number): number {
    return this.#clients[viewer]?.readyAt(bytes) ?? 0;
  }

  /** When a priority's own bucket does. */
  priorityReadyAt(priority: number, bytes: number): number {
    return this.#priorities.get(priority)?.readyAt(bytes) ?? 0;
  }

  take({ time, viewer, bytes }: HandedOver, priority: number): void {
    this.server?.take(time, bytes, "the server");
    this.#clients[viewer]?.take(time, bytes, `client ${viewer}`);
    this.#priorities.get(priority)?.take(time, bytes, `priority ${priority}`);
  }
}

/** What a run was about: that no promise was kept only because nothing happened. */
export type Evidence = {
  handOvers: number;
  /** Hand-overs that somebody worse waited for. */
  preferred: number;
  /** Times that somebody waited for the server's budget alone. */
  budgetWaits: number;
  longestWait: number;
};

type Able = {
  readonly viewer: number;
  readonly onlooker: Onlooker;
  readonly since: number;
};

/** Who could go, and whom the dispatcher may have chosen. */
type Ready = { readonly sure: readonly Able[]; readonly perhaps: readonly Onlooker[] };

/**
 * Goes over what could be seen of a server that was told to be strict, and fails where it broke a promise.
 * Who can go is derived from what clients saw; of production and ring it presumes that frames are at hand.
 */
export class Tribunal {
  readonly onlookers: readonly Onlooker[];
  readonly evidence: Evidence = { handOvers: 0, preferred: 0, budgetWaits: 0, longestWait: 0 };
  readonly #meters: Meters;
  readonly #contention: Contention;
  /** When each priority was last handed something. */
  readonly #served = new Map<number, number>();

  constructor(contention: Contention) {
    const { limits, viewers } = contention.workload;
    this.#contention = contention;
    this.onlookers = viewers.map(() => new Onlooker(contention.workload));
    this.#meters = new Meters(limits, viewers.length);
  }

  /** Budgets, order and work conservation. */
  judge(): Evidence {
    this.#go((handOver, onlooker) => {
      const { time } = handOver;
      const ready = this.#ready(time);
      this.#checkConserving(ready, time);
      this.#checkWait(handOver, onlooker);
      const others = ready.sure.filter((one) => one.onlooker !== onlooker);
      const deadlines = others.map((one) => one.onlooker.deadline);
      return () => this.#checkOrder(handOver, onlooker, others, deadlines);
    });
    this.#checkConserving(this.#ready(this.#contention.workload.span), this.#contention.workload.span);
    return this.evidence;
  }

  /** Budgets, and what each client was given; nothing that depends on who could go. */
  watch(): Evidence {
    this.#go(() => () => {});
    return this.evidence;
  }

  /** Calls `before` for each hand-over of the span, and what that returns when it has been applied. */
  #go(before: (handOver: HandedOver, onlooker: Onlooker) => () => void): void {
    for (const happening of this.#contention.happenings) {
      const onlooker = present(this.onlookers[happening.viewer], "somebody else");
      if (happening.kind !== "handOver") onlooker.apply(happening);
      else {
        const after = before(happening, onlooker);
        this.#meters.take(happening, onlooker.priority);
        onlooker.apply(happening);
        after();
        this.#served.set(onlooker.priority, happening.time);
        this.evidence.handOvers += 1;
      }
    }
  }

  /** Who could go for a while, as dues, links and their own buckets tell. */
  #ready(now: number): Ready {
    const able = this.#able(now);
    const sure = able.flatMap((one) => {
      const { priority } = one.onlooker;
      // A priority's bucket is asked for the first in it alone, which may be one that waits for room: whoever
      // it is, a slice is enough.
      const { slice } = this.#contention.workload.limits;
      const since = Math.max(one.since, this.#meters.priorityReadyAt(priority, slice));
      return since <= now - HAIR ? { ...one, since } : [];
    });
    const perhaps = able.filter(
      ({ onlooker: { priority, need } }) => this.#meters.priorityReadyAt(priority, need) <= now,
    );
    return { sure, perhaps: perhaps.map(({ onlooker }) => onlooker) };
  }

  /** Whoever nothing but its priority's bucket and the server's can have kept. */
  #able(now: number): Able[] {
    const able: Able[] = [];
    for (const [viewer, onlooker] of this.onlookers.entries()) {
      const since = Math.max(onlooker.readySince, this.#meters.clientReadyAt(viewer, onlooker.need));
      if (since <= now - HAIR) able.push({ viewer, onlooker, since });
    }
    return able;
  }

  /** While somebody could go and there was enough for whoever was chosen, nothing must have waited. */
  #checkConserving({ sure, perhaps }: Ready, now: number): void {
    // Who has just been stopped may have been what the bucket was kept for until then.
    const isChanging = this.onlookers.some(({ changedAt }) => changedAt > now - HAIR);
    if (sure.length === 0 || isChanging) return;
    const best = Math.min(...sure.map(({ onlooker }) => onlooker.priority));
    const needs = perhaps.filter(({ priority }) => priority <= best).map(({ need }) => need);
    const since = Math.min(
      ...sure.filter(({ onlooker }) => onlooker.priority === best).map((one) => one.since),
    );
    const couldGo = Math.max(since, this.#meters.server?.readyAt(Math.max(...needs)) ?? 0);
    assert.ok(couldGo >= now - HAIR, `nothing moved from ${couldGo} to ${now} ms, and somebody could go`);
    if (this.#meters.server !== undefined) this.evidence.budgetWaits += 1;
  }

  /** Nothing worse goes while something better can: by priority, then by deadline, untimed ones last. */
  #checkOrder(
    { viewer, time }: HandedOver,
    chosen: Onlooker,
    ready: readonly Able[],
    deadlines: readonly number[],
  ): void {
    for (const [index, { viewer: other, onlooker }] of ready.entries()) {
      if (onlooker.priority > chosen.priority) this.evidence.preferred += 1;
      const overtaken = `client ${viewer} overtook client ${other} at ${time} ms`;
      assert.ok(onlooker.priority >= chosen.priority, `${overtaken}, which is better`);
      if (onlooker.priority !== chosen.priority) continue;
      const isEarlier = (deadlines[index] ?? 0) < chosen.sentDeadline - HAIR;
      assert.ok(!isEarlier, `${overtaken}, which is due earlier`);
    }
  }

  /**
   * Whoever becomes ready and is best waits for its own bytes to come into the bucket, and for nobody's:
   * (L + σ)/C less what σ takes on the wire behind the server.
   */
  #checkWait({ viewer, time }: HandedOver, onlooker: Onlooker): void {
    const { server, slice, priorities } = this.#contention.workload.limits;
    const { priority, need } = onlooker;
    // A bucket of its own makes a priority wait for more than the server.
    if (server === undefined || priorities.has(priority)) return;
    const since = Math.max(onlooker.readySince, this.#meters.clientReadyAt(viewer, need));
    const isBest = [...this.#served].every(([other, at]) => other > priority || at <= since);
    if (!isBest) return;
    const wait = time - since;
    this.evidence.longestWait = Math.max(this.evidence.longestWait, wait / (slice / server.perMs));
    assert.ok(wait <= slice / server.perMs + HAIR, `client ${viewer} was ready for ${wait} ms, and the best`);
  }
}
