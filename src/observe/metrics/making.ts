import type { Unsubscribe } from "../../base/diagnostics.ts";
import { events } from "../../base/events.ts";
import { Buckets } from "./buckets.ts";
import { counter, type Family, gauge, histogram, type Row } from "./family.ts";
import { LabelCounts } from "./labelCounts.ts";

/**
 * In seconds: from a frame that is passed through, over one that is read from the folder of converted frames,
 * to one that a slow mount or a large decoder holds up.
 */
const MAKING_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** What the makers of frames tell, and what the library does. */
export class MakingCounts {
  readonly #times = new Map<string, Buckets>();
  readonly #bytes = new LabelCounts();
  readonly #frames = new LabelCounts([["landed"], ["revised"], ["removed"]]);
  readonly #movies = new LabelCounts([["added"], ["gone"]]);
  #deaths = 0;
  #scanMs: number | undefined;

  listen(): Unsubscribe[] {
    return [
      events.frameProduced.subscribe(({ ms, bytes, format }) => {
        this.#timesOf(format).add(ms / 1000);
        this.#bytes.add(bytes, format);
      }),
      events.workerDied.subscribe(() => (this.#deaths += 1)),
      events.movieChanged.subscribe(({ landed, revised, removed }) => {
        this.#frames.add(landed, "landed");
        this.#frames.add(revised, "revised");
        this.#frames.add(removed, "removed");
      }),
      events.movieAdded.subscribe(() => this.#movies.add(1, "added")),
      events.movieGone.subscribe(() => this.#movies.add(1, "gone")),
      events.libraryScanned.subscribe(({ ms }) => (this.#scanMs = ms)),
    ];
  }

  get families(): Family[] {
    return [...this.#production(), ...this.#library()];
  }

  #production(): Family[] {
    const labels = ["format"];
    return [
      histogram(
        {
          name: "mutoscope_frame_production_seconds",
          help: "Time a worker took for a frame, from its order to its answer, by the format made.",
          labels,
        },
        () => Array.from(this.#times, ([format, buckets]): Row<Buckets> => [buckets, format]),
      ),
      counter(
        { name: "mutoscope_produced_bytes_total", help: "Bytes of the frames that workers made.", labels },
        () => this.#bytes.rows(),
      ),
      counter(
        {
          name: "mutoscope_workers_died_total",
          help: "Threads that died: each is a fault of ours or of a decoder.",
        },
        () => [[this.#deaths]],
      ),
    ];
  }

  #library(): Family[] {
    return [
      gauge(
        {
          name: "mutoscope_library_scan_seconds",
          help: "How long looking through the library took; absent until it was done.",
        },
        () => (this.#scanMs === undefined ? [] : [[this.#scanMs / 1000]]),
      ),
      counter(
        {
          name: "mutoscope_library_frames_changed_total",
          help: "Frames that landed, were rewritten or were removed since the library was looked through.",
          labels: ["change"],
        },
        () => this.#frames.rows(),
      ),
      counter(
        {
          name: "mutoscope_library_movies_changed_total",
          help: "Movies that came into the library or left it since it was looked through.",
          labels: ["change"],
        },
        () => this.#movies.rows(),
      ),
    ];
  }

  #timesOf(format: string): Buckets {
    const known = this.#times.get(format) ?? new Buckets(MAKING_BOUNDS);
    this.#times.set(format, known);
    return known;
  }
}
