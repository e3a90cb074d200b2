import { Fault } from "../base/errors.ts";
import type { FrameEntry, FrameLog } from "../library/log.ts";
import { type FrameLook, probeFrame } from "../library/probe.ts";

/** Each holds a thread that others need as well, for as long as its mount hangs. */
const PROBES_AT_ONCE = 2;

/** Movies that wait to be looked at; more are not looked at for now. */
const WAITING_PROBES = 4096;

type Known = { readonly entry: FrameEntry; readonly look: FrameLook | Fault };

/**
 * What the first pictures of movies look like, as their files say: looked at once for each revision, a few at
 * a time. A file on a mount that hangs holds up the others only until whoever asks has waited long enough.
 */
export class Looks {
  readonly #probe: typeof probeFrame;
  readonly #known = new WeakMap<FrameLog, Known>();
  readonly #asked = new Map<FrameLog, Promise<void>>();
  readonly #waiting: (() => Promise<void>)[] = [];
  #running = 0;

  constructor(probe: typeof probeFrame = probeFrame) {
    this.#probe = probe;
  }

  /**
   * Looks at the first frame of each movie, until time is up.
   * @returns in the same order; undefined where there is no frame, or nothing is known yet
   */
  async of(
    logs: readonly FrameLog[],
    timeIsUp: Promise<unknown>,
  ): Promise<readonly (FrameLook | Fault | undefined)[]> {
    const asked = logs.flatMap((log) => (this.#isKnown(log) ? [] : [this.#ask(log)]));
    if (asked.length > 0) await Promise.race([Promise.all(asked), timeIsUp]);
    return logs.map((log) => this.#known.get(log)?.look);
  }

  #isKnown(log: FrameLog): boolean {
    const first = log.nth(0);
    const known = this.#known.get(log)?.entry;
    return first === undefined || (known?.number === first.number && known.revision === first.revision);
  }

  #ask(log: FrameLog): Promise<void> {
    const asked = this.#asked.get(log);
    if (asked !== undefined) return asked;
    if (this.#waiting.length >= WAITING_PROBES) return Promise.resolve();
    const promise = new Promise<void>((resolve) => {
      this.#waiting.push(async () => {
        await this.#look(log);
        this.#asked.delete(log);
        resolve();
      });
    });
    this.#asked.set(log, promise);
    this.#next();
    return promise;
  }

  #next(): void {
    if (this.#running >= PROBES_AT_ONCE) return;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#running += 1;
    void next().finally(() => {
      this.#running -= 1;
      this.#next();
    });
  }

  async #look(log: FrameLog): Promise<void> {
    const entry = log.nth(0);
    if (entry === undefined) return;
    try {
      this.#known.set(log, { entry, look: await this.#probe(entry) });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#known.set(log, { entry, look: error });
    }
  }
}
