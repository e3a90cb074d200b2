import type { EpochEnd } from "../src/base/events.ts";
import type { FrameNumber } from "../src/base/units.ts";
import type { ClientMessage } from "../src/wire/websocket/clientMessages.ts";
import type { FrameHeader } from "../src/wire/websocket/frameHeader.ts";
import type { ReadFrame } from "../src/wire/websocket/frameReader.ts";
import type { Problem, ServerMessageOf } from "../src/wire/websocket/serverMessages.ts";
import { type Command, type Order, Orders, type Outcome } from "./commands.ts";
import { MutoscopeError, broken, overError, toldError, unreachable } from "./error.ts";
import type { Host, Receiver } from "./host.ts";
import { Journal } from "./journal.ts";
import { type Script, changed, opening } from "./script.ts";
import type { PlaybackReceipt } from "./receipt.ts";
import { Run } from "./run.ts";
import { type Frame, Shelf } from "./shelf.ts";
import { Trouble } from "./trouble.ts";

/** What another server may have. */
const NOT_HERE: ReadonlySet<string> = new Set(["MOVIE_NOT_FOUND", "MOVIE_GONE"]);

/** Told how a playback ends, once. */
export interface CourseListener {
  ended(receipt: PlaybackReceipt): void;
  failed(error: MutoscopeError): void;
}

/**
 * What one playback does over as many connections as it takes: on each it opens a run behind the last frame
 * that came whole. Commands wait for each other; what was asked when a connection broke is asked again.
 *
 *     asked ──▶ playing ──▶ finished (until the program has taken all) ──▶ over
 *       ▲  ▲       │ │
 *       │  └ lost ─┘ └──▶ paused ──▶ asked      paused: what is sought is asked for, and stopped at once
 *       └ refused, for now
 */
export class Course implements Receiver {
  readonly shelf: Shelf;
  readonly #host: Host;
  readonly #listener: CourseListener;
  readonly #ahead: number;
  readonly #journal: Journal;
  readonly #trouble: Trouble;
  readonly #orders = new Orders();
  #script: Script;
  /** The last frame that came whole since the last start or seek. */
  #place: FrameNumber | undefined;
  #run: Run | undefined;
  /** Frames that came while nobody knows whether a seek is accepted. */
  #held: Frame[] = [];
  #wasStarted = false;
  #isPaused = false;
  #isStopping = false;
  /** Of a stop that was sent, for a pause or for good. */
  #stopRequest: number | undefined;
  /** All has come; the program may not have taken all. */
  #finished: PlaybackReceipt | undefined;
  #isOver = false;

