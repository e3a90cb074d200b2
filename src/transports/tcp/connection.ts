import type { Socket } from "node:net";
import type { Clock, Timer } from "../../base/clock.ts";
import { type ErrorCode, Fault, fault } from "../../base/errors.ts";
import { events, type Receipt } from "../../base/events.ts";
import { after, type MonotonicMs } from "../../base/units.ts";
import type { Catalogue } from "../../library/log.ts";
import type { Plan } from "../../playback/plan.ts";
import type { PlaybackListener } from "../../playback/playback.ts";
import { RequestSplitter } from "../../wire/requests.ts";
import { encodeEnd, encodeError } from "../../wire/tag.ts";
import type { OpenViewer, Viewer } from "../viewer.ts";
import { type ClassicLimits, LINGER_MS, REQUESTS_PER_TURN, UNREAD_LINES } from "./limits.ts";
import { carryOut, readRequest } from "./requests.ts";
import { SocketSink } from "./socketSink.ts";

export type ConnectionOptions = {
  readonly number: number;
  readonly socket: Socket;
  readonly clock: Clock;
  readonly catalogue: Catalogue;
  readonly limits: ClassicLimits;
  readonly openViewer: OpenViewer;
  /** The socket is closed, and everything it held has been given back. */
  readonly closed: (connection: Connection) => void;
};

/**
 * The owner of one accepted socket, from accept to close: reads its requests, answers with errors and
 * receipts, and joins it to a playback. Whatever happens, it ends with the socket's `close`.
 *
 *     reading ─▶ ending (the last byte is sent, the client has yet to close its half) ─▶ closed
 */
export class Connection implements PlaybackListener {
  readonly number: number;
  readonly peer: string;
  readonly #options: ConnectionOptions;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #splitter: RequestSplitter;
  readonly #sink: SocketSink;
  readonly #viewer: Viewer;
  readonly #openedAt: MonotonicMs;
  #state: "reading" | "ending" | "closed" = "reading";
  #hasRequested = false;
  #inputEnded = false;
  #isFinishing = false;
  /** Requests wait for their turn, or for the client to read lines. */
  #isHeld = false;
  #activeAt: MonotonicMs;
  #unterminated: Timer | undefined;
  #reason: ErrorCode | undefined;

