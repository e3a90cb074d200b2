import { assert } from "../base/assert.ts";
import { type Bytes, MonotonicMs, type Priority } from "../base/units.ts";
import { Bucket } from "./bucket.ts";
import type { BucketLimits, EgressLimits } from "./egress.ts";
import type { Account, Queue } from "./queue.ts";

const NOBODY: readonly Queue[] = [];

/** A time that is over. */
export const ALWAYS = MonotonicMs(Number.NEGATIVE_INFINITY);

/** Bytes that may leave at once. */
export type Tokens = {
  /** Undefined without a budget. */
  readonly server: number | undefined;
  readonly priorities: readonly { readonly priority: Priority; readonly bytes: number }[];
};

/**
 * The egress budgets: which bytes may leave, and when. A client's bucket and a priority's are *own limits*:
 * whoever lacks tokens there cannot go, and others do. The server's is asked for the chosen hand-over alone.
 * Without limits it costs a few comparisons for each hand-over.
 */
export class Gate {
  readonly #slice: Bytes;
  readonly #server: Bucket | undefined;
  readonly #client: BucketLimits | undefined;
  readonly #priorities: ReadonlyMap<Priority, Bucket> | undefined;
  /** Whether there are limits of clients or priorities. */
  readonly hasOwnLimits: boolean;
  readonly #hasLimits: boolean;

  /** @param slice what a large message is cut into: no bucket may hold less */
  constructor({ server, client, priorities = new Map() }: EgressLimits, slice: Bytes) {
    for (const limits of [server, client, ...priorities.values()]) {
      assert(limits === undefined || limits.burst >= slice, "a bucket that does not hold a slice");
    }
    this.#slice = slice;
    this.#server = server && new Bucket(server);
    this.#client = client;
    const buckets = [...priorities].map(([priority, limits]) => [priority, new Bucket(limits)] as const);
    this.#priorities = buckets.length > 0 ? new Map(buckets) : undefined;
    this.hasOwnLimits = client !== undefined || buckets.length > 0;
    this.#hasLimits = this.hasOwnLimits || server !== undefined;
  }

  /** What must be there for the queue to go: its first message, or a slice of it, without company. */
  need(queue: Queue): number {
    return this.needOf(queue.started?.left ?? queue.waiting[0]?.bytes ?? queue.refusedBytes);
  }

  /** The same, for a first message of so many bytes. */
  needOf(bytes: number): number {
    return Math.min(bytes, this.#slice);
  }

  /** A queue begins. */
  enter(queue: Queue): Queue {
    if (this.#client !== undefined) (queue.account.queues ??= new Set()).add(queue);
    return queue;
  }

  /** It has ended: what its client may be sent is for the others. */
  leave(queue: Queue): void {
    queue.account.queues?.delete(queue);
  }

  /**
   * When the client's own bucket has so many bytes. It opens for all of a client's queues at once, when it
   * has what is needed by the neediest: were small messages to go before, the tokens for large ones never
   * came.
   */
  clientReadyAt(queue: Queue, bytes: number): MonotonicMs {
    if (this.#client === undefined) return ALWAYS;
    let most = bytes;
    for (const other of this.#othersOf(queue)) {
      if (other.hasWork && !other.setAside) most = Math.max(most, this.need(other));
    }
    return this.#bucketOf(queue.account, this.#client).readyAt(most);
  }

  /** The bucket that the priority has to itself. */
  bucketOf(priority: Priority): Bucket | undefined {
    return this.#priorities?.get(priority);
  }

  /** When the queue's own limits, its client's and its priority's, let it go. */
  ownReadyAt(queue: Queue): MonotonicMs {
    if (!this.hasOwnLimits) return ALWAYS;
    const need = this.need(queue);
    const client = this.clientReadyAt(queue, need);
    const priority = this.bucketOf(queue.priority)?.readyAt(need) ?? ALWAYS;
    return client > priority ? client : priority;
  }

  /** When the server's bucket has so many bytes. */
  serverReadyAt(queue: Queue): MonotonicMs {
    return this.#server === undefined ? ALWAYS : this.#server.readyAt(this.need(queue));
  }

  /** How many bytes the queue may be given at once, when it may go at all. */
  roomFor(queue: Queue, now: MonotonicMs): number {
    if (!this.#hasLimits) return Number.POSITIVE_INFINITY;
    return Math.min(
      this.#server?.heldAt(now) ?? Number.POSITIVE_INFINITY,
      queue.account.bucket?.heldAt(now) ?? Number.POSITIVE_INFINITY,
      this.bucketOf(queue.priority)?.heldAt(now) ?? Number.POSITIVE_INFINITY,
    );
  }

  /** What the buckets hold that all clients share. Below 0 is what lines have taken before it was there. */
  tokensAt(now: MonotonicMs): Tokens {
    const priorities = Array.from(this.#priorities ?? [], ([priority, bucket]) => ({
      priority,
      bytes: bucket.heldAt(now),
    }));
    return { server: this.#server?.heldAt(now), priorities };
  }

  /** Lines leave to the client, whether their bytes are there or not. */
  charge(account: Account, bytes: number, now: MonotonicMs): void {
    this.#server?.take(bytes, now);
    if (this.#client !== undefined) this.#bucketOf(account, this.#client).take(bytes, now);
  }

  /** A hand-over leaves. @returns others of its client, which that may keep for longer now */
  take(queue: Queue, bytes: number, now: MonotonicMs): readonly Queue[] {
    if (!this.#hasLimits) return NOBODY;
    this.#server?.take(bytes, now);
    queue.account.bucket?.take(bytes, now);
    this.bucketOf(queue.priority)?.take(bytes, now);
    return this.#othersOf(queue);
  }

  #othersOf(queue: Queue): readonly Queue[] {
    const { queues } = queue.account;
    return queues === undefined || queues.size < 2 ? NOBODY : [...queues].filter((each) => each !== queue);
  }

  #bucketOf(account: Account, limits: BucketLimits): Bucket {
    return (account.bucket ??= new Bucket(limits));
  }
}
