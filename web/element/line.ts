import { type Client, type LibraryChange, MutoscopeError, connect } from "../../client/index.ts";
import { Watchers } from "./watchers.ts";

/** A player, told what becomes of the connection. */
export interface LineListener {
  readonly movie: string;
  /** There is one, or one again. */
  opened(client: Client): void;
  lost(): void;
  /** Something happened to the movie. */
  changed(change: LibraryChange): void;
}

/** Between two tries to connect, in milliseconds: twice as long each time. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 5000;
/** How long a connection stays without a player: one that is moved in its page leaves and comes back. */
const LINGERING = 1000;

/** What the server lists this page's playbacks under: pages are told apart by it. */
export const CLIENT_NAME = `mutoscope-player ${Math.random().toString(36).slice(2, 8)}`;

/** A client, and what is watched with it. */
type Connected = { readonly client: Client; readonly watchers: Watchers };

/**
 * The connection to one server that all players of a page share. It is looked for as long as there are
 * players, however long the server is away.
 */
export class Line {
  readonly #url: string;
  readonly #gone: () => void;
  readonly #listeners = new Map<LineListener, (change: LibraryChange) => void>();
  #connected: Connected | undefined;
  #failures = 0;
  #isConnecting = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param gone called when nobody has wanted it for a while */
  constructor(url: string, gone: () => void) {
    this.#url = url;
    this.#gone = gone;
  }

  join(listener: LineListener): void {
    this.#listeners.set(listener, (change) => listener.changed(change));
    this.#wait(undefined);
    if (this.#connected === undefined) void this.#connect();
    else this.#greet(listener, this.#connected);
  }

  /** May be called twice. */
  leave(listener: LineListener): void {
    const tell = this.#listeners.get(listener);
    if (tell === undefined) return;
    this.#listeners.delete(listener);
    this.#connected?.watchers.remove(tell);
    if (this.#listeners.size === 0) this.#wait(LINGERING, () => this.#close());
  }

  #greet(listener: LineListener, { client, watchers }: Connected): void {
    const tell = this.#listeners.get(listener);
    if (tell !== undefined) watchers.add(listener.movie, tell);
    if (client.isOpen) listener.opened(client);
    else listener.lost();
  }

  #close(): void {
    const client = this.#connected?.client;
    this.#connected = undefined;
    client?.close();
    this.#gone();
  }

  async #connect(): Promise<void> {
    if (this.#isConnecting) return;
    this.#isConnecting = true;
    this.#wait(undefined);
    try {
      const options = { name: CLIENT_NAME, connection: (state: "lost" | "open") => this.#turned(state) };
      this.#opened(await connect(this.#url, options));
    } catch (error) {
      if (!(error instanceof MutoscopeError)) throw error;
      this.#tryAgain();
    } finally {
      this.#isConnecting = false;
    }
  }

  #opened(client: Client): void {
    const watchers = new Watchers(client, () => this.#failed(client));
    this.#connected = { client, watchers };
    this.#failures = 0;
    if (this.#listeners.size === 0) this.#wait(LINGERING, () => this.#close());
    for (const listener of this.#listeners.keys()) this.#greet(listener, this.#connected);
  }

  /** A client that gave up is of no more use: its minute of patience is over, that of people may not be. */
  #failed(client: Client): void {
    if (this.#connected?.client !== client) return;
    this.#connected = undefined;
    client.close();
    this.#tryAgain();
  }

  #tryAgain(): void {
    if (this.#listeners.size === 0) return this.#gone();
    for (const listener of this.#listeners.keys()) listener.lost();
    const ms = Math.min(FIRST_WAIT * 2 ** this.#failures, LONGEST_WAIT);
    this.#failures += 1;
    this.#wait(ms, () => void this.#connect());
  }

  #wait(ms: number | undefined, turn?: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = turn === undefined ? undefined : setTimeout(turn, ms);
  }

  /** The client looks for another connection by itself, for as long as its patience lasts. */
  #turned(state: "lost" | "open"): void {
    const client = this.#connected?.client;
    if (client === undefined) return;
    for (const listener of this.#listeners.keys())
      if (state === "lost") listener.lost();
      else listener.opened(client);
  }
}

const lines = new Map<string, Line>();

/** The page's connection to a server. */
export function lineTo(url: string): Line {
  const known = lines.get(url) ?? new Line(url, () => lines.delete(url));
  lines.set(url, known);
  return known;
}
