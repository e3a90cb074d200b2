import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { type ErrorCode, type Fault, fault } from "../../base/errors.ts";
import { events, type Receipt, type Waits } from "../../base/events.ts";
import { after, type MonotonicMs, type Ms } from "../../base/units.ts";
import type { Plan } from "../../playback/plan.ts";
import { type House, Seat, type SeatListener } from "../seat.ts";
import type { ByteRange } from "./byteRange.ts";
import type { HttpClient } from "./client.ts";
import { PROBLEM_BYTES } from "./limits.ts";
import { sendProblem } from "./problems.ts";
import { reset } from "../reset.ts";
import { ResponseSink, type ResponseOwner } from "./responseSink.ts";
import { serverTiming } from "./serverTiming.ts";

/** The head of a response whose body is frames, or of one that needs none. */
export type Head = {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  /** Which bytes of what is handed over are the body; all, when undefined. */
  readonly range?: ByteRange | undefined;
};

/** An answer that says why there is no frame, besides what its error says. */
export type Refusal = { readonly error: Fault; readonly headers: OutgoingHttpHeaders };

/** What a response shows, and in which form. */
export interface Reel {
  /** Plans it. `known` is to be called when the first message is at hand, before any byte of it leaves. */
  plan(known: () => void): Plan;
  /** When the first message is known and no byte has left: the answer, where it has no frame. */
  bodiless(): Head | Refusal | undefined;
  /** Before the first byte leaves; also when there turned out to be nothing to send. */
  head(): Head;
  /** What goes before the first frame. */
  opening(): Uint8Array | undefined;
  /** What follows the last frame of a playback that came to its end. */
  closing(receipt: Receipt): Uint8Array | undefined;
}

export type ShowingOptions = {
  readonly house: House;
  readonly client: HttpClient;
  /** Which of the client's requests it answers, from 1. */
  readonly request: number;
  readonly response: ServerResponse;
  /** What every response has in its head. */
  readonly headers: OutgoingHttpHeaders;
  /** A client that closes its half wants no more. Whoever reads to an end may do so and still be answered. */
  readonly endsWithClient: boolean;
  /** How long a client may take nothing. */
  readonly stall: Ms;
  readonly reel: Reel;
  /** Everything it held has been given back. */
  readonly closed: () => void;
};

/**
 * One HTTP response whose body is frames: a playback in a seat of its own. What goes wrong before the first
 * byte is a problem; behind it the connection is cut, after the message in progress. Whatever happens, it
 * ends with the response's `close`.
 *
 *     playing ─▶ ended ─▶ closed
 *        └────▶ cutting ──┘
 */
export class Showing implements SeatListener, ResponseOwner {
  readonly #options: ShowingOptions;
  readonly #sink: ResponseSink;
  readonly #askedAt: MonotonicMs;
  #seat: Seat | undefined;
  #state: "playing" | "ended" | "cutting" | "closed" = "playing";
  /** Of the last receipt, where the epoch has ended before the head was written. */
  #waits: Waits | undefined;
  #wished: number | undefined;
  #hasLength = false;

