import { fault } from "../base/errors.ts";
import type { MonotonicMs } from "../base/units.ts";
import { earliest } from "./alarm.ts";
import type { Gate } from "./gate.ts";
import type { InFlight } from "./inFlight.ts";
import type { Queue } from "./queue.ts";
import type { Ranks } from "./ranks.ts";

export type ChoiceFacts = {
  readonly ranks: Ranks;
  readonly gate: Gate;
  readonly inFlight: InFlight;
  /** Gives back all that a queue has. */
  readonly close: (queue: Queue) => void;
};

/**
 * Who goes next, as the bound on what is under way allows: the first of the ranks; while that cannot start,
 * the messages that have started go on, so that one of them ends, and nobody else starts.
 */
export class Choice {
  readonly #facts: ChoiceFacts;
  #blocked: Queue | undefined;
  #restReadyAt: MonotonicMs | undefined;

  constructor(facts: ChoiceFacts) {
    this.#facts = facts;
  }

  /** Who was first when `next` was asked, and has to wait for what is under way. */
  get blocked(): Queue | undefined {
    return this.#blocked;
  }

  /** When something changes by itself for whoever is blocked: a rest has its tokens, or a client is stuck. */
  get changesAt(): MonotonicMs | undefined {
    if (this.#blocked === undefined) return undefined;
    return earliest(this.#restReadyAt, this.#facts.inFlight.nextStuckAt());
  }

  next(now: MonotonicMs): Queue | undefined {
    this.#blocked = undefined;
    const best = this.#facts.ranks.best();
    if (best === undefined || this.#mayGo(best)) return best;
    // What a floor demands may have no room where something better has.
    const first = this.#facts.ranks.first();
    if (first !== undefined && first !== best && this.#mayGo(first)) return first;
    if (this.#makeRoom(best, now)) return best;
    this.#blocked = best;
    return this.#bestStarted(now);
  }

  #mayGo(queue: Queue): boolean {
    const [first] = queue.waiting;
    if (queue.started !== undefined || first === undefined) return true;
    return this.#facts.inFlight.hasRoom(first.bytes, queue.priority);
  }

  #makeRoom(queue: Queue, now: MonotonicMs): boolean {
    const { inFlight, close } = this.#facts;
    while (!this.#mayGo(queue)) {
      const stuck = inFlight.stuck(now);
      if (stuck === undefined) return false;
      const seconds = Math.round((now - stuck.progressAt) / 1000);
      const underWay = `while ${inFlight.bytes} bytes were under way`;
      const reason = `the client took nothing for ${seconds} s ${underWay}`;
      close(stuck);
      stuck.sink.abandon(fault("CONNECTION_STALLED", `${reason}, as many as the server allows`));
    }
    return true;
  }

  // Rare, and so a plain search: only while as many bytes are under way as may be.
  #bestStarted(now: MonotonicMs): Queue | undefined {
    const { gate, inFlight } = this.#facts;
    this.#restReadyAt = undefined;
    let best: Queue | undefined;
    for (const queue of inFlight.queues()) {
      if (queue.started === undefined || queue.setAside) continue;
      const readyAt = gate.ownReadyAt(queue);
      if (readyAt > now) this.#restReadyAt = earliest(this.#restReadyAt, readyAt);
      else if (best === undefined || endsBefore(queue, best)) best = queue;
    }
    return best;
  }
}

/** Whose message is to end first: of equals, all of which take room, the one that gives it back soonest. */
function endsBefore(a: Queue, b: Queue): boolean {
  if (a.priority !== b.priority) return a.priority < b.priority;
  const difference = (a.started?.left ?? 0) - (b.started?.left ?? 0);
  return difference === 0 ? a.id < b.id : difference < 0;
}
