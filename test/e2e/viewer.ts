import assert from "node:assert/strict";
import { once } from "node:events";
import { type Socket, connect } from "node:net";
import type { TestContext } from "node:test";
import { type ClassicItem, ClassicReader } from "../../src/wire/classicReader.ts";
import { within } from "./deadline.ts";

export type FrameItem = Extract<ClassicItem, { kind: "frame" }>;
export type EndItem = Extract<ClassicItem, { kind: "end" }>;

/** How a connection ended, seen from the client: in order, or not. */
export type Ending = "closed" | "reset";

/** What came from a moment on until the connection ended. */
export type Rest = { readonly items: readonly ClassicItem[]; readonly ending: Ending };

/**
 * A client of the classic protocol on a real socket, which may stop reading, close one half, and reset.
 * Every byte that comes must belong to a frame or a line, and every wait has an end.
 */
export class Viewer {
  readonly socket: Socket;
  readonly #reader = new ClassicReader();
  readonly #items: ClassicItem[] = [];
  #ending: Ending | undefined;
  #failure: unknown;
  #wake: () => void = () => undefined;

  /** @param options.reads false for one that takes nothing until `resume` */
  static async open(test: TestContext, port: number, options: { reads?: boolean } = {}): Promise<Viewer> {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    test.after(() => socket.destroy());
    await within(once(socket, "connect"), "a connection");
    return new Viewer(socket, options.reads ?? true);
  }

  private constructor(socket: Socket, reads: boolean) {
    this.socket = socket;
    socket.on("data", (chunk: Uint8Array) => this.#read(chunk));
    socket.on("end", () => this.#finish("closed"));
    socket.on("error", () => this.#finish("reset"));
    if (!reads) socket.pause();
  }

  /** How the connection ended; undefined while it has not. */
  get ending(): Ending | undefined {
    return this.#ending;
  }

  /** Whether the last byte that came ends a frame or a line. */
  get isAtBoundary(): boolean {
    return this.#reader.idle;
  }

  /** Bytes that came. */
  get received(): number {
    return this.socket.bytesRead;
  }

  send(bytes: string | Uint8Array): this {
    this.socket.write(bytes);
    return this;
  }

  /** Asks for nothing more. */
  closeHalf(): this {
    this.socket.end();
    return this;
  }

  stopReading(): this {
    this.socket.pause();
    return this;
  }

  resume(): this {
    this.socket.resume();
    return this;
  }

  reset(): void {
    this.socket.resetAndDestroy();
  }

  /** The next frame or line. */
  async next(ms?: number): Promise<ClassicItem> {
    const item = await this.#nextOrEnd("a frame or line", ms);
    return item ?? assert.fail(`expected a frame or line, found the connection ${this.#ending}`);
  }

  async frame(): Promise<FrameItem> {
    const item = await this.next();
    return item.kind === "frame" ? item : assert.fail(`expected a frame, found ${show(item)}`);
  }

  async frames(count: number): Promise<FrameItem[]> {
    const frames: FrameItem[] = [];
    while (frames.length < count) frames.push(await this.frame());
    return frames;
  }

  /** The code of the error line that is next. */
  async error(ms?: number): Promise<string> {
    const item = await this.next(ms);
    return item.kind === "error" ? item.code : assert.fail(`expected an error line, found ${show(item)}`);
  }

  /** What is left of a tagged epoch: its frames and its END line. */
  async epoch(): Promise<{ readonly frames: FrameItem[]; readonly end: EndItem }> {
    const frames: FrameItem[] = [];
    for (;;) {
      const item = await this.next();
      if (item.kind === "end") return { frames, end: item };
      frames.push(item.kind === "frame" ? item : assert.fail(show(item)));
    }
  }

  /** All that comes until the server ends the connection. */
  async rest(ms?: number): Promise<Rest> {
    const items: ClassicItem[] = [];
    for (;;) {
      const item = await this.#nextOrEnd("the connection's end", ms);
      if (item === undefined) return { items, ending: this.#ending ?? assert.fail("ended without an end") };
      items.push(item);
    }
  }

  async #nextOrEnd(what: string, ms?: number): Promise<ClassicItem | undefined> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) return item;
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#ending !== undefined) return undefined;
      await within(new Promise<void>((resolve) => (this.#wake = resolve)), what, ms);
    }
  }

  #read(chunk: Uint8Array): void {
    if (this.#failure !== undefined) return;
    try {
      this.#reader.push(chunk);
      for (let item = this.#reader.next(); item !== undefined; item = this.#reader.next()) {
        this.#items.push(item);
      }
    } catch (error) {
      this.#failure = error;
    }
    this.#wake();
  }

  #finish(ending: Ending): void {
    this.#ending ??= ending;
    if (ending === "closed") this.socket.end();
    this.#wake();
  }
}

/** A frame or line in few words. */
export function show(item: ClassicItem): string {
  if (item.kind === "frame") return `frame ${item.tag?.frame ?? ""} of ${item.bytes.length} bytes`;
  return JSON.stringify(item);
}

/** The bytes of items that are all frames, one after the other. */
export function bytesOf(items: readonly ClassicItem[]): Buffer {
  return Buffer.concat(items.map((item) => (item.kind === "frame" ? item.bytes : assert.fail(show(item)))));
}
