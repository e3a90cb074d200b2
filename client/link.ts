import type { ClientMessage } from "../src/wire/websocket/clientMessages.ts";
import type { ReadFrame, UnderWay } from "../src/wire/websocket/frameReader.ts";
import type { ServerMessage, Welcome } from "../src/wire/websocket/serverMessages.ts";
import { backoff } from "./backoff.ts";
import { MutoscopeError } from "./error.ts";
import { Session, type SessionEnd, type SessionListener, type SessionOptions } from "./session.ts";

/** Told what becomes of the connection. */
export interface LinkListener {
  /** There is a connection, of which nothing is known yet. */
  opened(welcome: Welcome): void;
  /** There is none any more; another is being looked for. */
  lost(): void;
  /** There will be none any more. */
  gaveUp(error: MutoscopeError): void;
  said(message: ServerMessage): void;
  came(frame: ReadFrame): void;
  expects(playback: number): boolean;
}

export type LinkOptions = Omit<SessionOptions, "url"> & {
  /** Tried in turns. */
  readonly urls: readonly string[];
  /** How long there may be no connection after there was one, in milliseconds. */
  readonly patience: number;
};

/**
 * Keeps one connection to one of several servers.
 *
 *     connecting ⇄ open       lost: waits, longer each time, and tries the next address
 *         ↘        ↙
 *          closed             at the first try every address is asked once; later, as long as patience lasts
 */
export class Link implements SessionListener {
  readonly #options: LinkOptions;
  readonly #listener: LinkListener;
  #session: Session | undefined;
  #isClosed = false;
  #wasOpen = false;
  #tries = 0;
  /** Tries in a row of which nothing came. */
  #failures = 0;
  #failingSince: number | undefined;
  /** Of the present session, once it is open. */
  #openedAt: number | undefined;
  #cancel: () => void = () => undefined;

  constructor(options: LinkOptions, listener: LinkListener) {
    this.#options = options;
    this.#listener = listener;
  }

  get isOpen(): boolean {
    return this.#session?.isOpen ?? false;
  }

  /** How many servers there may be. */
  get addresses(): number {
    return this.#options.urls.length;
  }

  underWay(playback: number): UnderWay | undefined {
    return this.#session?.underWay(playback);
  }

  /** Connects, to the next address in turn. */
  connect(): void {
    const { urls, socketClass, surroundings, timeout, largestFrame } = this.#options;
    const url = urls[this.#tries % urls.length] ?? "";
    this.#tries += 1;
    try {
      this.#session = new Session({ url, socketClass, surroundings, timeout, largestFrame }, this);
    } catch (error) {
      // As for an address without encryption on a page with it: it will never do.
      const detail = `found ${url}, which the platform refuses, expected another address`;
      this.#giveUp(new MutoscopeError({ code: "OPTION_INVALID", detail, cause: error }));
    }
  }

  say(message: ClientMessage): void {
    this.#session?.say(message);
  }

  /** Leaves this server for the next: it has not what is wanted. */
  hop(): void {
    if (this.#isClosed || !this.isOpen) return;
    this.#session?.leave();
    this.#retry(new MutoscopeError({ code: "SERVER_UNREACHABLE", detail: "no server has what is wanted" }));
  }

  /** The server has broken the protocol: nothing goes on. */
  fail(error: MutoscopeError): void {
    this.#session?.fail(error);
  }

  /** Ends the connection, and looks for no other. May be called twice. */
  close(): void {
    this.#isClosed = true;
    this.#cancel();
    this.#session?.leave();
    this.#session = undefined;
  }

  welcomed(welcome: Welcome): void {
    this.#wasOpen = true;
    this.#openedAt = this.#options.surroundings.now();
    this.#listener.opened(welcome);
  }

  said(message: ServerMessage): void {
    // An error may be the same every time: it does not show that anything works.
    if (message.type !== "error") this.#works();
    this.#listener.said(message);
  }

  came(frame: ReadFrame): void {
    this.#works();
    this.#listener.came(frame);
  }

  expects(playback: number): boolean {
    return this.#listener.expects(playback);
  }

  ended({ error, isFinal }: SessionEnd): void {
    if (isFinal) return this.#giveUp(error);
    const { surroundings, timeout } = this.#options;
    // Of an idle connection that was quiet for long, that was all that could be seen.
    if (this.#openedAt !== undefined && surroundings.now() - this.#openedAt >= timeout) this.#works();
    this.#retry(error);
  }

  #works(): void {
    this.#failures = 0;
    this.#failingSince = undefined;
  }

  #retry(error: MutoscopeError): void {
    this.#session = undefined;
    this.#openedAt = undefined;
    const { surroundings, urls, patience } = this.#options;
    const now = surroundings.now();
    this.#failingSince ??= now;
    const round = Math.floor(this.#failures / urls.length);
    this.#failures += 1;
    const isOut = this.#wasOpen ? now - this.#failingSince >= patience : this.#failures >= urls.length;
    if (isOut) return this.#giveUp(error);
    this.#cancel = surroundings.wake(
      backoff(round, () => surroundings.random()),
      () => this.connect(),
    );
    if (this.#wasOpen) this.#listener.lost();
  }

  #giveUp(error: MutoscopeError): void {
    this.close();
    this.#listener.gaveUp(error);
  }
}
