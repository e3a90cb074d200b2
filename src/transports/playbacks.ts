import { randomInt } from "node:crypto";
import type { Contract } from "../base/contract.ts";
import { Channel, type Unsubscribe } from "../base/diagnostics.ts";
import { type Fault, fault } from "../base/errors.ts";
import type { Progress, Receipt, ReceiptSoFar } from "../base/events.ts";
import { printable } from "../base/printable.ts";
import { Register } from "../base/register.ts";
import type { Rendition } from "../base/rendition.ts";
import type { MonotonicMs, Priority } from "../base/units.ts";
import type { Access, Operator } from "./access.ts";
import { EndedPlaybacks } from "./endedPlaybacks.ts";

/** A playback that runs, as an operator sees it. */
export type RunningPlayback = {
  /** One place of a playback for as long as there is one, whatever is played there: `p-12-k3f9x2ab`. */
  readonly id: string;
  readonly transport: "classic" | "http" | "websocket";
  readonly connection: number;
  /** What the client calls itself: a label. */
  readonly client: string;
  /** Of the peer; undefined when its socket had lost it already. */
  readonly address: string | undefined;
  readonly movie: string;
  readonly epoch: number;
  /** The one it has, which may be another than it wished for. */
  readonly priority: Priority;
  readonly contract: Contract;
  /** Frames per second, as `24000/1001`; undefined for as fast as its client reads. */
  readonly fps: string | undefined;
  readonly rendition: Rendition;
  /** When the epoch was opened, on the server's clock. */
  readonly since: MonotonicMs;
};

/** What may be done to a playback from outside of its connection. */
export interface PlaybackControl {
  // No getters: an object that has one is a kind of its own to the engine, which keeps it, and all that it
  // refers to, up to the next full collection.
  /** What its receipt would say now. */
  receiptSoFar(): ReceiptSoFar | undefined;
  /** The same without its digest, and how fast it goes. */
  progress(): Progress | undefined;
  /** Ends it, and tells its client why. */
  end(reason: Fault): void;
  /** It goes on with another priority, up to the next command of its client. */
  prioritize(priority: Priority): void;
}

/** What an epoch has sent: until now, or until `endedAt`, when its receipt was made. */
export type KnownReceipt =
  | { readonly receipt: ReceiptSoFar; readonly endedAt: undefined }
  | { readonly receipt: Receipt; readonly endedAt: MonotonicMs };

/** What happened to a playback. A command that replaces another ends one epoch and opens the next. */
export type PlaybackChange =
  | { readonly kind: "opened" | "changed"; readonly playback: RunningPlayback }
  | { readonly kind: "ended"; readonly playback: RunningPlayback; readonly receipt: Receipt };

export type PlaybacksOptions = {
  readonly access: Access;
  readonly now: () => MonotonicMs;
  /** A whole number from 0 to below `limit`. Default: one that nobody can guess. */
  readonly random?: (limit: number) => number;
};

type Entry = { readonly playback: RunningPlayback; readonly control: PlaybackControl };

/** With the count before it an id is never given twice; with this nobody meets one by counting. */
const ID_CHARACTERS = 8;
const BASE = 36;

/**
 * The playbacks that run, of all transports, by id: each connection says when its epochs open and end. To
 * look is everybody's who gets here; to change and to end is for operators (`Access`).
 */
export class Playbacks {
  readonly #access: Access;
  readonly #random: (limit: number) => number;
  readonly #running = new Register<string, Entry>();
  readonly #ended: EndedPlaybacks;
  readonly #changes = new Channel<PlaybackChange>();
  #ids = 0;

  constructor({ access, now, random = (limit) => randomInt(limit) }: PlaybacksOptions) {
    this.#access = access;
    this.#random = random;
    this.#ended = new EndedPlaybacks(now);
  }

  /** An id for a place where one playback at a time will run. */
  nextId(): string {
    this.#ids += 1;
    const word = this.#random(BASE ** ID_CHARACTERS).toString(BASE);
    return `p-${this.#ids}-${word.padStart(ID_CHARACTERS, "0")}`;
  }

  /** A connection has opened an epoch that plays. */
  opened(playback: RunningPlayback, control: PlaybackControl): void {
    // What has not played yet has not ended either.
    if (playback.epoch > 1) this.#ended.remove(playback.id);
    this.#running.set(playback.id, { playback, control });
    this.#changes.publish({ kind: "opened", playback });
  }

  /** An epoch has ended; a later one of its place stays. */
  ended(id: string, receipt: Receipt): void {
    const entry = this.#running.get(id);
    if (entry?.playback.epoch !== receipt.epoch) return;
    this.#running.delete(id);
    this.#ended.add(id, receipt);
    this.#changes.publish({ kind: "ended", playback: entry.playback, receipt });
  }

  /** All that run, by connection, and of one connection as they were opened. */
  list(): readonly RunningPlayback[] {
    const playbacks = Array.from(this.#running.entries(), ([, { playback }]) => playback);
    return playbacks.sort((a, b) => a.connection - b.connection);
  }

  /** One that runs. */
  find(id: string): RunningPlayback | undefined {
    return this.#running.get(id)?.playback;
  }

  /** How one that runs comes along. */
  progressOf(id: string): Progress | undefined {
    return this.#running.get(id)?.control.progress();
  }

  /** What a playback has sent, or sent last if it ended less than ten minutes ago. */
  receiptOf(id: string): KnownReceipt | undefined {
    const receipt = this.#running.get(id)?.control.receiptSoFar();
    return receipt === undefined ? this.#ended.get(id) : { receipt, endedAt: undefined };
  }

  /** Tells of every change, after it can be seen here. */
  watch(listener: (change: PlaybackChange) => void): Unsubscribe {
    return this.#changes.subscribe(listener);
  }

  /**
   * Ends a playback; its connection stays.
   * @throws OPERATOR_ONLY
   * @throws PLAYBACK_NOT_FOUND
   */
  end(id: string, by: Operator): void {
    this.#find(id, by).control.end(fault("PLAYBACK_ENDED", "an operator ended the playback"));
  }

  /**
   * Gives a playback another priority, whichever: best priorities bind wishes of clients.
   * @returns the playback as it is then
   * @throws OPERATOR_ONLY
   * @throws PLAYBACK_NOT_FOUND
   */
  prioritize(id: string, priority: Priority, by: Operator): RunningPlayback {
    const { playback, control } = this.#find(id, by);
    if (playback.priority === priority) return playback;
    control.prioritize(priority);
    return this.changed(id, priority) ?? playback;
  }

  /** A playback has another priority, perhaps as its own client asked for it. @returns it as it is then */
  changed(id: string, priority: Priority): RunningPlayback | undefined {
    const entry = this.#running.get(id);
    if (entry === undefined || entry.playback.priority === priority) return entry?.playback;
    const playback = { ...entry.playback, priority };
    this.#running.set(id, { ...entry, playback });
    this.#changes.publish({ kind: "changed", playback });
    return playback;
  }

  // Whoever may not change anything is not told either what there is.
  #find(id: string, by: Operator): Entry {
    this.#access.check(by);
    const entry = this.#running.get(id);
    if (entry === undefined)
      throw fault("PLAYBACK_NOT_FOUND", `found "${printable(id)}", expected the id of a playback that runs`);
    return entry;
  }
}
