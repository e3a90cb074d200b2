import { chartSpecs } from "./charts.ts";
import { History } from "./history.ts";
import { Ledger } from "./ledger.ts";
import { Polling } from "./polling.ts";
import { type Answer, Listening, askMetrics, askPlaybacks, askSomeMovie } from "./server.ts";
import { Snapshot } from "./snapshot.ts";

/** How often the server is asked, in milliseconds. */
const EVERY = 1_000;

/** Long lists are asked for less often: each takes the server some of the time of those who watch. */
const LONG_LIST = 250;
const EVERY_LONG = 2_000;

/** With hundreds of events a second the page is drawn four times. In milliseconds. */
const DRAWN = 250;

/** What this page knows of the server, kept up to date while somebody looks at it. */
export class Observation {
  readonly history = new History();
  readonly ledger = new Ledger();
  /** Whether a list has come. */
  isListed = false;
  /** The server did not answer when it was asked last. */
  isGone = false;
  lastHeard: Date | undefined;
  /** Why there are no metrics, if it answers without them. */
  refusal: string | undefined;
  someMovie: string | undefined;
  /** How many run besides those that the last list named: there are very many. */
  #unlisted = 0;
  #answers = 0;
  #drawing: ReturnType<typeof setTimeout> | undefined;
  readonly #draw: () => void;
  readonly #metrics = new Polling(
    (signal) => this.#askMetrics(signal),
    () => EVERY,
  );
  readonly #lists = new Polling(
    (signal) => this.#askList(signal),
    () => (this.total > LONG_LIST ? EVERY_LONG : EVERY),
  );
  readonly #events = new Listening({
    opened: (playback) => {
      this.ledger.open(playback);
      this.#changed();
    },
    ended: (ended) => {
      this.ledger.close(ended);
      this.#changed();
    },
    resync: () => this.#lists.start(),
  });

  /** @param draw is called when there is something new */
  constructor(draw: () => void) {
    this.#draw = draw;
  }

  get total(): number {
    return this.ledger.running.length + this.#unlisted;
  }

  /** Looks at everything anew, and goes on. */
  start(): void {
    this.#metrics.start();
    this.#lists.start();
    this.#events.open();
  }

  /** Nobody looks: the server is left in peace. */
  stop(): void {
    this.#metrics.stop();
    this.#lists.stop();
    this.#events.close();
  }

  async #askMetrics(signal: AbortSignal): Promise<void> {
    const answer = await askMetrics(signal);
    if (signal.aborted || !this.#isThere(answer)) return;
    if (answer.kind === "refused") this.refusal = refusalWords(answer);
    else this.#take(answer.value);
    this.#draw();
  }

  #take(body: unknown): void {
    try {
      const snapshot = new Snapshot(body, { number: this.#answers + 1, at: performance.now() });
      this.#answers += 1;
      const lines = chartSpecs(snapshot).flatMap((spec) => spec.lines);
      this.history.add(snapshot, lines);
      this.refusal = undefined;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.refusal = "the answer is none that this page understands";
    }
  }

  async #askList(signal: AbortSignal): Promise<void> {
    const take = this.ledger.ask();
    const answer = await askPlaybacks(signal);
    if (signal.aborted || !this.#isThere(answer) || answer.kind !== "value") return;
    take(answer.value.playbacks);
    this.#unlisted = Math.max(answer.value.total - answer.value.playbacks.length, 0);
    this.isListed = true;
    if (this.total === 0) this.someMovie ??= await askSomeMovie(signal);
    this.#draw();
  }

  #isThere<T>(answer: Answer<T>): answer is Exclude<Answer<T>, { kind: "gone" }> {
    this.isGone = answer.kind === "gone";
    if (this.isGone) this.#draw();
    else this.lastHeard = new Date();
    return !this.isGone;
  }

  #changed(): void {
    if (this.#drawing !== undefined) return;
    this.#drawing = setTimeout(() => {
      this.#drawing = undefined;
      this.#draw();
    }, DRAWN);
  }
}

function refusalWords({ status, detail }: Extract<Answer<unknown>, { kind: "refused" }>): string {
  return status === 0 ? detail : `${status}${detail === "" ? "" : `, ${detail}`}`;
}
