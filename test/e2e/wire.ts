import assert from "node:assert/strict";
import { type Socket, connect } from "node:net";
import { within } from "./deadline.ts";

/** A bare connection for tests that open thousands: it counts what comes and keeps only the beginning. */
export class Wire {
  readonly #socket: Socket;
  readonly #gone: Promise<void>;
  #isOver = false;
  #head = "";
  #isMet: () => boolean = () => false;
  #go: () => void = () => undefined;

  static async open(port: number): Promise<Wire> {
    const wire = new Wire(connect({ port, host: "127.0.0.1", allowHalfOpen: true }));
    await wire.#wait(() => wire.#isOver || !wire.#socket.connecting, "a connection");
    return wire;
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#gone = new Promise((resolve) => void socket.on("close", () => resolve()));
    socket.on("connect", () => this.#look());
    socket.on("data", (chunk: Buffer) => {
      if (this.#head.length < HEAD) this.#head += chunk.toString("latin1", 0, HEAD);
      this.#look();
    });
    for (const event of ["end", "close", "error"]) socket.on(event, () => this.#end());
  }

  /** The first bytes that came, as Latin-1. */
  get head(): string {
    return this.#head;
  }

  send(text: string): void {
    this.#socket.write(text);
  }

  closeHalf(): void {
    this.#socket.end();
  }

  stopReading(): void {
    this.#socket.pause();
  }

  /** Waits until so many bytes have come. Fails when the server ends the connection before. */
  async bytes(count: number): Promise<void> {
    await this.#wait(() => this.#isOver || this.#socket.bytesRead >= count, `${count} bytes`);
    assert.ok(this.#socket.bytesRead >= count, `the server ended the connection after: ${this.#head}`);
  }

  /** Waits until the server has ended the connection. */
  async end(): Promise<void> {
    await this.#wait(() => this.#isOver, "the end of a connection");
  }

  /** Ends the connection, whatever is under way, and waits until it is gone. */
  async leave(how: "close" | "reset"): Promise<void> {
    if (how === "reset") this.#socket.resetAndDestroy();
    else this.#socket.destroy();
    await within(this.#gone, "the end of a socket");
  }

  #end(): void {
    this.#isOver = true;
    this.#look();
  }

  #look(): void {
    if (this.#isMet()) this.#go();
  }

  #wait(isMet: () => boolean, what: string): Promise<void> {
    if (isMet()) return Promise.resolve();
    this.#isMet = isMet;
    return within(new Promise((resolve) => (this.#go = resolve)), what);
  }
}

const HEAD = 100;