  constructor(options: ConnectionOptions) {
    const { number, socket, clock, limits, openViewer } = options;
    this.number = number;
    this.#options = options;
    this.#socket = socket;
    this.#clock = clock;
    this.peer = `${socket.remoteAddress ?? "?"}:${socket.remotePort ?? 0}`;
    this.#openedAt = clock.now();
    this.#activeAt = this.#openedAt;
    this.#splitter = new RequestSplitter(limits.request);
    this.#sink = new SocketSink(socket, {
      now: () => clock.now(),
      drained: () => this.#viewer.drained(),
      emptied: () => this.#emptied(),
      atBoundary: () => this.#endIfDone(),
      abandoned: (reason) => this.#abandon(reason),
    });
    this.#viewer = openViewer({ connection: number, sink: this.#sink, listener: this });
    socket.on("data", (chunk: Uint8Array) => this.#read(chunk));
    socket.on("end", () => this.#readEnd());
    // What the error was is of no use to anybody: `close` follows, and it is the end of the connection.
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#close());
    events.connectionOpened.publish({ connection: number, peer: this.peer });
  }

  /** Ends the playback with an error line, finishes the message in progress, and closes. */
  finish(reason: Fault): void {
    if (this.#state !== "reading" || this.#isFinishing) return;
    this.#isFinishing = true;
    this.#reason = reason.code;
    if (this.#viewer.playback.movie !== undefined) this.#viewer.playback.stop(reason);
    // Whoever has nothing coming sees an orderly end, and no line behind its last movie.
    else if (reason.code !== "SERVER_CLOSING") this.#refuse(reason);
    this.#endIfDone();
  }

  /** Closes at once: the client gets a reset rather than something that looks like an end. */
  destroy(): void {
    this.#socket.resetAndDestroy();
  }

  /** Closes the connection if one of its times is up. Called every now and then. */
  checkTimes(now: MonotonicMs): void {
    const { limits } = this.#options;
    const { waitsSince } = this.#sink;
    if (this.#state === "ending") this.#checkEnding(now);
    else if (waitsSince !== undefined && now >= after(waitsSince, limits.stall)) {
      this.#abandon(fault("CONNECTION_STALLED", `nothing was taken for ${limits.stall / 1000} s`));
    } else if (!this.#hasRequested && now >= after(this.#openedAt, limits.firstRequest)) {
      this.finish(fault("REQUEST_TIMEOUT", `no request came within ${limits.firstRequest / 1000} s`));
    } else if (this.#isIdle && now >= after(this.#activeAt, limits.idle)) {
      this.finish(fault("CONNECTION_IDLE", `nothing was asked for within ${limits.idle / 1000} s`));
    }
  }

  #checkEnding(now: MonotonicMs): void {
    const isSent = this.#socket.writableFinished;
    const patience = isSent ? LINGER_MS : this.#options.limits.stall;
    if (now < after(this.#activeAt, patience)) return;
    // What the kernel has still reaches the client after a close, but not after a reset.
    if (isSent) this.#socket.destroy();
    else this.destroy();
  }

  get #isIdle(): boolean {
    return (
      this.#hasRequested && this.#viewer.playback.movie === undefined && this.#sink.waitsSince === undefined
    );
  }

  #read(chunk: Uint8Array): void {
    if (this.#state !== "reading" || this.#isFinishing) return;
    this.#activeAt = this.#clock.now();
    this.#splitter.push(chunk);
    this.#answerRequests();
    this.#watchForMissingEnd();
  }

  #readEnd(): void {
    this.#inputEnded = true;
    if (this.#state !== "reading") return;
    this.#splitter.finish();
    this.#answerRequests();
  }

  /** Answers what has come, a few requests at a time: a flood of them costs the others one turn. */
  #answerRequests(): void {
    if (this.#isHeld || this.#isFinishing || this.#state !== "reading") return;
    for (let count = 0; count < REQUESTS_PER_TURN; count += 1) {
      if (this.#sink.lineBytes > UNREAD_LINES) break;
      const request = this.#splitter.next();
      if (request === undefined) return this.#afterRequests();
      this.#answer(request);
    }
    this.#isHeld = true;
    this.#socket.pause();
    if (this.#sink.lineBytes <= UNREAD_LINES) this.#clock.defer(() => this.#goOn());
  }

  #goOn(): void {
    if (!this.#isHeld || this.#state !== "reading") return;
    this.#isHeld = false;
    this.#socket.resume();
    this.#answerRequests();
  }

  #afterRequests(): void {
    if (this.#splitter.overrun) this.#endOverrun();
    this.#endIfDone();
  }

  /**
   * No end of the request can be hoped for. It was refused when it became too long, and is not refused twice.
   */
  #endOverrun(): void {
    if (this.#isFinishing) return;
    this.#isFinishing = true;
    this.#reason = "REQUEST_TOO_LONG";
    this.#viewer.playback.stop();
  }

  #answer(request: Uint8Array | Fault): void {
    this.#hasRequested = true;
    try {
      if (request instanceof Fault) throw request;
      const { catalogue, limits } = this.#options;
      const context = { catalogue, connection: this.number, bestPriority: limits.bestPriority };
      carryOut(readRequest(request, context), this.#viewer.playback);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#refuse(error);
    }
  }

  /** Old clients send a request without an end: silence ends it, if it makes sense as it stands. */
  #watchForMissingEnd(): void {
    this.#unterminated?.cancel();
    this.#unterminated = undefined;
    if (this.#splitter.sawEnd || this.#isHeld || this.#splitter.pending.length === 0) return;
    const { limits } = this.#options;
    const time = after(this.#clock.now(), limits.unterminated);
    this.#unterminated = this.#clock.at(time, () => this.#takeUnterminated());
  }

  #takeUnterminated(): void {
    if (this.#isFinishing || this.#state !== "reading") return;
    const { catalogue, limits } = this.#options;
    const context = { catalogue, connection: this.number, bestPriority: limits.bestPriority };
    try {
      readRequest(this.#splitter.pending, context);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return;
    }
    this.#answer(this.#splitter.take());
  }

  /** An epoch ended: says why, and gives the receipt where the client asked for tags. */
  ended(receipt: Receipt, plan: Plan, error: Fault | undefined): void {
    if (this.#state !== "reading" || receipt.end === "closed") return;
    this.#activeAt = this.#clock.now();
    if (error !== undefined) this.#refuse(error);
    if (plan.label !== undefined) this.#sink.sendLine(encodeEnd(receipt));
    this.#endIfDone();
  }

  #refuse(reason: Fault): void {
    events.requestRefused.publish({ connection: this.number, code: reason.code, detail: reason.message });
    this.#sink.sendLine(encodeError(reason));
  }

  #emptied(): void {
    this.#activeAt = this.#clock.now();
    this.#goOn();
  }

  /** Ends the connection when nothing will follow: the client asks for no more, and has all it asked for. */
  #endIfDone(): void {
    const asksForMore = !this.#isFinishing && (!this.#inputEnded || this.#isHeld);
    if (this.#state !== "reading" || asksForMore) return;
    if (this.#viewer.playback.movie !== undefined || this.#sink.isInMessage) return;
    this.#state = "ending";
    this.#activeAt = this.#clock.now();
    this.#socket.end();
    this.#socket.resume();
  }

  #abandon(reason: Fault): void {
    this.#reason = reason.code;
    this.destroy();
  }

  #close(): void {
    this.#state = "closed";
    this.#unterminated?.cancel();
    this.#viewer.playback.close();
    events.connectionClosed.publish({ connection: this.number, peer: this.peer, reason: this.#reason });
    this.#options.closed(this);
  }
}
