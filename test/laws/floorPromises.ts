import assert from "node:assert/strict";
import { type Backlog, LARGEST, type Rank, type Seen } from "./backlog.ts";
import type { Nearest } from "./backlogs.ts";
import { Meter } from "./promises.ts";

/** What adding up fractions of bytes may differ by. */
const CRUMB = 0.01;

/** One who always has something: how much the others had since it last went. */
class Waiting {
  readonly #name: string;
  readonly #mostBytes: number;
  readonly #mostTime: number;
  #bytes = 0;
  #since = 0;
  nearest = 0;

  /** @param mostBytes of others between two hand-overs of it */
  constructor(name: string, mostBytes: number, { server }: Backlog) {
    this.#name = name;
    this.#mostBytes = mostBytes;
    this.#mostTime =
      server === undefined ? Number.POSITIVE_INFINITY : (mostBytes + server.burst) / server.perMs;
  }

  others(bytes: number, time: number): void {
    this.#bytes += bytes;
    this.#check(time);
  }

  goes(time: number): void {
    this.#check(time);
    this.#bytes = 0;
    this.#since = time;
  }

  #check(time: number): void {
    const waited = time - this.#since;
    const most = `${this.#mostBytes} bytes, ${this.#mostTime} ms`;
    const isKept = this.#bytes <= this.#mostBytes + CRUMB && waited <= this.#mostTime + CRUMB;
    assert.ok(
      isKept,
      `${this.#name} waited for ${this.#bytes} bytes of others, ${waited} ms, of at most ${most}`,
    );
    this.nearest = Math.max(this.nearest, this.#bytes / this.#mostBytes);
  }
}

/**
 * Between two hand-overs of one of N equals with the floor φ that always have something there are at most
 * 2·N·L/φ + L bytes of others. Each of the N − 1 others of its priority has at most 2L in a turn (it ends at
 * or below 0, and begins at L or below), so that its priority gets less than X = 2(N − 1)L until it goes
 * again. A priority that is owed one hand-over has its next one, when it got X meanwhile, X/φ later; its
 * deadline is L/φ after that, and its release at most L/φ after its last hand-over began: (X + 2L)/φ; and
 * then one hand-over of somebody else may have begun.
 */
const mostOthers = (equals: number, floor: number): number => (2 * equals * LARGEST) / floor + LARGEST;

/** A backlogged priority lacks at most so much of its share of what was handed over since any moment. */
const MOST_LACKING = 3 * LARGEST;

/** A priority of which all playbacks always have something. */
class Backlogged {
  readonly #rank: Rank;
  readonly #waiting: Waiting;
  readonly #playbacks = new Map<number, { waiting: Waiting; bytes: number }>();
  // What it has beyond its share, and the most that this ever was.
  #beyond = 0;
  #mostBeyond = 0;
  #nearestShare = 0;

  constructor(backlog: Backlog, rank: Rank, first: number) {
    this.#rank = rank;
    const { priority, floor = 1, playbacks } = rank;
    this.#waiting = new Waiting(`priority ${priority}`, mostOthers(1, floor), backlog);
    for (const index of playbacks.keys()) {
      const most = mostOthers(playbacks.length, floor);
      const waiting = new Waiting(`playback ${first + index} of priority ${priority}`, most, backlog);
      this.#playbacks.set(first + index, { waiting, bytes: 0 });
    }
  }

  see({ time, rank, playback, bytes }: Seen): void {
    const { floor = 1, priority } = this.#rank;
    if (rank === this.#rank) this.#waiting.goes(time);
    else this.#waiting.others(bytes, time);
    for (const [one, { waiting }] of this.#playbacks) {
      if (one === playback) waiting.goes(time);
      else waiting.others(bytes, time);
    }
    this.#beyond += (rank === this.#rank ? bytes : 0) - floor * bytes;
    const lacking = this.#mostBeyond - this.#beyond;
    assert.ok(
      lacking <= MOST_LACKING,
      `priority ${priority} lacks ${lacking} bytes of its share at ${time} ms`,
    );
    this.#mostBeyond = Math.max(this.#mostBeyond, this.#beyond);
    this.#nearestShare = Math.max(this.#nearestShare, lacking / MOST_LACKING);
    this.#checkEqual(playback, bytes);
  }

  /** As parts of what is promised. */
  get nearest(): { readonly rank: number; readonly playback: number; readonly share: number } {
    const playbacks = [...this.#playbacks.values()].map(({ waiting }) => waiting.nearest);
    return { rank: this.#waiting.nearest, playback: Math.max(...playbacks), share: this.#nearestShare };
  }

  // Equals take turns whatever the policy: nobody gets ahead by more than a turn and a debt.
  #checkEqual(playback: number, bytes: number): void {
    const own = this.#playbacks.get(playback);
    if (own === undefined) return;
    own.bytes += bytes;
    const all = Array.from(this.#playbacks.values(), (one) => one.bytes);
    const apart = Math.max(...all) - Math.min(...all);
    assert.ok(apart <= 2 * LARGEST, `equals of priority ${this.#rank.priority} are ${apart} bytes apart`);
  }
}

/** Fails where floors, turns or the budget were not kept. @returns how near it came to that */
export function judgeFloors(backlog: Backlog, seen: readonly Seen[]): Nearest {
  const meter = backlog.server && new Meter(backlog.server);
  let playbacks = 0;
  const judged: Backlogged[] = [];
  for (const rank of backlog.ranks) {
    const isBacklogged = rank.floor !== undefined && rank.portion === undefined;
    if (isBacklogged) judged.push(new Backlogged(backlog, rank, playbacks));
    playbacks += rank.playbacks.length;
  }
  for (const one of seen) {
    meter?.take(one.time, one.bytes, "the server");
    for (const rank of judged) rank.see(one);
  }
  assert.equal(seen.length, backlog.handOvers, "it came to rest while somebody had something");
  const nearest = judged.map((one) => one.nearest);
  return {
    rank: Math.max(0, ...nearest.map(({ rank }) => rank)),
    playback: Math.max(0, ...nearest.map(({ playback }) => playback)),
    share: Math.max(0, ...nearest.map(({ share }) => share)),
  };
}
