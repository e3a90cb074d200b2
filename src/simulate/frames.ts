import { createHash } from "node:crypto";
import type { Clock, Timer } from "../base/clock.ts";
import { fault } from "../base/errors.ts";
import { after, Bytes } from "../base/units.ts";
import type { FrameWish, ProducedFrame } from "../library/frame.ts";
import type { FrameEntry } from "../library/log.ts";
import type { FrameOutcome, FrameRequest, Frames, Urgency } from "../playback/frames.ts";

/** What the simulated production does with each frame. */
export type FramesOptions = {
  readonly clock: Clock;
  /** Bytes of a frame, its line included; at least the line's length is made. */
  readonly size: (entry: FrameEntry) => number;
  /** Milliseconds a worker takes; 0 is done at the next turn. */
  readonly latency?: (entry: FrameEntry) => number;
  readonly isReadable?: (entry: FrameEntry) => boolean;
  /** Whether what was made is at hand for ever after, or never. */
  readonly cache?: "everything" | "nothing";
  /** How many frames are made at once; more have to wait, the most urgent first. */
  readonly workers?: number;
};

/** What a simulated frame says of itself in its first line. */
export type FrameLine = {
  readonly movie: string;
  readonly number: number;
  readonly policy: "-" | "hold" | "black";
  /** The frame that it stands in for, or its own number. */
  readonly for: number;
};

const PATTERN = 251;
const MOST_BYTES = 8 * 1024 * 1024;

/** What follows the line: the byte at position `p` is `p mod 251`, so that a misplaced slice is seen. */
const filler = new Uint8Array(MOST_BYTES).map((_, position) => position % PATTERN);

/** The byte that stands at a position behind a frame's line. */
export const fillerAt = (position: number): number => position % PATTERN;

export function readFrameLine(line: string): FrameLine {
  const [kind, movie = "", number, policy, stoodInFor] = line.split(" ");
  if (kind !== "frame") throw new Error(`found "${line}" where a frame begins`);
  return { movie, number: Number(number), policy: policy as FrameLine["policy"], for: Number(stoodInFor) };
}

/** The digest that a frame has in its library: of a substitute, without what marks it. */
export function digestOf({ movie, number, policy }: FrameLine): Uint8Array {
  return createHash("sha256")
    .update(`${movie} ${number} ${policy === "black"}`)
    .digest();
}

type Order = {
  readonly wish: FrameWish;
  readonly settle: (outcome: FrameOutcome) => void;
  urgency: Urgency;
  timer: Timer | undefined;
  state: "queued" | "working" | "over";
};

/** Production without files and threads: frames that say which they are, made in a time that is given. */
export class SimulatedFrames implements Frames {
  readonly #options: FramesOptions;
  readonly #made = new Map<string, ProducedFrame>();
  readonly #queue: Order[] = [];
  readonly #orders = new Set<Order>();
  #working = 0;
  #requests = 0;

  constructor(options: FramesOptions) {
    this.#options = options;
  }

  /** How many wishes there were. */
  get requests(): number {
    return this.#requests;
  }

  /** Wishes that are not settled and not cancelled. */
  get outstanding(): number {
    return this.#queue.length + this.#working;
  }

  /** Wishes that somebody waits for. */
  get wanted(): number {
    return this.#orders.size;
  }

  peek(wish: FrameWish): ProducedFrame | undefined {
    return this.#made.get(keyOf(wish));
  }

  request(wish: FrameWish, urgency: Urgency, settle: (outcome: FrameOutcome) => void): FrameRequest {
    this.#requests += 1;
    const order: Order = { wish, urgency, settle, timer: undefined, state: "queued" };
    this.#queue.push(order);
    this.#orders.add(order);
    this.#pump();
    return {
      raise: (better) => {
        if (isMoreUrgent(better, order.urgency)) order.urgency = better;
      },
      cancel: () => this.#cancel(order),
    };
  }

  // A worker that has begun goes on to the frame's end, for nobody.
  #cancel(order: Order): void {
    if (order.state === "queued") this.#queue.splice(this.#queue.indexOf(order), 1);
    order.state = "over";
    this.#orders.delete(order);
  }

  #pump(): void {
    while (this.#working < (this.#options.workers ?? Number.POSITIVE_INFINITY) && this.#queue.length > 0) {
      const order = this.#queue.reduce((a, b) => (isMoreUrgent(b.urgency, a.urgency) ? b : a));
      this.#queue.splice(this.#queue.indexOf(order), 1);
      this.#begin(order);
    }
  }

  #begin(order: Order): void {
    this.#working += 1;
    order.state = "working";
    const { clock, latency } = this.#options;
    const ms = latency?.(order.wish.entry) ?? 0;
    if (ms > 0) clock.at(after(clock.now(), ms), () => this.#finish(order));
    else clock.defer(() => this.#finish(order));
  }

  #finish(order: Order): void {
    this.#working -= 1;
    const { entry } = order.wish;
    if (this.#options.isReadable?.(entry) === false) {
      this.#tell(order, { error: fault("FRAME_CORRUPT", `frame ${entry.number} of ${entry.movie}`) });
    } else {
      const frame = this.#make(order.wish);
      if (this.#options.cache !== "nothing") this.#made.set(keyOf(order.wish), frame);
      this.#tell(order, { frame });
    }
    this.#pump();
  }

  #tell(order: Order, outcome: FrameOutcome): void {
    if (order.state === "over") return;
    order.state = "over";
    this.#orders.delete(order);
    order.settle(outcome);
  }

  #make({ entry, substitution }: FrameWish): ProducedFrame {
    const { movie, number } = entry;
    const policy = substitution?.policy ?? "-";
    const stoodInFor = substitution?.for ?? number;
    const line = Buffer.from(`frame ${movie} ${number} ${policy} ${stoodInFor}\n`);
    const rest = Math.min(Math.max(this.#options.size(entry) - line.byteLength, 0), MOST_BYTES);
    const digest = digestOf({ movie, number, policy, for: stoodInFor });
    return {
      parts: [line, filler.subarray(0, rest)],
      bytes: Bytes(line.byteLength + rest),
      digest,
      worker: 1,
    };
  }
}

function keyOf({ entry, substitution }: FrameWish): string {
  return `${entry.movie} ${entry.number} ${substitution?.policy ?? "-"} ${substitution?.for ?? entry.number}`;
}

function isMoreUrgent(a: Urgency, b: Urgency): boolean {
  return a.priority === b.priority ? a.deadline < b.deadline : a.priority < b.priority;
}
