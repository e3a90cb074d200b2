import { type Fault, fault } from "../base/errors.ts";
import type { MonotonicMs, Priority } from "../base/units.ts";
import type { Access, Operator } from "./access.ts";

/** A playback that runs, as an operator sees it. */
export type RunningPlayback = {
  readonly connection: number;
  /** What the client calls itself: a label. */
  readonly client: string;
  /** Of the peer; undefined when its socket had lost it already. */
  readonly address: string | undefined;
  readonly movie: string;
  readonly epoch: number;
  /** The one it has, which may be another than it wished for. */
  readonly priority: Priority;
  /** When the epoch was opened, on the server's clock. */
  readonly since: MonotonicMs;
};

/** What may be done to a playback from outside of its connection. */
export interface PlaybackControl {
  /** Ends it, and tells its client why. */
  end(reason: Fault): void;
}

type Entry = { readonly playback: RunningPlayback; readonly control: PlaybackControl };

/**
 * The playbacks that run, of all transports: each connection says when its epochs open and end. To look is
 * everybody's who gets here; to change and to end is for operators (`Access`).
 */
export class Playbacks {
  readonly #access: Access;
  readonly #running = new Map<number, Entry>();

  constructor(access: Access) {
    this.#access = access;
  }

  /** A connection has opened an epoch that plays. */
  opened(playback: RunningPlayback, control: PlaybackControl): void {
    this.#running.set(playback.connection, { playback, control });
  }

  /** An epoch has ended; a later one of its connection stays. */
  ended(connection: number, epoch: number): void {
    if (this.#running.get(connection)?.playback.epoch === epoch) this.#running.delete(connection);
  }

  /** All that run, by connection. */
  list(): readonly RunningPlayback[] {
    const playbacks = Array.from(this.#running.values(), ({ playback }) => playback);
    return playbacks.sort((a, b) => a.connection - b.connection);
  }

  /**
   * Ends a connection's playback; the connection stays.
   * @throws OPERATOR_ONLY
   * @throws PLAYBACK_NOT_FOUND
   */
  end(connection: number, by: Operator): void {
    this.#find(connection, by).control.end(fault("PLAYBACK_ENDED", "an operator ended the playback"));
  }

  // Whoever may not change anything is not told either what there is.
  #find(connection: number, by: Operator): Entry {
    this.#access.check(by);
    const entry = this.#running.get(connection);
    if (entry === undefined) throw fault("PLAYBACK_NOT_FOUND", `connection ${connection} plays nothing`);
    return entry;
  }
}
