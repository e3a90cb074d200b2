import { assertNever } from "../../../src/base/assert.ts";
import { FrameNumber, Priority } from "../../../src/base/units.ts";
import type { ClientMessage, ClientMessageOf } from "../../../src/wire/websocket/clientMessages.ts";
import type { ListedMovie } from "../../../src/wire/websocket/movieFields.ts";
import type { LibraryChange } from "../../../src/wire/websocket/serverMessages.ts";
import { DEFAULT_WISH } from "../../../src/wire/websocket/wish.ts";
import { PretendedEpoch, type Program, problemOf } from "./epoch.ts";
import type { Peer, ServerEnd } from "./network.ts";
import type { World } from "./world.ts";

export type PretendedLibrary = {
  /** Frame numbers of each movie. */
  readonly movies: Readonly<Record<string, readonly number[]>>;
  /** Milliseconds until a play, seek or change is decided on. */
  readonly deciding?: number;
  /** Refuses so many plays at first, and says that they may be tried again. */
  readonly busyFor?: number;
};

type Asked =
  | ClientMessageOf<"play">
  | ClientMessageOf<"frame">
  | ClientMessageOf<"seek">
  | ClientMessageOf<"change">;
type Request = { readonly playback: number; readonly request: number | undefined };

export const WELCOME = {
  type: "welcome",
  server: "pretended 1",
  connection: 1,
  limits: { playbacks: 64, watches: 16, credit: 2 ** 20, control: 65_536 },
} as const;

/** Does what docs/protocols/websocket.md says of servers, in a world's time. It plays `showing`. */
export class PretendedServer {
  readonly options: PretendedLibrary;
  readonly world: World;
  /** What clients said, of all connections. */
  readonly heard: ClientMessage[] = [];
  /** Plays that were refused. */
  refused = 0;
  /** Connections that are open. */
  readonly open = new Set<PretendedConnection>();

  constructor(world: World, options: PretendedLibrary) {
    this.world = world;
    this.options = options;
  }

  /** Of one connection. */
  peer(): Peer {
    return new PretendedConnection(this);
  }

  tell(change: Partial<LibraryChange> & Pick<LibraryChange, "kind">): void {
    for (const connection of this.open) connection.tell(change);
  }

  said<Type extends ClientMessage["type"]>(type: Type): ClientMessageOf<Type>[] {
    return this.heard.filter((each): each is ClientMessage & ClientMessageOf<Type> => each.type === type);
  }
}

class PretendedConnection implements Peer {
  readonly server: PretendedServer;
  readonly #playbacks = new Map<number, PretendedPlayback>();
  readonly #watches = new Set<number>();
  #end: ServerEnd | undefined;

  constructor(server: PretendedServer) {
    this.server = server;
  }

  opened(end: ServerEnd): void {
    this.#end = end;
    this.server.open.add(this);
    end.say(WELCOME);
  }

