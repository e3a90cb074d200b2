import type { Socket } from "node:net";
import type { RawData, WebSocket } from "ws";
import { Fault, fault } from "../../base/errors.ts";
import { events } from "../../base/events.ts";
import { printable } from "../../base/printable.ts";
import { after, type MonotonicMs } from "../../base/units.ts";
import {
  type ClientMessage,
  type ClientMessageOf,
  type ClientMessageType,
  readClientMessage,
} from "../../wire/websocket/clientMessages.ts";
import {
  CLOSE_CODES,
  type CloseCode,
  MOST_CONTROL,
  MOST_CREDIT,
  closeReason,
} from "../../wire/websocket/protocol.ts";
import { type ServerMessage, encodeServerMessage } from "../../wire/websocket/serverMessages.ts";
import { LINE_BURST } from "../lineAllowance.ts";
import { findMovie } from "../movies.ts";
import { reset } from "../reset.ts";
import type { House } from "../seat.ts";
import type { WebClient } from "./client.ts";
import { Intake, type IntakeOwner } from "./intake.ts";
import {
  CREDIT_COST,
  MOST_LOOKUPS,
  MOST_PLAYBACKS,
  MOST_WATCHES,
  PING_EVERY,
  SILENCE,
  UNREAD_TEXT,
  type WebSocketLimits,
} from "./limits.ts";
import { type Library, listMovies, showMovie } from "./lookups.ts";
import { ClientPlayback, type PlaybackOwner } from "./playback.ts";
import { Pongs } from "./pongs.ts";
import { problemOf } from "./problem.ts";
import { frameProgram, programOf } from "./program.ts";
import { Texts } from "./texts.ts";
import { Watches } from "./watches.ts";
import { Writer } from "./writer.ts";

export type ConnectionOptions = {
  readonly ws: WebSocket;
  readonly socket: Socket;
  readonly client: WebClient;
  /** What the client calls itself, until it says otherwise. */
  readonly label: string;
  readonly house: House;
  readonly library: Library;
  readonly limits: WebSocketLimits;
  /** The product and its version. */
  readonly server: string;
  /** The connection is closed, and everything it held has been given back. */
  readonly closed: (connection: Connection) => void;
};

/**
 * One WebSocket, from its handshake to its close: carries the client's commands out, and joins its playbacks
 * to the stages. Whatever happens, it ends with the socket's `close`.
 *
 *     open ─▶ finishing (no command is taken; what is in progress goes to its end) ─▶ closing ─▶ closed
 */
export class Connection implements PlaybackOwner {
  readonly #options: ConnectionOptions;
  readonly #ws: WebSocket;
  readonly #writer: Writer;
  readonly #intake: Intake;
  readonly #watches: Watches;
  readonly #texts: Texts;
  readonly #pongs: Pongs;
  readonly #playbacks = new Map<number, ClientPlayback>();
  #state: "open" | "finishing" | "closing" | "closed" = "open";
  #finishing: Fault | undefined;
  #label: string;
  #lookups = 0;
  /** When the client was last heard of, when it was last asked, and when it last had or wanted something. */
  #heardAt: MonotonicMs;
  #pingedAt: MonotonicMs;
  #activeAt: MonotonicMs;

