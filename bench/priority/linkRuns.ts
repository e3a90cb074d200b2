import { readFile, writeFile } from "node:fs/promises";
import type { Bench, Measurement, Row, Work } from "../family.ts";
import { type BenchMovie, FRAME_SIZES, makeFolder, writeMovie } from "../movie.ts";
import { shuffled } from "../statistics.ts";
import { type ContestFigures, contend } from "./contest.ts";
import { drawFigure } from "./figure.ts";
import { type Link, canLink, LINK_MISSING, LINK_RATE, openLink } from "./link.ts";
import { LINK_CASES, type LinkCase, type LinkRun, linkRows } from "./linkRows.ts";
import { useOurs } from "./ours.ts";
import { seen } from "./viewing.ts";

const MOVIE = "sw";

/** 24 frames of 57,654 bytes are 11.07 Mbit/s: the four need 44.3, which fits into the budget. */
const VIEWERS = { kind: "viewers", priority: 0, count: 4, movie: MOVIE, framesPerSecond: 24 } as const;
const READERS = { kind: "readers", priority: 5, count: 40, movie: MOVIE } as const;
const STALLED = { kind: "stalled", priority: 0, count: 8, movie: MOVIE } as const;

const PERIOD_MS = 1000 / VIEWERS.framesPerSecond;

/** Below the link's 100 Mbit/s, Ethernet's and TCP's headers (4.6 %) included. */
const BUDGET = ["--egress", "90Mbit"];

/** Viewers are not on this machine, and wish for priority 0. */
const SERVING = ["--host", "0.0.0.0", "--best-priority", "0"];

const TIMES = { warmMs: 3000, measureMs: 12_000, tailMs: 2000 };
const QUICK_TIMES = { warmMs: 2000, measureMs: 4000, tailMs: 1000 };

/** Six frames of each viewer, so that samples do not differ by one frame more or less. */
const SAMPLE_MS = 250;

/** A run takes 20 seconds, and there are three in each repetition. */
const MOST_REPETITIONS = 3;

const PORT = 7038;

/** A repetition: figures of each case, and the samples that the picture is drawn from. */
type Measured = { readonly [Case in LinkCase]: { readonly run: LinkRun; readonly figures: ContestFigures } };

/** `link`: viewers that matter and readers that take all they can get, on one link of 100 Mbit/s. */
export class LinkRuns implements Measurement {
  readonly #bench: Bench;
  readonly #link: Link;
  readonly #movie: BenchMovie;
  readonly #measured: Measured[] = [];

  private constructor(bench: Bench, link: Link, movie: BenchMovie) {
    this.#bench = bench;
    this.#link = link;
    this.#movie = movie;
  }

  /** Undefined, and a note below the table, where there can be no link. */
  static async open(bench: Bench): Promise<LinkRuns | undefined> {
    if (!canLink()) {
      bench.note(LINK_MISSING);
      return undefined;
    }
    const { measureMs } = bench.plan.isQuick ? QUICK_TIMES : TIMES;
    // No frame twice: so a frame's number says which of the epoch it is.
    const length = Math.ceil(measureMs / PERIOD_MS) + VIEWERS.framesPerSecond;
    const movie = await writeMovie(await makeFolder("movie"), MOVIE, "large", length);
    const control = (await readFile("/proc/sys/net/ipv4/tcp_congestion_control", "utf8")).trim();
    bench.note(`link: TCP's congestion control is ${control} on this machine; without a budget it decides.`);
    return new LinkRuns(bench, openLink(), movie);
  }

  works(repetition: number): readonly Work[] {
    return repetition > MOST_REPETITIONS ? [] : [() => this.#repeat()];
  }

  rows(): readonly Row[] {
    return linkRows(
      this.#measured.map((each) => ({
        budget: each.budget.run,
        stalled: each.stalled.run,
        none: each.none.run,
      })),
      PERIOD_MS,
    );
  }

  figures(): readonly Measured[] {
    return this.#measured;
  }

  async #repeat(): Promise<void> {
    const results = new Map<LinkCase, Measured[LinkCase]>();
    for (const each of shuffled(LINK_CASES, this.#bench.plan.random))
      results.set(each, await this.#measure(each));
    const measured = Object.fromEntries(results) as Measured;
    this.#measured.push(measured);
    // After each repetition, so that a run that is ended early has its picture.
    const { figure } = this.#bench.plan;
    if (figure !== undefined) await writeFile(figure, pictureOf(measured));
  }

  async #measure(which: LinkCase): Promise<Measured[LinkCase]> {
    this.#bench.plan.progress(`link, ${which}`);
    const { atServer, atClients, address } = this.#link;
    const ours = {
      folder: this.#movie.folder,
      port: PORT,
      settings: [...SERVING, ...(which === "none" ? [] : BUDGET)],
      within: atServer,
      movies: [this.#movie],
    };
    const figures = await useOurs(ours, `link, ${which}`, () =>
      contend({
        ...(this.#bench.plan.isQuick ? QUICK_TIMES : TIMES),
        sampleMs: SAMPLE_MS,
        host: address,
        port: PORT,
        within: atClients,
        clients: which === "stalled" ? [READERS, VIEWERS, STALLED] : [READERS, VIEWERS],
      }),
    );
    return { run: runOf(figures), figures };
  }
}

/** What is needed for every viewer to get every frame, in Mbit/s. */
const NEEDED = (VIEWERS.count * VIEWERS.framesPerSecond * FRAME_SIZES.large.bytes * 8) / 1e6;

function pictureOf({ budget, none }: Measured): string {
  return drawFigure({
    panels: [
      { title: "With a budget of 90 Mbit/s", outcome: outcomeOf(budget.run), figures: budget.figures },
      { title: "Without a budget", outcome: outcomeOf(none.run), figures: none.figures },
    ],
    priorities: [
      { priority: VIEWERS.priority, label: "priority 0: 4 viewers, 24 frames/s" },
      { priority: READERS.priority, label: "priority 5: 40 who read all they get" },
    ],
    needed: NEEDED,
    link: LINK_RATE / 1e6,
  });
}

function outcomeOf({ seen: { due, lost, p99 } }: LinkRun): string {
  const [lostText, dueText, p99Text] = [lost, due, Math.round(p99)].map((count) =>
    count.toLocaleString("en"),
  );
  return `${lostText} of ${dueText} frames lost, lateness p99 ${p99Text} ms`;
}

function runOf({ groups, beganMs, endedMs }: ContestFigures): LinkRun {
  const viewers = groups.flatMap((group) => group.viewers);
  const received = groups.flatMap(({ kind, clients }) => (kind === "readers" ? clients : []));
  const bytes = received.reduce((sum, each) => sum + each, 0);
  return {
    seen: seen(viewers, { periodMs: PERIOD_MS, endedMs }),
    readersRate: (bytes * 8) / ((endedMs - beganMs) / 1000),
    skipped: viewers.map(({ receipt }) => receipt?.skipped ?? Number.NaN),
  };
}