  ended(): void {
    this.server.open.delete(this);
    for (const playback of this.#playbacks.values()) playback.close();
  }

  tell(change: Partial<LibraryChange> & Pick<LibraryChange, "kind">): void {
    const nothing = {
      landed: "",
      revised: "",
      removed: "",
      partial: false,
      movie: undefined,
      revision: undefined,
    };
    for (const watch of this.#watches) this.#end?.say({ type: "event", watch, ...nothing, ...change });
  }

  said(message: ClientMessage, end: ServerEnd): void {
    this.server.heard.push(message);
    switch (message.type) {
      case "play":
      case "frame":
      case "seek":
      case "change":
        return this.#command(message, end);
      case "stop":
        return this.#playbacks.get(message.playback)?.stop(message) ?? this.#unknown(message, end);
      case "credit":
        return this.#playbacks.get(message.playback)?.grant(message.messages);
      case "movies":
        return this.#list(message, end);
      case "movie":
        return this.#describe(message, end);
      case "watch":
        this.#watches.add(message.watch);
        return end.say({ type: "watching", request: message.request, watch: message.watch });
      case "unwatch":
        this.#watches.delete(message.watch);
        return;
      case "ping":
        return end.say({ type: "pong", request: message.request });
      case "hello":
        return;
      default:
        assertNever(message);
    }
  }

  /** Nothing of the playback is left. */
  forget(playback: number): void {
    this.#playbacks.delete(playback);
  }

  #command(message: Asked, end: ServerEnd): void {
    const { playback: number, request, type } = message;
    const isNew = type === "play" || type === "frame";
    if (!isNew && !this.#playbacks.has(number)) return this.#unknown(message, end);
    const { busyFor = 0, movies } = this.server.options;
    const code = isNew && !Object.hasOwn(movies, message.movie) ? "MOVIE_NOT_FOUND" : "BUSY";
    if (code === "MOVIE_NOT_FOUND" || (isNew && this.server.refused < busyFor)) {
      this.server.refused += 1;
      return end.say({
        type: "error",
        playback: number,
        request,
        ...problemOf(code, { retry: code === "BUSY" }),
      });
    }
    const playback = this.#playbacks.get(number) ?? new PretendedPlayback(number, this, end);
    this.#playbacks.set(number, playback);
    playback.command(message);
  }

  #unknown({ playback, request }: Request, end: ServerEnd): void {
    end.say({ type: "error", playback, request, ...problemOf("PLAYBACK_NOT_FOUND") });
  }

  #list({ request, offset, limit, search = "" }: ClientMessageOf<"movies">, end: ServerEnd): void {
    const names = Object.keys(this.server.options.movies).filter((name) => name.includes(search));
    const movies = names.slice(offset, offset + limit).map((name) => this.#listed(name));
    end.say({ type: "movies", request, total: names.length, offset, scanning: false, movies });
  }

  #describe({ request, movie }: ClientMessageOf<"movie">, end: ServerEnd): void {
    if (!Object.hasOwn(this.server.options.movies, movie))
      return end.say({ type: "error", request, playback: undefined, ...problemOf("MOVIE_NOT_FOUND") });
    end.say({ type: "movie", request, movie: this.#listed(movie) });
  }

  #listed(name: string): ListedMovie {
    const numbers = this.server.options.movies[name] ?? [];
    const unknown = { title: null, step: 1, newest: null, expected: null, missingPolicy: null, fault: null };
    const picture = { format: "ppm", width: 2, height: 1, bits: 8, float: false, channels: 3 };
    const holes = { missing: 0, holes: "", holesArePartial: false, live: false, fps: "24", rate: 24 };
    const range = { first: numbers[0] ?? null, last: numbers.at(-1) ?? null, frames: numbers.length };
    return { ...unknown, ...picture, ...holes, ...range, name, poster: null, changed: null, revision: "1" };
  }
}

/** One playback under the client's number. Everything it does, it does one millisecond after the last. */
class PretendedPlayback {
  readonly #number: number;
  readonly #connection: PretendedConnection;
  readonly #end: ServerEnd;
  #epoch: PretendedEpoch | undefined;
  #epochs = 0;
  #credit = 0;
  #pending: Asked | undefined;
  #decidedAt = 0;
  #stop: Request | undefined;
  #cancel: (() => void) | undefined;

  constructor(number: number, connection: PretendedConnection, end: ServerEnd) {
    this.#number = number;
    this.#connection = connection;
    this.#end = end;
  }

  get #world(): World {
    return this.#connection.server.world;
  }

  command(message: Asked): void {
    if (message.type === "change" && Object.keys(message.changes).every((name) => name === "priority"))
      return this.#prioritize(message);
    this.#replace();
    this.#pending = message;
    this.#decidedAt = this.#world.now() + (this.#connection.server.options.deciding ?? 0);
    this.#turnLater();
  }

  stop(request: Request): void {
    this.#replace();
    if (this.#epoch === undefined) {
      this.#refuse(request.request, "PLAYBACK_NOT_FOUND");
      return this.close();
    }
    this.#stop = request;
    this.#turnLater();
  }

