import { present } from "../base/assert.ts";
import { Bytes } from "../base/units.ts";
import type { InFlight } from "./inFlight.ts";
import type { Message } from "./message.ts";
import type { Queue } from "./queue.ts";
import type { Ring } from "./ring.ts";
import type { HandOver } from "./sink.ts";
import { Slicer } from "./slicer.ts";

export type ParcelLimits = {
  /** Messages are gathered up to this many bytes. */
  readonly handOver: Bytes;
  /** What a larger message is cut into. */
  readonly slice: Bytes;
};

export const NO_MESSAGES: readonly Message[] = [];

/** Makes hand-overs of what waits: whole messages that go together, or a slice of one. */
export class Parcels {
  readonly #limits: ParcelLimits;
  readonly #ring: Ring;
  readonly #inFlight: InFlight;

  constructor(limits: ParcelLimits, ring: Ring, inFlight: InFlight) {
    this.#limits = limits;
    this.#ring = ring;
    this.#inFlight = inFlight;
  }

  /**
   * Messages that leave the ring to go together. The first goes, with as many more as the limits and `room`,
   * the bytes that may leave at once, allow.
   */
  start(queue: Queue, room: number): readonly Message[] {
    if (queue.started !== undefined) return NO_MESSAGES;
    const messages = [this.#ring.start(queue)];
    const most = Math.min(this.#limits.handOver, room);
    let bytes = totalBytes(messages);
    // A timed queue's next message has a due of its own, which follows from when this one left.
    while (queue.period === undefined) {
      const next = queue.waiting[0];
      if (next === undefined || bytes + next.bytes > most || messages.length === queue.sink.room) break;
      if (!this.#inFlight.hasRoom(bytes + next.bytes, queue.priority)) break;
      bytes += next.bytes;
      messages.push(this.#ring.start(queue));
    }
    return messages;
  }

  /** What the sink gets: messages that start and end here, or a slice of one. */
  cut(queue: Queue, starting: readonly Message[]): HandOver {
    const [first, second] = starting;
    if (first !== undefined && (second !== undefined || first.bytes <= this.#limits.slice)) {
      const parts = second === undefined ? first.parts : joinParts(starting);
      return { parts, bytes: Bytes(totalBytes(starting)), starts: starting.length, continues: false };
    }
    if (first !== undefined) queue.started = new Slicer(first);
    const slicer = present(queue.started, "nothing has started");
    const before = slicer.left;
    const parts = slicer.take(this.#limits.slice);
    const continues = slicer.left > 0;
    if (!continues) queue.started = undefined;
    return { parts, bytes: Bytes(before - slicer.left), starts: starting.length, continues };
  }
}

export function totalBytes(messages: readonly Message[]): number {
  let bytes = 0;
  for (const message of messages) bytes += message.bytes;
  return bytes;
}

// Plain loops: this runs for every hand-over, and `flatMap` costs as much as the choice.
function joinParts(messages: readonly Message[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (const message of messages) for (const part of message.parts) parts.push(part);
  return parts;
}
