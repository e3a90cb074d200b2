import { type Fault, fault } from "../../base/errors.ts";
import { events, type Receipt } from "../../base/events.ts";
import type { FrameNumber, Priority } from "../../base/units.ts";
import type { Plan } from "../../playback/plan.ts";
import type { ClientMessageOf } from "../../wire/websocket/clientMessages.ts";
import { MOST_CREDIT } from "../../wire/websocket/protocol.ts";
import type { ServerMessage } from "../../wire/websocket/serverMessages.ts";
import { granted } from "../movies.ts";
import { type House, type Occupant, Seat, type SeatListener } from "../seat.ts";
import { FrameSink, type FrameSinkOwner } from "./frameSink.ts";
import { problemOf } from "./problem.ts";
import { type Program, type ProgramContext, planOf } from "./program.ts";
import type { Writer } from "./writer.ts";

/** What a playback tells its connection. */
export interface PlaybackOwner {
  tell(message: ServerMessage): void;
  /** Nothing plays and nothing is decided on: its number is free. */
  ended(playback: ClientPlayback): void;
  /** The dispatcher gives the client up. */
  abandoned(reason: Fault): void;
  /** More was granted than may be outstanding. */
  overgranted(): void;
}

export type ClientPlaybackOptions = {
  /** The client's number of it. */
  readonly number: number;
  readonly house: House;
  readonly occupant: Occupant;
  /** Whose it is: the same for all playbacks of a connection. */
  readonly client: object;
  readonly context: Omit<ProgramContext, "playback">;
  readonly writer: Writer;
  readonly owner: PlaybackOwner;
};

type Request = number | undefined;

/** A command that opens an epoch, while it is decided on. */
type Pending = { readonly program: Program; readonly request: Request; readonly credit: number };

/**
 * One playback of a connection, under the client's number, from its first `play` until an epoch ends and no
 * other follows. What it tells goes between its own frames, never into one.
 */
export class ClientPlayback implements SeatListener, FrameSinkOwner {
  readonly number: number;
  readonly #options: ClientPlaybackOptions;
  readonly #sink: FrameSink;
  readonly #seat: Seat;
  /** What plays, and in which epoch. */
  #program: Program | undefined;
  #epoch = 0;
  /** What was planned last, with the place where it begins. */
  #begins: Program | undefined;
  #pending: Pending | undefined;
  /** Whose answer is the next receipt. */
  #stop: { readonly request: Request } | undefined;
  /** Of the last epoch: the last frame that has begun to leave. */
  #lastFrame: FrameNumber | undefined;
  /** What waits for the end of the frame in progress. */
  #told: ServerMessage[] = [];
  #isClosed = false;

  constructor(options: ClientPlaybackOptions) {
    const { house, occupant, client, writer, number } = options;
    this.number = number;
    this.#options = options;
    this.#sink = new FrameSink(writer, number, this);
    this.#seat = new Seat({ house, occupant, client, sink: this.#sink, listener: this });
  }

  /** Messages that wait for the end of a frame. */
  get waitingMessages(): number {
    return this.#told.length;
  }

  /** Plays a program in the place of what plays. */
  play(program: Program, request: Request, credit = 0): void {
    this.#decide({ program, request, credit });
  }