  constructor(options: ConnectionOptions) {
    const { ws, socket, client, house, library, label } = options;
    this.#options = options;
    this.#ws = ws;
    this.#label = label;
    this.#heardAt = house.clock.now();
    this.#pingedAt = this.#heardAt;
    this.#activeAt = this.#heardAt;
    const emptied = (): void => this.#emptied();
    const abandoned = (reason: Fault): void => this.abandoned(reason);
    const { ledger } = client;
    this.#writer = new Writer(ws, socket, { now: () => house.clock.now(), emptied, ledger });
    this.#texts = new Texts({ writer: this.#writer, client, house, freed: emptied, abandoned });
    this.#pongs = new Pongs({ writer: this.#writer, ledger });
    this.#watches = new Watches(library.news, {
      tell: (message) => this.#tellOfLibrary(message),
      hasRoom: () => this.#mayTell && ledger?.waitsUntil === undefined,
    });
    this.#intake = new Intake(house.clock, house.turns, this.#intakeOwner());
    ws.on("message", (data, isBinary) => this.#received(data, { isBinary }));
    ws.on("ping", (data) => this.#pongs.pinged(data));
    ws.on("pong", () => this.#heard());
    // Its code has been sent to the client already, and `close` follows.
    ws.on("error", () => (options.client.reason ??= "PROTOCOL_BROKEN"));
    ws.on("close", () => this.#close());
    this.#welcome();
  }

  /** Ends all playbacks, after the frames in progress, and closes. */
  finish(reason: Fault): void {
    if (this.#state !== "open") return;
    this.#state = "finishing";
    this.#finishing = reason;
    this.#options.client.reason ??= reason.code;
    this.#intake.close();
    for (const playback of this.#playbacks.values()) playback.finish(reason);
    this.#closeIfDone();
  }

  /** Closes at once: the client gets a reset rather than something that looks like an end. */
  destroy(): void {
    reset(this.#options.socket);
  }

  /** Asks whether the client is there, and ends the connection if one of its times is up. */
  checkTimes(now: MonotonicMs): void {
    const { stall, idle } = this.#options.limits;
    const { waitsSince } = this.#writer;
    if (this.#state === "closing") return;
    this.#watches.caughtUp();
    this.#pongs.goOn();
    // A client that takes what it is given, however slowly, is there.
    if (waitsSince !== undefined) {
      const reason = `nothing was taken for ${stall / 1000} s`;
      if (now >= after(waitsSince, stall))
        this.#end(CLOSE_CODES.tryLater, fault("CONNECTION_STALLED", reason));
    } else if (this.#state !== "open") return;
    else if (!this.#intake.isHeldBack && now >= after(this.#heardAt, SILENCE)) {
      const reason = `no ping was answered for ${SILENCE / 1000} s`;
      this.#end(CLOSE_CODES.tryLater, fault("CONNECTION_STALLED", reason));
    } else if (this.#isIdle && now >= after(this.#activeAt, idle))
      this.#end(
        CLOSE_CODES.normal,
        fault("CONNECTION_IDLE", `nothing was asked for within ${idle / 1000} s`),
      );
    else if (now >= after(this.#pingedAt, PING_EVERY)) {
      this.#pingedAt = now;
      this.#writer.ping();
    }
  }

  tell(message: ServerMessage): void {
    if (this.#state === "closing" || this.#state === "closed") return;
    this.#texts.tell(encodeServerMessage(message));
  }

  #tellOfLibrary(event: ServerMessage): boolean {
    // Longer than anybody may be told at once: that something happened is told in its place.
    const { ledger } = this.#options.client;
    const isTooLong = ledger !== undefined && encodeServerMessage(event).length > LINE_BURST;
    if (!isTooLong) this.tell(event);
    return !isTooLong;
  }

  ended(playback: ClientPlayback): void {
    if (this.#playbacks.get(playback.number) === playback) this.#playbacks.delete(playback.number);
    this.#activeAt = this.#options.house.clock.now();
    this.#closeIfDone();
  }

  abandoned(reason: Fault): void {
    this.#options.client.reason = reason.code;
    this.destroy();
  }

  overgranted(): void {
    const most = `expected at most ${MOST_CREDIT} outstanding`;
    this.#end(CLOSE_CODES.policy, fault("PROTOCOL_BROKEN", `found more credit than that, ${most}`));
  }

  #welcome(): void {
    const { server, client } = this.#options;
    const limits = {
      playbacks: MOST_PLAYBACKS,
      watches: MOST_WATCHES,
      credit: MOST_CREDIT,
      control: MOST_CONTROL,
    };
    this.tell({ type: "welcome", server, connection: client.number, limits });
  }

  #intakeOwner(): IntakeOwner {
    return {
      pause: () => this.#ws.pause(),
      resume: () => {
        // While it was not read, its answers to pings were not either.
        this.#heard();
        this.#ws.resume();
      },
      carryOut: (text) => this.#carryOut(text),
      mayAnswer: () => this.#mayTell && this.#lookups < MOST_LOOKUPS && !this.#isCrowded,
      waitsUntil: () => this.#options.client.ledger?.waitsUntil,
    };
  }

  /** Whether the client has read enough of what it was told for another text, and that has its turn. */
  get #mayTell(): boolean {
    return this.#writer.textBytes < UNREAD_TEXT && !this.#writer.isInText;
  }

  /** Whether too many answers wait for the ends of frames. */
  get #isCrowded(): boolean {
    let waiting = 0;
    for (const { waitingMessages } of this.#playbacks.values()) waiting += waitingMessages;
    return waiting >= 2 * MOST_PLAYBACKS;
  }

  get #isIdle(): boolean {
    const waits = this.#intake.isHeldBack || this.#lookups > 0;
    return this.#playbacks.size === 0 && this.#watches.count === 0 && !waits;
  }

  #heard(): void {
    this.#heardAt = this.#options.house.clock.now();
  }

  #received(data: RawData, { isBinary }: { readonly isBinary: boolean }): void {
    if (this.#state !== "open") return;
    this.#heard();
    if (isBinary)
      this.#end(
        CLOSE_CODES.binaryFromClient,
        fault("PROTOCOL_BROKEN", "found binary, expected text of JSON"),
      );
    // The library gives one buffer unless it is asked for something else.
    else this.#intake.read((data as Buffer).toString());
  }

  #carryOut(text: string): number {
    this.#activeAt = this.#options.house.clock.now();
    const reading = readClientMessage(text);
    if (reading.kind === "broken") {
      this.#end(CLOSE_CODES.notJson, reading.reason);
      return 1;
    }
    if (reading.kind === "refused") {
      this.#refuse(reading, reading.reason);
      return 1;
    }
    const { message } = reading;
    try {
      this.#do(message);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#refuse(message, error);
    }
    return message.type === "credit" ? CREDIT_COST : 1;
  }

  /** @param about the message that is refused, or what could be read of it */
  #refuse(about: object, reason: Fault): void {
    const { code, message: detail } = reason;
    const { request, playback }: { request?: number; playback?: number } = about;
    const { number: connection } = this.#options.client;
    events.requestRefused.publish({ connection, transport: "websocket", request, code, detail });
    this.tell({ type: "error", request, playback, ...problemOf(reason) });
  }

  readonly #commands: { readonly [Type in ClientMessageType]: (message: ClientMessageOf<Type>) => void } = {
    hello: ({ client }) => {
      this.#label = printable(client);
    },
    play: (message) => {
      const program = programOf(message, this.#options.library.catalogue);
      this.#seat(message.playback).play(program, message.request, message.credit);
    },
    frame: (message) => {
      const program = frameProgram(message, this.#options.library.catalogue);
      this.#seat(message.playback).play(program, message.request, 1);
    },
    seek: (message) => this.#find(message.playback).seek(message),
    change: (message) => this.#find(message.playback).change(message),
    stop: ({ playback, request }) => this.#find(playback).stop(request),
    credit: ({ playback, messages }) => this.#playbacks.get(playback)?.grant(messages),
    movies: (message) => this.#look(listMovies(message, this.#options.library)),
    movie: (message) => this.#look(showMovie(message, this.#options.library)),
    watch: (message) => this.#watch(message),
    unwatch: ({ watch }) => this.#watches.remove(watch),
    ping: ({ request }) => this.tell({ type: "pong", request }),
  };

  #do<Type extends ClientMessageType>(message: ClientMessageOf<Type> & ClientMessage): void {
    const command = this.#commands[message.type] as (message: ClientMessageOf<Type>) => void;
    command(message);
  }

  #watch({ request, watch, movie }: ClientMessageOf<"watch">): void {
    if (!this.#watches.has(watch) && this.#watches.count >= MOST_WATCHES)
      throw fault("PLAYBACK_LIMIT", `found one watch more than ${MOST_WATCHES}, expected at most so many`);
    if (movie !== undefined) findMovie(this.#options.library.catalogue, movie);
    this.tell({ type: "watching", request, watch });
    this.#watches.add(watch, movie);
  }

  #look(answer: Promise<ServerMessage>): void {
    this.#lookups += 1;
    void this.#answer(answer);
  }

  async #answer(answer: Promise<ServerMessage>): Promise<void> {
    const message = await answer;
    if (this.#state === "closing" || this.#state === "closed") return;
    this.#texts.reply(encodeServerMessage(message), () => {
      this.#lookups -= 1;
      this.#intake.goOn();
    });
  }

  /** @throws PLAYBACK_NOT_FOUND */
  #find(number: number): ClientPlayback {
    const playback = this.#playbacks.get(number);
    if (playback !== undefined) return playback;
    throw fault("PLAYBACK_NOT_FOUND", `found ${number}, expected the number of a playback that lives`);
  }

  /** The playback of this number, or a new one. @throws PLAYBACK_LIMIT */
  #seat(number: number): ClientPlayback {
    const known = this.#playbacks.get(number);
    if (known !== undefined) return known;
    if (this.#playbacks.size >= MOST_PLAYBACKS)
      throw fault(
        "PLAYBACK_LIMIT",
        `found one playback more than ${MOST_PLAYBACKS}, expected at most so many`,
      );
    const { client, house, library } = this.#options;
    const { number: connection, address, bestPriority } = client;
    const playback = new ClientPlayback({
      number,
      house,
      client,
      occupant: { transport: "websocket", connection, client: this.#label, address },
      context: { catalogue: library.catalogue, bestPriority },
      writer: this.#writer,
      owner: this,
    });
    this.#playbacks.set(number, playback);
    return playback;
  }

  #emptied(): void {
    this.#heard();
    this.#activeAt = this.#heardAt;
    this.#texts.drained();
    for (const playback of this.#playbacks.values()) playback.drained();
    this.#watches.caughtUp();
    this.#pongs.goOn();
    this.#intake.goOn();
    this.#closeIfDone();
  }

  #closeIfDone(): void {
    if (this.#state !== "finishing" || this.#playbacks.size > 0 || this.#writer.isInText) return;
    const reason = this.#finishing ?? fault("SERVER_CLOSING", "the server is shutting down");
    this.#end(CLOSE_CODES.goingAway, reason);
  }

  #end(code: CloseCode, reason: Fault): void {
    if (this.#state === "closing" || this.#state === "closed") return;
    this.#state = "closing";
    this.#options.client.reason ??= reason.code;
    this.#giveBack();
    // The client's own close frame has to be read.
    this.#ws.resume();
    this.#ws.close(code, closeReason(reason.code, reason.message));
  }

  #giveBack(): void {
    this.#intake.close();
    this.#watches.close();
    this.#texts.close();
    for (const playback of this.#playbacks.values()) playback.close();
    this.#playbacks.clear();
  }

  #close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#giveBack();
    this.#options.closed(this);
  }
}
