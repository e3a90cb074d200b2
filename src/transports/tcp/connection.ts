import type { Socket } from "node:net";
import type { Clock } from "../../base/clock.ts";
import { type ErrorCode, Fault, fault } from "../../base/errors.ts";
import { events, type Receipt } from "../../base/events.ts";
import { formatRate } from "../../base/rate.ts";
import { after, type MonotonicMs, type Priority } from "../../base/units.ts";
import type { Catalogue } from "../../library/log.ts";
import { Admittance, type Gate, type Sample } from "../../playback/admittance.ts";
import type { Plan } from "../../playback/plan.ts";
import type { PlaybackListener } from "../../playback/playback.ts";
import { encodeReceipt } from "../../wire/receipt.ts";
import { encodeEnd, encodeError } from "../../wire/tag.ts";
import type { Egress } from "../egress.ts";
import type { PlaybackControl, Playbacks } from "../playbacks.ts";
import type { LineAllowance } from "../lineAllowance.ts";
import { reset } from "../reset.ts";
import type { Turns } from "../turns.ts";
import type { OpenViewer, Viewer } from "../viewer.ts";
import { Intake, type IntakeOwner } from "./intake.ts";
import { type ClassicLimits, LINGER_MS } from "./limits.ts";
import { carryOut, type ReadRequest, readRequest } from "./requests.ts";
import { SocketSink } from "./socketSink.ts";

export type ConnectionOptions = {
  readonly number: number;
  readonly socket: Socket;
  readonly clock: Clock;
  readonly turns: Turns;
  readonly catalogue: Catalogue;
  readonly limits: ClassicLimits;
  readonly openViewer: OpenViewer;
  /** The best priority that this client may have. */
  readonly bestPriority: Priority;
  /** Where its playback is listed. */
  readonly playbacks: Playbacks;
  /** Where timed playbacks are admitted; all are, when undefined. */
  readonly gate: Gate | undefined;
  /** What counts its lines; undefined when nothing limits what is sent. */
  readonly egress: Egress | undefined;
  /** The socket is closed, and everything it held has been given back. */
  readonly closed: (connection: Connection) => void;
};

/**
 * The owner of one accepted socket, from accept to close: answers its requests with errors and receipts, and
 * joins it to a playback. Whatever happens, it ends with the socket's `close`.
 *
 *     serving ─▶ finishing (no request is taken any more) ─▶ ending (all is sent; the client has yet to
 *        └──────────────────────────────────────────────────────┘     close its half) ─▶ closed
 */
export class Connection implements PlaybackListener {
  readonly number: number;
  readonly peer: string;
  readonly #options: ConnectionOptions;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #intake: Intake;
  readonly #sink: SocketSink;
  readonly #viewer: Viewer;
  readonly #admittance: Admittance;
  readonly #allowance: LineAllowance | undefined;
  /** Under which its playback is listed. */
  readonly #playbackId: string;
  readonly #control: PlaybackControl;
  readonly #address: string | undefined;
  readonly #openedAt: MonotonicMs;
  #state: "serving" | "finishing" | "ending" | "closed" = "serving";
  /** How many there have been. */
  #requests = 0;
  /** When something was last asked for, sent to the end, or given up. */
  #activeAt: MonotonicMs;
  #reason: ErrorCode | undefined;

