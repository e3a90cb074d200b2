import type { Clock, Timer } from "../../base/clock.ts";
import type { Fault } from "../../base/errors.ts";
import { after, type Bytes, type MonotonicMs, type Ms } from "../../base/units.ts";
import { RequestSplitter } from "../../wire/requests.ts";
import type { Turns } from "../turns.ts";
import { HELD_INPUT, REQUESTS_PER_TURN, UNREAD_LINES } from "./limits.ts";

/** What an intake needs of its connection. */
export interface IntakeOwner {
  /** Reads no more until `resume`. */
  pause(): void;
  resume(): void;
  /** Answers one request, or one that is too long. May call `wait` when the answer comes later. */
  answer(request: Uint8Array | Fault): void;
  /** Whether a request without an end may be carried out as it stands. */
  makesSense(request: Uint8Array): boolean;
  /** Bytes of lines that the client has been given and not taken. */
  unreadLines(): number;
  /** Until when no request is answered, because it was sent too many lines; undefined: it may be now. */
  waitsUntil(): MonotonicMs | undefined;
  /** All that has come is answered. */
  caughtUp(): void;
  /** A request that was refused goes on without an end. */
  overran(): void;
}

export type IntakeOptions = {
  readonly clock: Clock;
  /** What it shares with all other connections. */
  readonly turns: Turns;
  /** Bytes of one request. */
  readonly limit: Bytes;
  /** Without input, before a request that has no end is taken as it stands. */
  readonly unterminated: Ms;
  readonly owner: IntakeOwner;
};

/**
 * Takes one client's requests from its input, a few at a time: a flood of them costs the others a turn each,
 * and a client that does not read its answers, or that has had too many of them, is not read either.
 *
 *     open ⇄ turn (more is at hand; goes on when others have been seen)
 *       ⇅  ⇅    ↘
 *     lines answer  closed (what still comes is not looked at)
 *     allowance
 *           (a request is being decided on; those behind it wait, so that their order is kept)
 */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #splitter: RequestSplitter;
  #state: "open" | "turn" | "lines" | "allowance" | "answer" | "closed" = "open";
  /** A request that waits for the allowance, or for a place in a turn. */
  #kept: Uint8Array | Fault | undefined;
  #allowed: Timer | undefined;
  /** Bytes that came while a request was being decided on. */
  #held = 0;
  #hasEnded = false;
  #silence: Timer | undefined;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#splitter = new RequestSplitter(options.limit);
  }

  /** Whether nothing more will be asked for. */
  get isDone(): boolean {
    return this.#state === "closed" || (this.#hasEnded && this.#state === "open");
  }

  /** Whether a request is being decided on. */
  get isDeciding(): boolean {
    return this.#state === "answer";
  }

  /** Whether a request waits until lines may be sent again. */
  get isHeldBack(): boolean {
    return this.#state === "allowance";
  }

  /** Input came. */
  read(chunk: Uint8Array): void {
    if (this.#state === "closed") return;
    this.#splitter.push(chunk);
    if (this.#state === "answer") this.#holdInput(chunk.length);
    this.#answer();
    this.#watchForMissingEnd();
  }

  /** The request at hand will be answered later: no other one is, until `goOn`. */
  wait(): void {
    if (this.#state === "open") this.#state = "answer";
  }

  /** The request that was waited for has been answered. */
  goOn(): void {
    if (this.#state !== "answer") return;
    this.#held = 0;
    this.#goOnLater();
  }

  /** The client has closed its half. */
  end(): void {
    this.#hasEnded = true;
    if (this.#state === "closed") return;
    this.#splitter.finish();
    this.#answer();
  }

  /** The client has taken all that it was given. */
  emptied(): void {
    if (this.#state === "lines") this.#goOnLater();
  }

  /** Takes no more. May be called twice. */
  close(): void {
    this.#state = "closed";
    this.#silence?.cancel();
    this.#allowed?.cancel();
    this.#options.owner.pause();
  }

  #answer(): void {
    const { owner, turns } = this.#options;
    for (let count = 0; this.#state === "open" && count < REQUESTS_PER_TURN; count += 1) {
      if (owner.unreadLines() > UNREAD_LINES) return this.#hold("lines");
      const request = this.#kept ?? this.#splitter.next();
      this.#kept = undefined;
      if (request === undefined) return this.#caughtUp();
      const until = owner.waitsUntil();
      if (until !== undefined) return this.#keep(request, until);
      if (!turns.take()) {
        this.#kept = request;
        break;
      }
      owner.answer(request);
    }
    if (this.#state !== "open") return;
    this.#hold("turn");
    this.#goOnLater();
  }

  // The socket is read on, so that the end of its client is seen, but not for ever.
  #holdInput(bytes: number): void {
    this.#held += bytes;
    if (this.#held > HELD_INPUT) this.#options.owner.pause();
  }

  #hold(reason: "turn" | "lines" | "allowance"): void {
    this.#state = reason;
    this.#options.owner.pause();
  }

  #keep(request: Uint8Array | Fault, until: MonotonicMs): void {
    this.#kept = request;
    this.#hold("allowance");
    this.#allowed = this.#options.clock.at(until, () => this.#goOnLater());
  }

  #goOnLater(): void {
    this.#state = "turn";
    this.#options.turns.later(() => {
      if (this.#state !== "turn") return;
      this.#state = "open";
      this.#options.owner.resume();
      this.#answer();
      this.#watchForMissingEnd();
    });
  }

  #caughtUp(): void {
    const { owner } = this.#options;
    if (this.#splitter.overrun) owner.overran();
    owner.caughtUp();
  }

  /** Old clients send a request without an end: silence ends it, if it makes sense as it stands. */
  #watchForMissingEnd(): void {
    this.#silence?.cancel();
    this.#silence = undefined;
    if (this.#state !== "open" || this.#splitter.sawEnd || this.#splitter.pending.length === 0) return;
    const { clock, unterminated } = this.#options;
    this.#silence = clock.at(after(clock.now(), unterminated), () => this.#takeUnterminated());
  }

  #takeUnterminated(): void {
    const { owner } = this.#options;
    if (this.#state !== "open" || !owner.makesSense(this.#splitter.pending)) return;
    owner.answer(this.#splitter.take());
  }
}
