import { type Socket, connect } from "node:net";
import { assertNever } from "../../src/base/assert.ts";
import { Bytes, MiB } from "../../src/base/units.ts";
import { type ClassicItem, ClassicReader } from "../../src/wire/classicReader.ts";
import { Broken, type Target } from "./evidence.ts";
import { showBytes, showItem } from "./show.ts";

/** Items that were received and not taken; beyond it the socket is not read. */
const MOST_WAITING = 16;

/** A header may claim any size; a server that means it is not one for these tests. */
const LARGEST_FRAME = Bytes(256 * MiB);

/** How many times `patience` one item may take while bytes of it come. */
const PATIENCES = 10;

/** Told of what may never come, on whichever connection it comes. */
export type Observer = { stray(found: string): void; errorLine(line: string): void };

/** Milliseconds. */
const LAST_LOOK = 5;

/**
 * One connection to the server under test. Every wait has an end: these tests are for servers that hang,
 * close and send garbage.
 */
export class Session {
  readonly #socket: Socket;
  readonly #target: Target;
  readonly #observer: Observer;
  readonly #reader = new ClassicReader({ largestFrame: LARGEST_FRAME });
  readonly #items: ClassicItem[] = [];
  #sent = "";
  #state: "open" | "ended" | "reset" | "garbage" = "open";
  #garbage = "";
  #received = 0;
  #lastByteAt = performance.now();
  #wake: () => void = () => undefined;

  /** @throws Broken when no connection can be made */
  static async open(target: Target, observer: Observer, options = { reads: true }): Promise<Session> {
    const socket = connect({ host: target.host, port: target.port, allowHalfOpen: true, noDelay: true });
    const failure = await new Promise<string | undefined>((resolve) => {
      socket.once("connect", () => resolve(undefined));
      socket.once("error", (error) => resolve(error.message));
      setTimeout(() => resolve("no answer"), target.patience).unref();
    });
    if (failure === undefined) return new Session(socket, target, observer, options);
    socket.destroy();
    throw new Broken({ sent: "", expected: "a connection", came: failure });
  }

  private constructor(socket: Socket, target: Target, observer: Observer, { reads }: { reads: boolean }) {
    this.#socket = socket;
    this.#target = target;
    this.#observer = observer;
    socket.on("error", () => this.#enter("reset"));
    socket.on("close", () => this.#enter("ended"));
    if (!reads) return;
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("end", () => this.#enter("ended"));
  }

  /** What has been sent, for people. */
  get sent(): string {
    return this.#sent;
  }

  /** Bytes that came. */
  get received(): number {
    return this.#received;
  }

  /** Milliseconds of silence after which a server is taken to have said all. */
  get quiet(): number {
    return 0.15 * this.#target.patience;
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  get wasReset(): boolean {
    return this.#state === "reset";
  }

  send(bytes: string | Uint8Array): void {
    const sent = Buffer.from(bytes as string);
    this.#sent = `${this.#sent}${showBytes(sent)}`.slice(-400);
    this.#lastByteAt = performance.now();
    if (this.#socket.writable) this.#socket.write(sent);
  }

  /** Sends, and waits until the system has taken it. False when the connection is over. */
  async push(bytes: Uint8Array): Promise<boolean> {
    if (!this.#socket.writable || !this.isOpen) return false;
    if (!this.#socket.write(bytes)) {
      await this.#change(this.#target.patience, (wake) => this.#socket.once("drain", wake));
    }
    return this.isOpen;
  }

  /** The client asks for nothing more. */
  closeHalf(): void {
    this.#sent += " (closes its half)";
    this.#lastByteAt = performance.now();
    if (this.#socket.writable) this.#socket.end();
  }

  reset(): void {
    if (!this.#socket.destroyed) this.#socket.resetAndDestroy();
  }

  close(): void {
    this.#socket.destroy();
  }

  /** The next frame or line; undefined when none came for `patience`, or none will. */
  async next(patience = this.#target.patience): Promise<ClassicItem | undefined> {
    const latest = performance.now() + PATIENCES * patience;
    for (let isLate = false; ;) {
      const item = this.#items.shift();
      if (item !== undefined) return item;
      if (!this.isOpen || isLate) return undefined;
      this.#socket.resume();
      const now = performance.now();
      const rest = Math.min(Math.max(this.#lastByteAt, now - patience) + patience, latest) - now;
      isLate = rest <= 0;
      // When this machine was late, what has come lies unread: it is looked at once more.
      await this.#change(isLate ? LAST_LOOK : rest);
    }
  }

  /** Waits until bytes have come. False when none did. */
  async anyBytes(count: number): Promise<boolean> {
    while (this.#received < count && this.isOpen) {
      const before = this.#received;
      await this.#change(this.#target.patience);
      if (this.#received === before) return false;
    }
    return this.#received >= count;
  }

  /** What came instead of what was expected: the item, or why there is none. */
  came(item?: ClassicItem): string {
    if (item !== undefined) return showItem(item);
    const unfinished = this.#reader.idle ? "" : ", in the middle of a frame or line";
    switch (this.#state) {
      case "open":
        return `nothing for ${this.#target.patience / 1000} s${unfinished}`;
      case "ended":
        return `the end of the connection${unfinished}`;
      case "reset":
        return `a reset${unfinished}`;
      case "garbage":
        return this.#garbage;
      default:
        return assertNever(this.#state);
    }
  }

  broken(expected: string, came: string): Broken {
    return new Broken({ sent: this.#sent, expected, came });
  }

  #read(chunk: Buffer): void {
    this.#received += chunk.length;
    this.#lastByteAt = performance.now();
    if (this.#state !== "open") return;
    try {
      this.#reader.push(chunk);
      for (let item = this.#reader.next(); item !== undefined; item = this.#reader.next()) this.#keep(item);
    } catch (error) {
      this.#garbage = `bytes that are neither frame nor line: ${(error as Error).message}`;
      this.#observer.stray(`${(error as Error).message}, after ${this.#sent}`);
      this.#enter("garbage");
    }
    if (this.#items.length >= MOST_WAITING) this.#socket.pause();
    this.#wake();
  }

  #keep(item: ClassicItem): void {
    if (item.kind === "error") this.#observer.errorLine(`ERR ${item.code} ${item.message}`);
    this.#items.push(item);
  }

  #enter(state: "ended" | "reset" | "garbage"): void {
    if (this.#state === "open") this.#state = state;
    this.#wake();
  }

  /** Waits for the next event, but no longer than `ms`. */
  async #change(ms: number, alsoOn: (wake: () => void) => void = () => undefined): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      alsoOn(this.#wake);
    });
  }
}
