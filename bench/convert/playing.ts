import { once } from "node:events";
import { connect } from "node:net";
import { decodeLine } from "../../src/wire/tag.ts";

/** What one playback was. */
export type Played = {
  readonly frames: number;
  readonly seconds: number;
  /** From the request to the last byte of the first frame. */
  readonly firstSeconds: number;
  /** Over the numbers and digests of all its frames, as the server says. */
  readonly digest: string;
};

const LF = 0x0a;

/** Plays frames of a movie as fast as they come, discards them, and gives what its END line says. */
export async function play(port: number, request: string): Promise<Played> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const counter = new Counter(performance.now());
  socket.on("data", (bytes: Uint8Array) => counter.push(bytes));
  socket.end(`bench:3:${request}:tagged\n`);
  await once(socket, "close");
  return counter.played();
}

/** Counts tagged frames without keeping any of their bytes. */
class Counter {
  readonly #began: number;
  /** Of the frame that is coming. */
  #left = 0;
  #line: number[] = [];
  #frames = 0;
  #firstMs = Number.NaN;
  #played: Played | undefined;

  constructor(began: number) {
    this.#began = began;
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.byteLength;) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, bytes.byteLength - at);
        this.#left -= taken;
        at += taken;
        if (this.#left === 0) this.#frame();
      } else {
        const byte = bytes[at++] ?? LF;
        if (byte === LF) this.#endLine();
        else this.#line.push(byte);
      }
    }
  }

  played(): Played {
    if (this.#played === undefined) throw new Error(`the connection ended after ${this.#frames} frames`);
    return this.#played;
  }

  #frame(): void {
    this.#frames += 1;
    if (this.#frames === 1) this.#firstMs = performance.now() - this.#began;
  }

  #endLine(): void {
    const text = Buffer.from(this.#line).toString();
    const line = decodeLine(text);
    this.#line = [];
    if (line?.kind === "tag") this.#left = line.bytes;
    else if (line?.kind === "end") this.#played = this.#ended(line.digest);
    else throw new Error(`the server said: ${text}`);
  }

  #ended(digest: string): Played {
    const seconds = (performance.now() - this.#began) / 1000;
    return { frames: this.#frames, seconds, firstSeconds: this.#firstMs / 1000, digest };
  }
}
