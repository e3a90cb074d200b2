import { Fault } from "../base/errors.ts";
import { Admittance, type Gate, type Sample } from "../playback/admittance.ts";
import { rateFor } from "../playback/need.ts";
import type { Plan } from "../playback/plan.ts";

/** Why somebody was not let in: frames a second that would have been, at that moment. */
export type Refusal = { readonly fittingFps: number };

/** A message that has begun to be handed over, and where it ends among all bytes that are. */
type Message = { readonly end: number; readonly bytes: number };

/** One viewer's way through admission: asks before it plays, and tells what its messages turn out to be. */
export class Entrance {
  readonly #gate: Gate;
  readonly #admittance: Admittance;
  #handedOver = 0;
  #unfinished: Message | undefined;

  constructor(gate: Gate) {
    this.#gate = gate;
    this.#admittance = new Admittance(gate);
  }

  /** Calls `answer` once, also inside of this call; later when a frame has to be made first. */
  ask(plan: Plan, answer: (refusal: Refusal | undefined) => void): void {
    const sample = this.#admittance.sample(plan, (found) => answer(this.#decide(plan, found)));
    if (sample !== undefined) answer(this.#decide(plan, sample));
  }

  /** A hand-over has been made. */
  sent(bytes: number): void {
    this.#handedOver += bytes;
    if (this.#unfinished !== undefined) this.#finishIfSent(this.#unfinished);
  }

  /** The first byte of a message was in the last hand-over. */
  started(message: Message): void {
    this.#unfinished = message;
    this.#finishIfSent(message);
  }

  /** The plan plays no more. */
  ended(plan: Plan): void {
    this.#admittance.ended(plan);
  }

  /** Nobody waits for an answer any more. May be called twice. */
  cancel(): void {
    this.#admittance.cancel();
  }

  #finishIfSent({ end, bytes }: Message): void {
    if (end > this.#handedOver) return;
    this.#unfinished = undefined;
    this.#admittance.sent(bytes);
  }

  #decide(plan: Plan, sample: Sample): Refusal | undefined {
    try {
      this.#admittance.admit(plan, sample, { isInMessage: this.#unfinished !== undefined });
      return undefined;
    } catch (error) {
      if (!(error instanceof Fault && error.code === "BUSY")) throw error;
      return { fittingFps: rateFor(this.#gate.admission.free(plan.priority), sample) };
    }
  }
}