  constructor(options: ConnectionOptions) {
    const { number, socket, clock, turns, limits, openViewer } = options;
    this.number = number;
    this.#options = options;
    this.#socket = socket;
    this.#clock = clock;
    this.peer = `${socket.remoteAddress ?? "?"}:${socket.remotePort ?? 0}`;
    this.#address = socket.remoteAddress;
    this.#admittance = new Admittance(options.gate);
    this.#playbackId = options.playbacks.nextId();
    this.#openedAt = clock.now();
    this.#activeAt = this.#openedAt;
    const { request: limit, unterminated } = limits;
    this.#intake = new Intake({ clock, turns, limit, unterminated, owner: this.#intakeOwner() });
    this.#sink = new SocketSink(socket, {
      now: () => clock.now(),
      drained: () => this.#viewer.drained(),
      emptied: () => this.#emptied(),
      atBoundary: (bytes) => this.#messageEnded(bytes),
      abandoned: (reason) => this.#abandon(reason),
    });
    this.#allowance = options.egress?.lines?.open();
    const playback = this.#playbackId;
    this.#viewer = openViewer({
      connection: number,
      playback,
      sink: this.#sink,
      listener: this,
      client: this,
    });
    this.#control = this.#makeControl();
    socket.on("data", (chunk: Uint8Array) => this.#intake.read(chunk));
    socket.on("end", () => this.#intake.end());
    // What the error was is of no use to anybody: `close` follows, and it is the end of the connection.
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#close());
    events.connectionOpened.publish({ connection: number, transport: "classic", peer: this.peer });
  }

  /** Ends the playback with an error line, finishes the message in progress, and closes. */
  finish(reason: Fault): void {
    if (this.#state !== "serving") return;
    const { isDeciding } = this.#intake;
    const { playback } = this.#viewer;
    const isPlaying = playback.movie !== undefined && !playback.isEnding;
    this.#takeNoMore(reason.code);
    // Whoever has nothing coming sees an orderly end, and no line behind its last movie. What is being
    // decided on has been asked for, too; it is refused before the movie's end ends the connection.
    if (isDeciding || (!isPlaying && reason.code !== "SERVER_CLOSING")) this.#refuse(reason);
    if (isPlaying) playback.stop(reason);
    this.#endIfDone();
  }

  /** Closes at once: the client gets a reset rather than something that looks like an end. */
  destroy(): void {
    reset(this.#socket);
  }

  /** Closes the connection if one of its times is up. Called every now and then. */
  checkTimes(now: MonotonicMs): void {
    const { limits } = this.#options;
    const { waitsSince } = this.#sink;
    if (this.#state === "ending") this.#checkEnding(now);
    else if (waitsSince !== undefined && now >= after(waitsSince, limits.stall)) {
      this.#abandon(fault("CONNECTION_STALLED", `nothing was taken for ${limits.stall / 1000} s`));
    } else if (this.#requests === 0 && now >= after(this.#openedAt, limits.firstRequest)) {
      this.finish(fault("REQUEST_TIMEOUT", `no request came within ${limits.firstRequest / 1000} s`));
    } else if (this.#isIdle() && now >= after(this.#activeAt, limits.idle)) {
      this.finish(fault("CONNECTION_IDLE", `nothing was asked for within ${limits.idle / 1000} s`));
    }
  }

  /** An epoch ended: says why, and gives the receipt where the client asked for it. */
  ended(receipt: Receipt, plan: Plan, error: Fault | undefined): void {
    this.#admittance.ended(plan);
    this.#options.playbacks.ended(this.#playbackId, receipt);
    if (this.#state === "closed" || receipt.end === "closed") return;
    this.#activeAt = this.#clock.now();
    if (error !== undefined) this.#tell(encodeError(error));
    if (plan.receipt === "full") this.#tell(encodeReceipt(receipt));
    if (plan.envelope !== undefined) this.#tell(encodeEnd(receipt));
    // What replaces it is about to begin.
    if (receipt.end !== "replaced") this.#endIfDone();
  }

  #makeControl(): PlaybackControl {
    const { playback } = this.#viewer;
    return {
      receiptSoFar: () => playback.receiptSoFar,
      progress: () => playback.progress,
      end: (reason) => playback.stop(reason),
      prioritize: (priority) => {
        playback.prioritize(priority);
        this.#admittance.prioritize(priority);
      },
    };
  }

  #intakeOwner(): IntakeOwner {
    return {
      pause: () => void this.#socket.pause(),
      resume: () => void this.#socket.resume(),
      answer: (request) => this.#answer(request),
      makesSense: (request) => this.#makesSense(request),
      unreadLines: () => this.#sink.lineBytes,
      waitsUntil: () => this.#allowance?.waitsUntil,
      caughtUp: () => this.#endIfDone(),
      overran: () => this.#overran(),
    };
  }

  #answer(request: Uint8Array | Fault): void {
    this.#requests += 1;
    this.#activeAt = this.#clock.now();
    try {
      if (request instanceof Fault) throw request;
      this.#carryOut(request);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#refuse(error);
    }
  }

  /** @param known how large the frames are, when that had to be found out: the request is read anew then */
  #carryOut(bytes: Uint8Array, known?: Sample): void {
    const request = this.#readRequest(bytes);
    const { plan } = request;
    const { playback } = this.#viewer;
    if (plan === undefined) return carryOut(request, playback);
    const sample = known ?? this.#admittance.sample(plan, (found) => this.#decide(bytes, found));
    if (sample === undefined) return this.#intake.wait();
    this.#admittance.admit(plan, sample, this.#sink);
    carryOut(request, playback);
    this.#list(plan, request.client);
  }

  #decide(request: Uint8Array, found: Sample): void {
    try {
      this.#carryOut(request, found);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#refuse(error);
    }
    this.#intake.goOn();
  }

  #list({ log, priority, contract, rate }: Plan, client: string): void {
    const { playbacks } = this.#options;
    const { playback } = this.#viewer;
    const { epoch } = playback;
    if (epoch === undefined) return;
    const what = { movie: log.name, epoch, priority, contract, fps: rate && formatRate(rate) };
    const from = { connection: this.number, client, address: this.#address, since: this.#clock.now() };
    const kind = { transport: "classic", rendition: "original" } as const;
    playbacks.opened({ id: this.#playbackId, ...kind, ...from, ...what }, this.#control);
  }

  #readRequest(request: Uint8Array): ReadRequest {
    const { catalogue, bestPriority } = this.#options;
    return readRequest(request, { catalogue, connection: this.number, bestPriority });
  }

  // A request that goes on would look like one that names no movie, or another.
  #makesSense(request: Uint8Array): boolean {
    try {
      const { plan, stops } = this.#readRequest(request);
      return plan !== undefined || stops !== undefined;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return false;
    }
  }

  /**
   * No end of the request can be hoped for. It was refused when it became too long, and is not refused twice.
   */
  #overran(): void {
    this.#takeNoMore("REQUEST_TOO_LONG");
    this.#viewer.playback.stop();
  }

  #refuse(reason: Fault): void {
    const { number: connection } = this;
    const { code, message: detail } = reason;
    const about = { request: this.#requests, playback: this.#playbackId };
    events.requestRefused.publish({ connection, transport: "classic", ...about, code, detail });
    this.#tell(encodeError(reason));
  }

  /** A line waits for no budget; what it costs is paid afterwards. */
  #tell(line: Uint8Array): void {
    this.#sink.sendLine(line);
    this.#allowance?.told(line.byteLength);
    this.#options.egress?.charge(this, line.byteLength);
  }

  #messageEnded(bytes: number): void {
    this.#admittance.sent(bytes);
    this.#endIfDone();
  }

  #emptied(): void {
    this.#activeAt = this.#clock.now();
    this.#intake.emptied();
  }

  #isIdle(): boolean {
    if (this.#requests === 0 || this.#intake.isDeciding || this.#intake.isHeldBack) return false;
    return this.#viewer.playback.movie === undefined && this.#sink.waitsSince === undefined;
  }

  #takeNoMore(reason: ErrorCode): void {
    this.#state = "finishing";
    this.#reason = reason;
    this.#admittance.cancel();
    this.#intake.close();
  }

  /** Ends the connection when nothing will follow: the client asks for no more, and has all it asked for. */
  #endIfDone(): void {
    if ((this.#state !== "serving" && this.#state !== "finishing") || !this.#intake.isDone) return;
    if (this.#viewer.playback.movie !== undefined || this.#sink.isInMessage) return;
    this.#state = "ending";
    this.#activeAt = this.#clock.now();
    // Input is read again, and thrown away, when all is sent: the client's end must be seen.
    this.#socket.end(() => this.#socket.resume());
  }

  #checkEnding(now: MonotonicMs): void {
    const isSent = this.#socket.writableFinished;
    const patience = isSent ? LINGER_MS : this.#options.limits.stall;
    if (now < after(this.#activeAt, patience)) return;
    // What the kernel has still reaches the client after a close, but not after a reset.
    if (isSent) this.#socket.destroy();
    else this.destroy();
  }

  #abandon(reason: Fault): void {
    this.#reason = reason.code;
    this.destroy();
  }

  #close(): void {
    this.#state = "closed";
    this.#admittance.cancel();
    this.#allowance?.close();
    this.#intake.close();
    this.#viewer.playback.close();
    const { number: connection, peer } = this;
    events.connectionClosed.publish({ connection, transport: "classic", peer, reason: this.#reason });
    this.#options.closed(this);
  }
}