  constructor(options: ShowingOptions) {
    const { response } = options;
    this.#options = options;
    this.#askedAt = options.house.clock.now();
    this.#sink = new ResponseSink(response, this);
    response.on("close", this.#gone);
    // What the error was is of no use to anybody: `close` follows.
    response.on("error", () => response.destroy());
    this.#start();
  }

  /** Ends the playback, after the message in progress. */
  finish(reason: Fault): void {
    if (this.#seat !== undefined && !this.#seat.isEnding) this.#seat.stop(reason);
  }

  /** Closes at once: the client gets a reset rather than something that looks like an end. */
  destroy(): void {
    reset(this.#options.client.socket);
  }

  /** Closes the connection if the client has taken nothing for too long. Called every now and then. */
  checkTimes(now: MonotonicMs): void {
    const { stall } = this.#options;
    const { waitsSince } = this.#sink;
    if (waitsSince !== undefined && now >= after(waitsSince, stall))
      this.abandoned(fault("CONNECTION_STALLED", `nothing was taken for ${stall / 1000} s`));
  }

  now(): MonotonicMs {
    return this.#options.house.clock.now();
  }

  began({ wished, priority }: Plan): void {
    this.#wished = wished === undefined || wished === priority ? undefined : wished;
  }

  refused(reason: Fault): void {
    this.#refuse(reason);
  }

  ended(receipt: Receipt, _plan: Plan, error: Fault | undefined): void {
    if (this.#state !== "playing") return;
    this.#waits = receipt.waits;
    if (receipt.end === "finished") this.#end(receipt);
    else if (!this.#sink.hasStarted)
      this.#refuse(error ?? fault("PLAYBACK_ENDED", "the playback was stopped"));
    else this.#cut(error?.code);
  }

  begin(): ByteRange | undefined {
    const { reel, response } = this.#options;
    const head = reel.head();
    this.#writeHead(head);
    const opening = reel.opening();
    if (opening !== undefined) response.write(opening);
    return head.range;
  }

  wrote(bytes: number): void {
    this.#options.client.ledger?.handed(bytes, "written");
  }

  drained(): void {
    this.#seat?.drained();
  }

  atBoundary(bytes: number): void {
    this.#seat?.sent(bytes);
    if (this.#state === "cutting") this.#cutNow();
  }

  abandoned(reason: Fault): void {
    this.#options.client.reason = reason.code;
    this.destroy();
  }

  #start(): void {
    const { house, client, response, reel, endsWithClient } = this.#options;
    const { socket } = client;
    // Silence of a client that is shown something means nothing: the sink knows whether it takes it.
    socket.setTimeout(0);
    if (endsWithClient) socket.once("end", this.#clientEnded);
    const { number: connection, label, address } = client;
    const occupant = { transport: "http", connection, client: label(response.req), address } as const;
    this.#seat = new Seat({ house, occupant, client, sink: this.#sink, listener: this });
    const known = (): void => queueMicrotask(() => this.#known());
    this.#seat.play(() => reel.plan(known));
  }

  readonly #clientEnded = (): void => {
    this.destroy();
  };

  /** The first message is at hand: some answers need no more of it than what is known by that. */
  #known(): void {
    if (this.#state !== "playing" || this.#options.response.headersSent) return;
    const answer = this.#options.reel.bodiless();
    if (answer === undefined) return;
    this.#sink.discard();
    if ("error" in answer) return this.#refuse(answer.error, answer.headers);
    this.#waits = this.#seat?.receiptSoFar?.waits ?? this.#waits;
    this.#state = "ended";
    this.#seat?.close();
    this.#answer(0, () => {
      this.#writeHead(answer);
      this.#options.response.end();
    });
  }

  #writeHead({ status, headers }: Head): void {
    const { response, headers: common } = this.#options;
    this.#hasLength = "Content-Length" in headers;
    const waits = this.#waits ?? this.#seat?.receiptSoFar?.waits;
    const { id } = this.#seat ?? {};
    response.writeHead(status, {
      ...common,
      ...headers,
      ...(id === undefined ? {} : { "Mutoscope-Playback": id }),
      ...(this.#wished === undefined ? {} : { "Mutoscope-Priority-Wished": String(this.#wished) }),
      "Server-Timing": serverTiming(this.now() - this.#askedAt, waits),
    });
    response.flushHeaders();
  }

  #refuse(reason: Fault, more: OutgoingHttpHeaders = {}): void {
    if (this.#state === "closed" || this.#state === "ended") return;
    const { client, response, request } = this.#options;
    const headers = { ...this.#options.headers, ...more };
    this.#state = "ended";
    const { code, message: detail } = reason;
    const id = this.#seat?.id;
    const asker = { connection: client.number, request };
    events.requestRefused.publish({ ...asker, transport: "http", playback: id, code, detail });
    this.#seat?.close();
    const known = id === undefined ? headers : { ...headers, "Mutoscope-Playback": id };
    this.#answer(PROBLEM_BYTES, () => sendProblem(response, reason, known, asker));
  }

  /** Answers without frames, when the connection's allowance has so many bytes. */
  #answer(bytes: number, go: () => void): void {
    const { client, response } = this.#options;
    client.afford(bytes, () => {
      if (!response.destroyed) go();
    });
  }

  #end(receipt: Receipt): void {
    const { reel } = this.#options;
    this.#state = "ended";
    this.#sink.end(reel.closing(receipt));
  }

  #cut(code: ErrorCode | undefined): void {
    this.#state = "cutting";
    this.#options.client.reason = code;
    if (!this.#sink.isInMessage) this.#cutNow();
  }

  // A body in chunks lacks its last one then, and one of a known length some of its bytes. One that ends
  // with its connection must not look whole.
  #cutNow(): void {
    const { response, client } = this.#options;
    this.#sink.release();
    if (response.chunkedEncoding || this.#hasLength) client.socket.destroySoon();
    else this.destroy();
  }

  readonly #gone = (): void => {
    if (this.#state === "closed") return;
    this.#state = "closed";
    const { socket } = this.#options.client;
    socket.off("end", this.#clientEnded);
    this.#seat?.close();
    this.#options.closed();
  };
}