  /** @throws PLAYBACK_NOT_FOUND */
  seek({ frame, request }: ClientMessageOf<"seek">): void {
    const { movie, wish } = this.#wanted();
    this.#decide({
      program: { movie, wish, beginning: { start: frame, after: undefined } },
      request,
      credit: this.#pending?.credit ?? 0,
    });
  }

  /** @throws PLAYBACK_NOT_FOUND */
  change({ changes, request }: ClientMessageOf<"change">): void {
    const { movie, wish: before, beginning } = this.#wanted();
    const wish = { ...before, ...changes };
    const isPriorityAlone = Object.keys(changes).every((name) => name === "priority");
    if (isPriorityAlone && this.#pending === undefined) return this.#prioritize(wish.priority, request);
    const credit = this.#pending?.credit ?? 0;
    // What is being decided on has begun nowhere yet.
    const goesOn = this.#pending === undefined || this.#pending.program.beginning === GOES_ON;
    this.#decide({ program: { movie, wish, beginning: goesOn ? GOES_ON : beginning }, request, credit });
  }

  /** Ends it: the answer is its receipt. @throws PLAYBACK_NOT_FOUND when nothing plays yet */
  stop(request: Request): void {
    this.#replacePending();
    if (!this.#seat.isPlaying) {
      this.#seat.stop();
      this.#endIfIdle();
      throw fault("PLAYBACK_NOT_FOUND", `found ${this.number}, which has not been started`);
    }
    this.#stop = { request };
    this.#seat.stop();
  }

  /** The client grants so many frames more. */
  grant(frames: number): void {
    if (this.#sink.grant(frames) > MOST_CREDIT) this.#options.owner.overgranted();
    else this.drained();
  }

  /** The connection's buffer is empty, or there is credit: the next hand-over may come. */
  drained(): void {
    if (!this.#sink.isBusy) this.#seat.drained();
  }

  /** Ends it for a reason of the server's, after the frame in progress. */
  finish(reason: Fault): void {
    if (this.#seat.isPlaying || this.#seat.isDeciding) this.#seat.stop(reason);
  }

  /** Gives everything back at once. May be called twice. */
  close(): void {
    this.#isClosed = true;
    this.#told = [];
    this.#seat.close();
  }

  began(plan: Plan, epoch: number): void {
    const { request, credit } = this.#pending ?? NOTHING_PENDING;
    this.#pending = undefined;
    this.#program = this.#begins;
    this.#epoch = epoch;
    this.#lastFrame = undefined;
    const { log, priority, wished, contract, missing, rate } = plan;
    const playback = this.number;
    const what = { movie: log.name, priority, wished, contract, missing, fps: rate };
    this.#tell({ type: "started", playback, request, epoch, id: this.#seat.id, ...what });
    this.grant(credit);
  }

  refused(reason: Fault): void {
    const request = this.#pending?.request;
    this.#pending = undefined;
    this.#refuse(request, reason);
    this.#endIfIdle();
  }

  ended(receipt: Receipt, _plan: Plan, error: Fault | undefined): void {
    if (this.#isClosed) return;
    const { epoch } = receipt;
    this.#lastFrame = receipt.last as FrameNumber | undefined;
    const request = this.#stop?.request;
    this.#stop = undefined;
    const why = error && problemOf(error);
    const about = { playback: this.number, request, epoch, id: this.#seat.id };
    this.#tell({ type: "receipt", ...about, receipt, error: why });
    if (receipt.end !== "replaced") this.#endIfIdle();
  }

  reprioritized(priority: Priority): void {
    this.#tellPriority({ priority, wished: undefined }, undefined);
  }

  atBoundary(bytes: number): void {
    this.#seat.sent(bytes);
    const told = this.#told;
    this.#told = [];
    for (const message of told) this.#options.owner.tell(message);
    this.#endIfIdle();
  }

  abandoned(reason: Fault): void {
    this.#options.owner.abandoned(reason);
  }

  /** What plays, or is to play as soon as it is decided. */
  #wanted(): Program {
    const wanted = this.#pending?.program ?? this.#program;
    if (wanted !== undefined) return wanted;
    throw fault("PLAYBACK_NOT_FOUND", `found ${this.number}, which has not been started`);
  }

  #decide(pending: Pending): void {
    this.#replacePending();
    this.#pending = pending;
    this.#seat.play(() => this.#plan(pending.program));
  }

  // Read anew when it is admitted: what has been sent until then has been sent.
  #plan(program: Program): Plan {
    const { context } = this.#options;
    const read = { ...context, playback: this.number };
    this.#begins = program;
    if (program.beginning !== GOES_ON) return planOf(program, read);
    const last = (this.#seat.receiptSoFar?.last as FrameNumber | undefined) ?? this.#lastFrame;
    const unsent = this.#program?.beginning ?? GOES_ON;
    const beginning = last === undefined ? unsent : { start: undefined, after: last };
    this.#begins = { ...program, beginning };
    return planOf(this.#begins, read);
  }

  #replacePending(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    const reason = fault("COMMAND_REPLACED", "a later command came before this one was decided on");
    this.#refuse(pending.request, reason);
  }

  #refuse(request: Request, reason: Fault): void {
    const { owner, occupant } = this.#options;
    const { code, message: detail } = reason;
    const { connection } = occupant;
    const about = { connection, request, playback: this.#seat.id };
    events.requestRefused.publish({ ...about, transport: "websocket", code, detail });
    owner.tell({ type: "error", playback: this.number, request, ...problemOf(reason) });
  }

  #prioritize(wished: Priority, request: Request): void {
    const given = granted(wished, this.#options.context.bestPriority);
    const program = this.#wanted();
    this.#program = { ...program, wish: { ...program.wish, priority: wished } };
    this.#seat.prioritize(given);
    this.#tellPriority(given, request);
  }

  #tellPriority({ priority, wished }: Pick<Plan, "priority" | "wished">, request: Request): void {
    const given = { epoch: this.#epoch, priority, wished };
    this.#tell({ type: "changed", playback: this.number, request, ...given });
  }

  /** Tells it as soon as no frame of this playback is in progress. */
  #tell(message: ServerMessage): void {
    if (this.#sink.isInMessage) this.#told.push(message);
    else this.#options.owner.tell(message);
  }

  #endIfIdle(): void {
    if (this.#isClosed || this.#seat.isPlaying || this.#seat.isDeciding || this.#sink.isInMessage) return;
    this.close();
    this.#options.owner.ended(this);
  }
}

/** Behind the last frame that has begun to leave, when it is decided. */
const GOES_ON = { start: undefined, after: undefined } as const;

const NOTHING_PENDING = { request: undefined, credit: 0 } as const;