  grant(frames: number): void {
    this.#credit += frames;
    this.#turnLater();
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#connection.forget(this.#number);
  }

  #replace(): void {
    if (this.#pending !== undefined) this.#refuse(this.#pending.request, "COMMAND_REPLACED");
    this.#pending = undefined;
  }

  #refuse(request: number | undefined, code: string): void {
    this.#end.say({ type: "error", playback: this.#number, request, ...problemOf(code) });
  }

  #prioritize({ request, changes }: ClientMessageOf<"change">): void {
    const priority = changes.priority ?? Priority(3);
    const epoch = this.#epoch?.number ?? 0;
    this.#end.say({ type: "changed", playback: this.#number, request, epoch, priority, wished: undefined });
  }

  #turnLater(): void {
    this.#cancel ??= this.#world.wake(1, () => {
      this.#cancel = undefined;
      this.#turn();
    });
  }

  #turn(): void {
    const epoch = this.#epoch;
    if (epoch?.isInFrame === true) epoch.handOver(0, this.#end);
    else if (this.#stop !== undefined && epoch !== undefined) return this.#finish(epoch, "stopped");
    else if (this.#pending !== undefined && this.#world.now() >= this.#decidedAt) this.#accept(this.#pending);
    else if (epoch?.isOver === true && this.#pending === undefined) return this.#finish(epoch, "finished");
    else if (this.#credit > 0 && epoch?.isOver === false)
      this.#credit -= epoch.handOver(this.#credit, this.#end);
    else if (this.#pending === undefined) return;
    this.#turnLater();
  }

  #finish(epoch: PretendedEpoch, kind: "finished" | "stopped" | "replaced"): void {
    const about = { playback: this.#number, request: this.#stop?.request, epoch: epoch.number, id: "p-1" };
    this.#end.say({ type: "receipt", ...about, receipt: epoch.receipt(kind), error: undefined });
    this.#epoch = undefined;
    if (kind !== "replaced") this.close();
  }

  #accept(message: Asked): void {
    this.#pending = undefined;
    const before = this.#epoch;
    const program = programOf(message, before);
    const numbers = this.#connection.server.options.movies[program.movie] ?? [];
    const { start } = program.beginning;
    if (typeof start === "number" && !numbers.includes(start)) {
      this.#refuse(message.request, "FRAME_NOT_FOUND");
      if (before === undefined) this.close();
      return;
    }
    if (before !== undefined) this.#finish(before, "replaced");
    this.#epochs += 1;
    const epoch = new PretendedEpoch(this.#number, this.#epochs, program, numbers);
    this.#epoch = epoch;
    if (message.type === "play") this.#credit += message.credit;
    if (message.type === "frame") this.#credit += 1;
    const { priority, contract, missing = "error", fps } = program.wish;
    const what = { movie: program.movie, priority, wished: undefined, contract, missing, fps };
    const about = { playback: this.#number, request: message.request, epoch: epoch.number, id: "p-1" };
    this.#end.say({ type: "started", ...about, ...what });
  }
}

function programOf(message: Asked, before: PretendedEpoch | undefined): Program {
  if (message.type === "play") return { movie: message.movie, wish: message, beginning: message };
  if (message.type === "frame") {
    const { movie, frame, rendition, priority, missing } = message;
    const only = frame === "last" ? {} : { from: frame, to: frame };
    const wish = { ...DEFAULT_WISH, ...only, rendition, priority, missing };
    return { movie, wish, beginning: { start: frame, after: undefined } };
  }
  const { movie = "", wish = DEFAULT_WISH, beginning = NOWHERE } = before?.program ?? {};
  if (message.type === "seek")
    return { movie, wish, beginning: { start: FrameNumber(Number(message.frame)), after: undefined } };
  const goesOn = before?.last === undefined ? beginning : { start: undefined, after: before.last };
  return { movie, wish: { ...wish, ...message.changes }, beginning: goesOn };
}

const NOWHERE = { start: undefined, after: undefined };
