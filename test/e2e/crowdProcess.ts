// The clients of `crowd.ts`. What they receive is compared with the frames' files byte by byte, as it comes.
import { readFileSync } from "node:fs";
import { type Socket, connect } from "node:net";
import type { CrowdMessage, Guest, Invitation, Seen } from "./crowd.ts";

/** Frames that are kept for those who are behind. */
const KEPT = 256;

/** How often somebody who reads slowly reads once. */
const SIP_EVERY_MS = 25;

/** One for all: what came is looked at before the next is read. */
const SHARED = Buffer.allocUnsafe(512 * 1024);

/** The frames' files, of which the last ones loaded are kept. */
class Files {
  readonly #paths: readonly string[];
  readonly #kept = new Map<number, Buffer>();

  constructor(paths: readonly string[]) {
    this.#paths = paths;
  }

  at(index: number): Buffer | undefined {
    const kept = this.#kept.get(index);
    const path = this.#paths[index];
    if (kept !== undefined || path === undefined) return kept;
    const bytes = readFileSync(path);
    this.#kept.set(index, bytes);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return bytes;
  }
}

/** One client's connection. */
class Visit {
  readonly #guest: Guest;
  readonly #files: Files;
  readonly #socket: Socket;
  #frame = 0;
  #offset = 0;
  #bytes = 0;
  #isExact = true;
  #hasEnded = false;

  constructor(guest: Guest, { port, movie }: Invitation, files: Files, left: (seen: Seen) => void) {
    this.#guest = guest;
    this.#files = files;
    this.#socket = connect({
      port,
      host: "127.0.0.1",
      allowHalfOpen: true,
      noDelay: true,
      onread: { buffer: SHARED, callback: (count) => this.#read(count) },
    });
    this.#socket.on("connect", () =>
      this.#ask(`g${guest.id}:${guest.priority}:start_movie:${movie}:to=${guest.frames}\n`),
    );
    this.#socket.on("end", () => (this.#hasEnded = true));
    this.#socket.on("error", () => undefined);
    this.#socket.on("close", () => left(this.seen));
  }

  get seen(): Seen {
    const isWhole =
      this.#isExact && this.#hasEnded && this.#frame === this.#guest.frames && this.#offset === 0;
    return { id: this.#guest.id, bytes: this.#bytes, isExact: this.#isExact, isWhole };
  }

  #ask(request: string): void {
    const { conduct } = this.#guest;
    if (conduct === "never") this.#socket.pause();
    if (conduct === "drips") return this.#drip(request);
    this.#socket.end(request);
    if (conduct === "slowly") setInterval(() => this.#socket.resume(), SIP_EVERY_MS);
  }

  #drip(rest: string): void {
    if (rest === "") return void this.#socket.end();
    this.#socket.write(rest.slice(0, 1), () => setImmediate(() => this.#drip(rest.slice(1))));
  }

  #read(count: number): boolean {
    this.#bytes += count;
    for (let at = 0; at < count && this.#isExact; at += this.#compare(SHARED.subarray(at, count)));
    if (this.#guest.conduct === "resets" && this.#frame >= 5 && this.#offset > 0)
      this.#socket.resetAndDestroy();
    if (this.#guest.conduct === "slowly") this.#socket.pause();
    return true;
  }

  /** Compares with what is next, as far as the frame goes. @returns how many bytes these were */
  #compare(piece: Buffer): number {
    const expected = this.#frame < this.#guest.frames ? this.#files.at(this.#frame) : undefined;
    if (expected === undefined) {
      this.#isExact = false;
      return piece.length;
    }
    const count = Math.min(piece.length, expected.length - this.#offset);
    this.#isExact = expected.compare(piece, 0, count, this.#offset, this.#offset + count) === 0;
    this.#offset += count;
    if (this.#offset < expected.length) return count;
    this.#frame += 1;
    this.#offset = 0;
    return count;
  }
}

function tell(message: CrowdMessage): void {
  process.send?.(message);
}

process.once("message", (invitation: Invitation) => {
  const files = new Files(invitation.files);
  const visits = invitation.guests.map(
    (guest) => new Visit(guest, invitation, files, (left) => tell({ left })),
  );
  process.on("message", () => tell({ all: visits.map(({ seen }) => seen) }));
});
process.on("disconnect", () => process.exit());
