import { CONTRACTS, type Contract } from "../../base/contract.ts";
import type { Unsubscribe } from "../../base/diagnostics.ts";
import { events, WAIT_REASONS, type Waits } from "../../base/events.ts";
import { Buckets } from "./buckets.ts";
import { counter, type Family, histogram, type Row } from "./family.ts";

/**
 * In seconds. Between 1 ms, which is a turn of the pump, and half a minute, in which a viewer is gone, the
 * bounds stand just above the periods of 60, 30 and 24 frames per second and of twice the last: what is at
 * most so late has missed no frame of such a movie, or one.
 */
const LATENESS_BOUNDS = [0.001, 0.005, 0.01, 0.017, 0.034, 0.042, 0.084, 0.25, 1, 5, 30];

/** What the playbacks of one priority under one contract have had. */
class Cell {
  messages = 0;
  bytes = 0;
  substituted = 0;
  cached = 0;
  late = 0;
  skipped = 0;
  missing = 0;
  readonly lateness = new Buckets(LATENESS_BOUNDS);
  /** In milliseconds. */
  readonly waits: { -readonly [Reason in keyof Waits]: number } = {
    production: 0,
    ring: 0,
    client: 0,
    budget: 0,
    better: 0,
    turn: 0,
  };

  // One by one: a loop over names takes several times as long.
  wait(waits: Waits): void {
    const sum = this.waits;
    sum.production += waits.production;
    sum.ring += waits.ring;
    sum.client += waits.client;
    sum.budget += waits.budget;
    sum.better += waits.better;
    sum.turn += waits.turn;
  }
}

type CellRow<T> = (cell: Cell) => Iterable<readonly [value: T, ...labels: string[]]>;

/**
 * What leaves: a handful of additions for each message. Only priorities that were used are there, of 256 that
 * there can be.
 */
export class Flow {
  readonly #cells: { readonly [Of in Contract]: Cell[] } = { all: [], paced: [], latest: [] };

  listen(): Unsubscribe[] {
    return [
      events.messageStarted.subscribe((message) => {
        const cell = this.#cell(message.priority, message.contract);
        cell.messages += 1;
        cell.bytes += message.bytes;
        if (message.isSubstitute) cell.substituted += 1;
        if (message.isCached) cell.cached += 1;
        cell.wait(message.waits);
      }),
      events.messageGivenUp.subscribe(({ priority, contract, waits }) => {
        this.#cell(priority, contract).wait(waits);
      }),
      events.messageTimed.subscribe(({ priority, contract, lateness, isLate }) => {
        const cell = this.#cell(priority, contract);
        cell.lateness.add(lateness / 1000);
        if (isLate) cell.late += 1;
      }),
      events.framesPassed.subscribe(({ priority, contract, skipped, missing }) => {
        const cell = this.#cell(priority, contract);
        cell.skipped += skipped;
        cell.missing += missing;
      }),
    ];
  }

  get families(): Family[] {
    return [...this.#counts(), ...this.#times(), ...this.#cacheUse()];
  }

  #counts(): Family[] {
    const labels = ["priority", "contract"];
    return [
      counter(
        {
          name: "mutoscope_messages_sent_total",
          help: "Messages that began to leave: one frame of one playback each.",
          labels,
        },
        () => this.#rows(({ messages }) => [[messages]]),
      ),
      counter(
        {
          name: "mutoscope_sent_bytes_total",
          help: "Bytes of frames in messages that began to leave, without what a protocol puts around them.",
          labels,
        },
        () => this.#rows(({ bytes }) => [[bytes]]),
      ),
      counter(
        {
          name: "mutoscope_frames_skipped_total",
          help: "Frames that a playback left behind: late ones, those that a newer one replaced, and holes.",
          labels: [...labels, "reason"],
        },
        () => this.#skips(),
      ),
      counter(
        {
          name: "mutoscope_frames_substituted_total",
          help: "Messages with a substitute in the place of a frame that was missing.",
          labels,
        },
        () => this.#rows(({ substituted }) => [[substituted]]),
      ),
    ];
  }

  #times(): Family[] {
    const labels = ["priority", "contract"];
    return [
      counter(
        {
          name: "mutoscope_messages_late_total",
          help: "Timed messages whose last byte was handed over after their deadline.",
          labels,
        },
        () => this.#rows(({ late }) => [[late]]),
      ),
      histogram(
        {
          name: "mutoscope_message_lateness_seconds",
          help: "From a timed message's due to the hand-over of its last byte.",
          labels,
        },
        // Untimed ones have none.
        () => this.#rows(({ lateness }) => (lateness.isEmpty ? [] : [[lateness]])),
      ),
      counter(
        {
          name: "mutoscope_message_wait_seconds_total",
          help: "Where the time of messages went that were wanted and had not left, by what they waited for.",
          labels: [...labels, "reason"],
        },
        () => this.#rows(({ waits }) => WAIT_REASONS.map((reason) => [waits[reason] / 1000, reason])),
      ),
    ];
  }

  #cacheUse(): Family[] {
    const sum = (of: (cell: Cell) => number): Row[] => {
      const all = CONTRACTS.flatMap((contract) => Object.values(this.#cells[contract]));
      return [[all.reduce((total, cell) => total + of(cell), 0)]];
    };
    return [
      counter(
        {
          name: "mutoscope_cache_hits_total",
          help: "Messages whose frame was at hand: made before, for this viewer or another, and still kept.",
        },
        () => sum(({ cached }) => cached),
      ),
      counter(
        {
          name: "mutoscope_cache_misses_total",
          help: "Messages whose frame had to be asked of production, alone or together with other viewers.",
        },
        () => sum(({ messages, cached }) => messages - cached),
      ),
    ];
  }

  /** Of which kind skipped frames are follows from the contract; under `all` there are none. */
  *#skips(): Generator<Row> {
    for (const [{ skipped, missing }, priority, contract] of this.#entries()) {
      if (contract !== "all")
        yield [skipped, priority, contract, contract === "latest" ? "replaced" : "late"];
      yield [missing, priority, contract, "hole"];
    }
  }

  *#rows<T>(of: CellRow<T>): Generator<Row<T>> {
    for (const [cell, priority, contract] of this.#entries())
      for (const [value, ...labels] of of(cell)) yield [value, priority, contract, ...labels];
  }

  *#entries(): Generator<readonly [Cell, priority: string, Contract]> {
    for (const contract of CONTRACTS)
      for (const [priority, cell] of Object.entries(this.#cells[contract])) yield [cell, priority, contract];
  }

  #cell(priority: number, contract: Contract): Cell {
    const cells = this.#cells[contract];
    return (cells[priority] ??= new Cell());
  }
}
