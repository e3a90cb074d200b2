import { assertNever } from "../src/base/assert.ts";
import type { ClientMessage } from "../src/wire/websocket/clientMessages.ts";
import type { ReadFrame, UnderWay } from "../src/wire/websocket/frameReader.ts";
import type { ServerMessage, Welcome } from "../src/wire/websocket/serverMessages.ts";
import { MutoscopeError, broken } from "./error.ts";
import type { Host, Receiver } from "./host.ts";
import { Link, type LinkListener, type LinkOptions } from "./link.ts";
import type { Surroundings } from "./platform.ts";
import { Questions } from "./questions.ts";
import { Watches } from "./watches.ts";

export type SwitchboardOptions = LinkOptions & {
  /** What the client calls itself. */
  readonly name: string;
  /** Told that the connection broke, each time that another fails, and that there is one again. */
  readonly connection: (state: "lost" | "open") => void;
};

/** Told how the first connection went, once. */
export type FirstConnection = {
  readonly opened: () => void;
  readonly failed: (error: MutoscopeError) => void;
};

/** Gives what the server says to whom it is for, and numbers what it is asked. */
export class Switchboard implements Host, LinkListener {
  readonly patience: number;
  readonly surroundings: Surroundings;
  readonly questions: Questions;
  readonly watches: Watches;
  readonly #name: string;
  readonly #connection: SwitchboardOptions["connection"];
  readonly #first: FirstConnection;
  readonly #link: Link;
  readonly #receivers = new Set<Receiver>();
  readonly #byNumber = new Map<number, Receiver>();
  #numbers = 0;
  #welcome: Welcome | undefined;
  #error: MutoscopeError | undefined;

  constructor(options: SwitchboardOptions, first: FirstConnection) {
    this.#name = options.name;
    this.#connection = options.connection;
    this.#first = first;
    this.patience = options.patience;
    this.surroundings = options.surroundings;
    this.questions = new Questions(this);
    this.watches = new Watches(this, this.questions);
    this.#link = new Link(options, this);
    this.#link.connect();
  }

  get isOpen(): boolean {
    return this.#link.isOpen;
  }

  get addresses(): number {
    return this.#link.addresses;
  }

  /** What the server said first. */
  get welcome(): Welcome | undefined {
    return this.#welcome;
  }

  /** Why there is nothing more to be had. */
  get error(): MutoscopeError | undefined {
    return this.#error;
  }

  attend(receiver: Receiver): void {
    this.#receivers.add(receiver);
  }

  done(receiver: Receiver): void {
    this.#receivers.delete(receiver);
  }

  enter(receiver: Receiver): number {
    const number = this.request();
    this.#byNumber.set(number, receiver);
    return number;
  }

  leave(playback: number): void {
    this.#byNumber.delete(playback);
  }

  request(): number {
    this.#numbers += 1;
    return this.#numbers;
  }

  say(message: ClientMessage): void {
    this.#link.say(message);
  }

  underWay(playback: number): UnderWay | undefined {
    return this.#link.underWay(playback);
  }

  hop(): void {
    this.#link.hop();
  }

  fail(error: MutoscopeError): void {
    this.#link.fail(error);
  }

  /** Ends everything. May be called twice. */
  close(): void {
    this.#giveUp(new MutoscopeError({ code: "CLIENT_CLOSED", detail: "the program closed its client" }));
    this.#link.close();
  }

  opened(welcome: Welcome): void {
    const isFirst = this.#welcome === undefined;
    this.#welcome = welcome;
    this.say({ type: "hello", client: this.#name });
    this.questions.opened();
    this.watches.opened();
    for (const receiver of this.#receivers) receiver.opened();
    if (isFirst) this.#first.opened();
    else this.#connection("open");
  }

  lost(): void {
    this.#byNumber.clear();
    for (const receiver of this.#receivers) receiver.lost();
    this.#connection("lost");
  }

  gaveUp(error: MutoscopeError): void {
    if (this.#welcome === undefined) this.#first.failed(error);
    this.#giveUp(error);
  }

  expects(playback: number): boolean {
    return this.#byNumber.has(playback);
  }

  came(frame: ReadFrame): void {
    this.#receiver(frame.header.playback).came(frame);
  }

  said(message: ServerMessage): void {
    switch (message.type) {
      case "started":
        return this.#receiver(message.playback).started(message);
      case "receipt":
        return this.#receiver(message.playback).receipt(message);
      // These may have crossed with an end.
      case "changed":
        return this.#byNumber.get(message.playback)?.changed(message);
      case "event":
        return this.watches.tell(message);
      case "error":
        if (this.questions.answered(message) || message.playback === undefined) return;
        return this.#byNumber.get(message.playback)?.refused(message);
      case "movies":
      case "movie":
      case "watching":
        this.questions.answered(message);
        return;
      // The connection has taken these.
      case "welcome":
      case "pong":
        return;
      default:
        assertNever(message);
    }
  }

  #receiver(playback: number): Receiver {
    const receiver = this.#byNumber.get(playback);
    if (receiver !== undefined) return receiver;
    throw broken(`found a message of playback ${playback}, which does not play`);
  }

  #giveUp(error: MutoscopeError): void {
    if (this.#error !== undefined) return;
    this.#error = error;
    this.questions.close(error);
    this.watches.close(error);
    this.#byNumber.clear();
    for (const receiver of this.#receivers) receiver.gaveUp(error);
  }
}
