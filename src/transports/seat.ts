import type { Clock } from "../base/clock.ts";
import { Fault } from "../base/errors.ts";
import type { Receipt, ReceiptSoFar } from "../base/events.ts";
import { formatRate } from "../base/rate.ts";
import type { Priority } from "../base/units.ts";
import type { Sink } from "../dispatch/sink.ts";
import { Admittance, type Gate, type Sample } from "../playback/admittance.ts";
import type { Plan } from "../playback/plan.ts";
import type { PlaybackListener } from "../playback/playback.ts";
import type { Egress } from "./egress.ts";
import type { PlaybackControl, Playbacks, RunningPlayback } from "./playbacks.ts";
import type { Turns } from "./turns.ts";
import type { OpenViewer, Viewer } from "./viewer.ts";

/** What all seats of a server share. */
export type House = {
  readonly clock: Clock;
  /** Where their clients' requests take their turns. */
  readonly turns: Turns;
  readonly openViewer: OpenViewer;
  /** Where their playbacks are listed. */
  readonly playbacks: Playbacks;
  /** Where timed playbacks are admitted; all are, when undefined. */
  readonly gate: Gate | undefined;
  /** What counts lines; undefined when nothing limits what is sent. */
  readonly egress: Egress | undefined;
};

/** Who sits there: how the playback is listed. */
export type Occupant = Pick<RunningPlayback, "transport" | "connection" | "client" | "address">;

/** Told what becomes of what a seat was asked to play. */
export interface SeatListener {
  /** A plan has been admitted and plays; what played before has ended. */
  began(plan: Plan, epoch: number): void;
  /** What was asked for is not to be had; what plays goes on. */
  refused(reason: Fault): void;
  /** An epoch ended: see `PlaybackListener`. */
  ended(receipt: Receipt, plan: Plan, error: Fault | undefined): void;
  /** An operator has given what plays another priority. */
  reprioritized?(priority: Priority): void;
}

export type SeatOptions = {
  readonly house: House;
  readonly occupant: Occupant;
  /** Whose seat it is: what that may be sent is one for all of its seats. */
  readonly client: object;
  /** Where its frames go. */
  readonly sink: Sink & { readonly isInMessage: boolean };
  readonly listener: SeatListener;
};

/**
 * One playback of a client, over whatever protocol: joins a sink to the stages, has what it plays admitted,
 * and lists it under one id as long as there is somebody in the seat.
 *
 *     empty ⇄ playing        each may be deciding too: a plan waits to be admitted
 *        ↘      ↙
 *         closed
 */
export class Seat implements PlaybackListener {
  /** Under which its playback is listed. */
  readonly id: string;
  readonly #options: SeatOptions;
  readonly #viewer: Viewer;
  readonly #admittance: Admittance;
  readonly #control: PlaybackControl;
  #isClosed = false;
  #isDeciding = false;

  constructor(options: SeatOptions) {
    const { house, occupant, client, sink } = options;
    this.#options = options;
    this.id = house.playbacks.nextId();
    this.#admittance = new Admittance(house.gate);
    this.#viewer = house.openViewer({
      connection: occupant.connection,
      playback: this.id,
      sink,
      listener: this,
      client,
    });
    this.#control = this.#makeControl();
  }

  /** Whether an epoch plays. */
  get isPlaying(): boolean {
    return this.#viewer.playback.movie !== undefined;
  }

  /** Whether what plays ends with the message under way: nothing else is to come. */
  get isEnding(): boolean {
    return this.#viewer.playback.isEnding;
  }

  /** Whether a plan waits to be admitted. */
  get isDeciding(): boolean {
    return this.#isDeciding;
  }

  /** What the receipt of what plays would say now. */
  get receiptSoFar(): ReceiptSoFar | undefined {
    return this.#viewer.playback.receiptSoFar;
  }

  /**
   * Plays what `make` plans, when it has been admitted: at once, or when it is known how large its frames
   * are. It is made anew then, as the movie may have changed. Of several that are decided on, the last one
   * counts. The listener is told what came of it, perhaps inside of this call.
   */
  play(make: () => Plan): void {
    this.#cancel();
    this.#try(() => {
      const plan = make();
      const sample = this.#admittance.sample(plan, (found) => this.#decided(make, found));
      this.#isDeciding = sample === undefined;
      if (sample !== undefined) this.#begin(plan, sample);
    });
  }

  /** Ends what plays and what is decided on, for a reason of the server's or at the client's command. */
  stop(reason?: Fault): void {
    const wasDeciding = this.#isDeciding;
    this.#cancel();
    if (this.isPlaying) this.#viewer.playback.stop(reason);
    if (wasDeciding && reason !== undefined) this.#options.listener.refused(reason);
  }

  /** Its client goes on with another priority, in the same epoch, having wished for perhaps a better one. */
  prioritize({ priority, wished = priority }: Pick<Plan, "priority" | "wished">): void {
    this.#viewer.playback.prioritize(priority, wished);
    this.#admittance.prioritize(priority);
    this.#options.house.playbacks.changed(this.id, priority);
  }

  /** The sink, which had answered `wait`, can take the next hand-over. */
  drained(): void {
    this.#viewer.drained();
  }

  /** A message of so many bytes has been handed over to its end. */
  sent(bytes: number): void {
    this.#admittance.sent(bytes);
  }

  ended(receipt: Receipt, plan: Plan, error: Fault | undefined): void {
    this.#admittance.ended(plan);
    this.#options.house.playbacks.ended(this.id, receipt);
    this.#options.listener.ended(receipt, plan, error);
  }

  /** Gives everything back at once. May be called twice. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancel();
    this.#viewer.playback.close();
  }

  #cancel(): void {
    this.#isDeciding = false;
    this.#admittance.cancel();
  }

  #decided(make: () => Plan, sample: Sample): void {
    this.#isDeciding = false;
    this.#try(() => this.#begin(make(), sample));
  }

  #try(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#options.listener.refused(error);
    }
  }

  #begin(plan: Plan, sample: Sample): void {
    const { playback } = this.#viewer;
    this.#admittance.admit(plan, sample, this.#options.sink);
    playback.play(plan);
    const { epoch } = playback;
    if (epoch === undefined) return;
    this.#list(plan, epoch);
    this.#options.listener.began(plan, epoch);
  }

  #list({ log, priority, contract, rate, rendition = "original" }: Plan, epoch: number): void {
    const { house, occupant } = this.#options;
    const what = { movie: log.name, epoch, priority, contract, fps: rate && formatRate(rate) };
    house.playbacks.opened(
      { id: this.id, ...occupant, ...what, rendition, since: house.clock.now() },
      this.#control,
    );
  }

  #makeControl(): PlaybackControl {
    const { playback } = this.#viewer;
    return {
      receiptSoFar: () => playback.receiptSoFar,
      progress: () => playback.progress,
      end: (reason) => this.stop(reason),
      prioritize: (priority) => {
        this.#viewer.playback.prioritize(priority);
        this.#admittance.prioritize(priority);
        this.#options.listener.reprioritized?.(priority);
      },
    };
  }
}