  constructor(host: Host, script: Script, ahead: number, listener: CourseListener) {
    this.#host = host;
    this.#script = script;
    this.#ahead = script.kind === "frame" ? 1 : ahead;
    this.#listener = listener;
    this.#journal = new Journal(script.movie);
    this.#trouble = new Trouble(host, () => this.opened());
    this.shelf = new Shelf({ taken: () => this.#grant(), told: () => this.#settle() });
    host.attend(this);
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Carries a command out, when those before it have been. */
  ask(command: Command): Promise<Outcome> {
    const order = this.#orders.add(command);
    if (this.#isOver || this.#isStopping) this.#orders.close(overError());
    else this.#goOn();
    return order.promise;
  }

  /** Ends the playback for the program at once, for the server when it hears of it. May be called twice. */
  stop(): void {
    this.shelf.clear();
    this.#held = [];
    if (this.#isOver || this.#isStopping) return;
    this.#isStopping = true;
    this.#orders.close(overError());
    this.#trouble.end();
    if (this.#run === undefined) this.#stopped("stopped");
    else this.#sayStop(this.#run);
  }

  opened(): void {
    if (this.#run !== undefined || !this.#host.isOpen || this.#isOver) return;
    // What is sought or changed meanwhile is looked at, and no frame of it is asked for.
    if (this.#isPaused && this.#orders.current === undefined) return;
    if (this.#finished !== undefined || this.#trouble.isWaiting) return;
    // The frame came, and only its receipt did not.
    if (this.#script.kind === "frame" && this.#place !== undefined) return this.#finish("finished");
    if (this.#trouble.isPastPatience) return this.#fail(unreachable("nothing has come for too long"));
    const command = this.#orders.current?.command;
    const run = new Run(this.#host.enter(this), this.#host.request(), this.#isPaused ? 0 : this.#room());
    this.#run = run;
    const after = command?.kind === "seek" ? undefined : this.#place;
    this.#say(opening(changed(this.#script, command), after, run));
  }

  lost(): void {
    const run = this.#run;
    this.#run = undefined;
    this.#stopRequest = undefined;
    this.#trouble.answered();
    if (this.#isOver) return this.#retire();
    this.#journal.add(run?.lost());
    if (this.#isStopping) return this.#stopped("stopped");
    if (run !== undefined && !this.#isPaused) this.#trouble.began();
    if (this.#orders.current?.command.kind === "pause") this.#paused();
    else this.#goOn();
  }

  gaveUp(error: MutoscopeError): void {
    this.lost();
    this.#fail(new MutoscopeError({ code: error.code, detail: error.message, cause: error }));
  }

  started(message: ServerMessageOf<"started">): void {
    const run = this.#known();
    run.started(message);
    this.#wasStarted = true;
    this.#trouble.started();
    // What crossed with a stop changes nothing: its receipt is what is waited for.
    if (this.#stopRequest !== undefined) return;
    this.#trouble.answered();
    const { current } = this.#orders;
    if (current !== undefined) this.#orders.carriedOut(this.#turn(current));
    if (this.#isPaused) return this.#sayStop(run);
    this.#grant();
    this.#goOn();
  }

  changed({ request }: ServerMessageOf<"changed">): void {
    const { current } = this.#orders;
    // Without a request an operator did it: what is wished stays what it is.
    if (current === undefined || this.#run?.isAsked !== true || this.#run.request !== request) return;
    this.#run.answered();
    this.#trouble.answered();
    this.#script = changed(this.#script, current.command);
    this.#orders.carriedOut(undefined);
    this.#goOn();
  }

  came({ header, bytes }: ReadFrame): void {
    this.#known().took(header);
    this.#trouble.over();
    if (this.#isOver || this.#isStopping) return;
    if (bytes === undefined) {
      const detail = `found frame ${header.frame} with ${header.length} bytes, expected at most largestFrame`;
      return this.#fail(new MutoscopeError({ code: "FRAME_TOO_LARGE", detail }));
    }
    this.#place = header.frame;
    const frame = this.#frameOf(header, bytes);
    if (this.#orders.current?.command.kind === "seek") this.#held.push(frame);
    else this.shelf.put(frame);
  }

  receipt(message: ServerMessageOf<"receipt">): void {
    const run = this.#known();
    if (this.#host.underWay(run.number)) throw broken("found a receipt inside of a frame");
    const part = run.ended(message);
    if (!this.#isOver && !this.#isPaused) this.#journal.add(part);
    const { end } = message.receipt;
    // The next epoch begins with the answer that is due.
    if (end === "replaced") return;
    this.#leave(run);
    if (this.#isOver) return;
    this.#trouble.answered();
    if (this.#isStopping) this.#stopped(end);
    // It was only asked whether it can be.
    else if (this.#isPaused) this.#goOn();
    else this.#runEnded(end, message.error);
  }

  refused(message: ServerMessageOf<"error">): void {
    const run = this.#run;
    if (run === undefined) return;
    const { request } = message;
    if (this.#stopRequest !== undefined) {
      // Nothing plays yet: what was asked for is withdrawn. Of an epoch that plays the receipt is to come.
      if (request === this.#stopRequest && !run.isPlaying) this.#withdrawn(run);
      return;
    }
    if (request !== run.request || !run.isAsked) return;
    this.#trouble.answered();
    run.answered();
    if (!run.isPlaying) this.#leave(run);
    const error = toldError(message);
    if (this.#orders.current !== undefined) this.#refuse(error);
    else if (this.#wasStarted) this.#retry(error);
    else this.#fail(error);
  }

  #known(): Run {
    if (this.#run !== undefined) return this.#run;
    throw broken("found a message of a playback that does not play");
  }

  #frameOf(header: FrameHeader, bytes: Frame["bytes"]): Frame {
    const { format, width, height, revision } = header;
    return {
      movie: this.#script.movie,
      number: header.frame,
      message: this.#journal.number(),
      epoch: this.#journal.epoch,
      bytes,
      format,
      width,
      height,
      time: header.time / 1000,
      substitute: header.isSubstitute,
      revision,
    };
  }

  #withdrawn(run: Run): void {
    this.#leave(run);
    this.#trouble.answered();
    if (this.#isOver) return;
    if (this.#isStopping) this.#stopped("stopped");
    else this.#paused();
  }

  #goOn(): void {
    if (this.#orders.current !== undefined || this.#run?.isPlaying === false) return;
    if (this.#isPaused && this.#run !== undefined) return;
    const order = this.#orders.next();
    if (order === undefined) return;
    const { command } = order;
    if (command.kind === "pause") this.#pause();
    else if (command.kind === "resume") this.#resume();
    else this.#command(order, this.#run);
    this.#goOn();
  }

  #pause(): void {
    if (this.#isPaused || this.#finished !== undefined) this.#orders.carriedOut(undefined);
    else if (this.#run === undefined) this.#paused();
    else this.#sayStop(this.#run);
  }

  #paused(): void {
    this.#isPaused = true;
    this.#trouble.end();
    this.#orders.carriedOut(undefined);
    this.#goOn();
  }

  #resume(): void {
    this.#isPaused = false;
    this.#orders.carriedOut(undefined);
    this.opened();
  }

  /** Sends a seek or a change; without a run it goes with the next one's opening. */
  #command(order: Order, run: Run | undefined): void {
    if (run === undefined) {
      this.#finished = undefined;
      this.shelf.reopen();
      return this.opened();
    }
    const { command } = order;
    const request = this.#host.request();
    run.ask(request);
    const to = { playback: run.number, request };
    if (command.kind === "seek") this.#say({ type: "seek", ...to, frame: command.frame });
    else if (command.kind === "change") this.#say({ type: "change", ...to, changes: command.changes });
  }

  /** A seek or a change has been accepted: another epoch begins. */
  #turn(order: Order): PlaybackReceipt {
    this.#script = changed(this.#script, order.command);
    if (order.command.kind === "seek") {
      this.#place = undefined;
      this.#held = [];
      this.shelf.clear();
    }
    return this.#journal.turn();
  }

  #refuse(error: MutoscopeError): void {
    for (const frame of this.#held.splice(0)) this.shelf.put(frame);
    this.#orders.refused(error);
    this.#goOn();
    this.opened();
  }

  #runEnded(end: EpochEnd, problem: Problem | undefined): void {
    if (problem !== undefined) {
      const error = toldError(problem);
      if (problem.retry) this.#retry(error);
      else this.#fail(error);
    } else if (this.#orders.current?.command.kind === "pause" && end !== "finished") this.#paused();
    else if (end === "finished") this.#cameToItsEnd();
    else this.#retry(unreachable(`the server ended the playback (${end})`));
  }

  /** A command that crossed with the end is asked again: its playback is no more. */
  #cameToItsEnd(): void {
    const { current } = this.#orders;
    if (current === undefined) return this.#finish("finished");
    if (current.command.kind !== "pause") return this.opened();
    this.#orders.carriedOut(undefined);
    this.#finish("finished");
    this.#goOn();
  }

  #retry(error: MutoscopeError): void {
    const isElsewhere = this.#host.addresses > 1 && NOT_HERE.has(error.code);
    const verdict = error.retry || isElsewhere ? this.#trouble.refused(error) : error;
    if (verdict !== undefined) this.#fail(verdict);
    else this.#goOn();
  }

  #room(): number {
    return Math.max(this.#ahead - this.shelf.load - this.#held.length, 0);
  }

  /** Grants what has been consumed; not each by itself, as each is a message. */
  #grant(): void {
    const run = this.#run;
    if (run === undefined || !run.isPlaying || this.#isOver || this.#stopRequest !== undefined) return;
    if (this.#script.kind === "frame") return;
    const owed = this.#room() - run.outstanding;
    if (owed < Math.ceil(this.#ahead / 2)) return;
    run.outstanding += owed;
    this.#host.say({ type: "credit", playback: run.number, messages: owed });
  }

  #say(message: ClientMessage): void {
    this.#trouble.asked(message.type, () => this.#run && this.#host.underWay(this.#run.number));
    this.#host.say(message);
  }

  #sayStop(run: Run): void {
    if (this.#stopRequest !== undefined) return;
    this.#stopRequest = this.#host.request();
    this.#say({ type: "stop", playback: run.number, request: this.#stopRequest });
  }

  #leave(run: Run): void {
    this.#host.leave(run.number);
    this.#run = undefined;
    this.#stopRequest = undefined;
    if (this.#isOver) this.#retire();
  }

  /** Over, and nothing of it on the connection. */
  #retire(): void {
    this.#trouble.end();
    this.#host.done(this);
  }

  #stopped(end: EpochEnd): void {
    this.#finish(end);
    this.#settle();
  }

  #finish(end: EpochEnd): void {
    this.#trouble.end();
    this.#finished ??= this.#journal.receipt(end);
    this.shelf.end({ kind: "receipt", receipt: this.#finished });
  }

  /** The program has been told: nothing can follow any more. */
  #settle(): void {
    if (this.#isOver || this.#finished === undefined) return;
    this.#isOver = true;
    this.#orders.close(overError());
    this.#retire();
    this.#listener.ended(this.#finished);
  }

  #fail(error: MutoscopeError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#trouble.end();
    const run = this.#run;
    if (run !== undefined) {
      this.#journal.add(run.lost());
      this.#sayStop(run);
    }
    for (const frame of this.#held.splice(0)) this.shelf.put(frame);
    error.receipt = this.#journal.receipt("failed");
    this.#orders.close(error);
    this.shelf.end({ kind: "error", error });
    if (run === undefined) this.#retire();
    this.#listener.failed(error);
  }
}
