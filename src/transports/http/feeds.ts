import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Clock, Timer } from "../../base/clock.ts";
import { after, type MonotonicMs, type Ms } from "../../base/units.ts";
import { LINE_BURST } from "../lineAllowance.ts";
import type { Ledger } from "./ledger.ts";
import { HEARTBEAT, UNREAD_EVENTS } from "./limits.ts";
import { reset } from "../reset.ts";

/** What a client is told that has missed something: it looks at everything anew. */
const RESYNC = "event: resync\ndata: {}\n\n";

/** A comment, which readers pass over. */
const BEAT = ":\n\n";

/** One event (HTML standard, section 9.2): data is JSON, so it has no line breaks. */
export function eventText(kind: string, data: unknown, id?: string): string {
  const name = id === undefined ? "" : `id: ${id}\n`;
  return `${name}event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** When more may be said on a connection, and that something has been. */
type Lines = Pick<Ledger, "told" | "waitsUntil">;

/**
 * One client's server-sent events. What it leaves unread is bounded: beyond that nothing more is written, and
 * when it has read all it is told to look at everything anew.
 */
export class Feed {
  readonly #response: ServerResponse;
  readonly #lines: Lines | undefined;
  #behindSince: MonotonicMs | undefined;

  /** @param lines undefined where nothing limits what it is sent */
  constructor(response: ServerResponse, headers: OutgoingHttpHeaders, lines: Lines | undefined) {
    this.#response = response;
    this.#lines = lines;
    response.writeHead(200, {
      ...headers,
      "Content-Type": "text/event-stream",
      "Cache-Control": "no-store",
      "X-Accel-Buffering": "no",
    });
    response.on("error", () => response.destroy());
    response.flushHeaders();
  }

  send(text: string, now: MonotonicMs): void {
    const { destroyed, writableEnded, writableLength } = this.#response;
    // Playbacks that end with the server are told of when the feed has ended.
    if (destroyed || writableEnded) return;
    // It may have been given an allowance meanwhile, and is told to look at what happens now, too.
    if (this.#behindSince !== undefined) return this.#caughtUp();
    if (writableLength + Buffer.byteLength(text) <= this.#longest && this.#mayTell) {
      this.#write(text);
      return;
    }
    this.#behindSince = now;
    // One that is too long by itself is waited for by nothing that was written.
    this.#caughtUp();
  }

  /** Tells it to look at everything anew. */
  resync(now: MonotonicMs): void {
    this.send(RESYNC, now);
  }

  /** Shows that the connection is alive, or closes it when the client has taken nothing for too long. */
  beat(now: MonotonicMs, stall: Ms): void {
    this.#caughtUp();
    if (this.#behindSince === undefined) this.send(BEAT, now);
    else if (this.#response.writableLength > 0 && now >= after(this.#behindSince, stall)) {
      const { socket } = this.#response;
      if (socket !== null) reset(socket);
    }
  }

  end(): void {
    this.#response.end();
  }

  readonly #caughtUp = (): void => {
    const { writableLength, destroyed, writableEnded } = this.#response;
    if (this.#behindSince === undefined || writableLength > 0 || destroyed || writableEnded) return;
    if (!this.#mayTell) return;
    this.#behindSince = undefined;
    this.#write(RESYNC);
  };

  /** Bytes that may wait for the client. */
  get #longest(): number {
    return this.#lines === undefined ? UNREAD_EVENTS : LINE_BURST;
  }

  get #mayTell(): boolean {
    return this.#lines?.waitsUntil === undefined;
  }

  #write(text: string): void {
    this.#response.write(text, this.#caughtUp);
    this.#lines?.told();
  }
}

export type FeedsOptions = {
  readonly clock: Clock;
  /** How long a client may take nothing. */
  readonly stall: Ms;
  /** Of a connection; undefined where nothing limits what it is sent. */
  readonly linesOf: (socket: Socket) => Lines | undefined;
};

/** All feeds of a server: they beat together, and end together. */
export class Feeds {
  readonly #options: FeedsOptions;
  readonly #all = new Set<Feed>();
  #beat: Timer | undefined;
  #hasEnded = false;

  constructor(options: FeedsOptions) {
    this.#options = options;
  }

  /** How many there are. */
  get count(): number {
    return this.#all.size;
  }

  /**
   * Opens a feed on a response that nothing has been sent on. @param closed called once, when it is gone
   */
  open(response: ServerResponse, headers: OutgoingHttpHeaders, closed: () => void): Feed {
    const { socket } = response.req;
    const feed = new Feed(response, headers, this.#options.linesOf(socket));
    this.#all.add(feed);
    const isEndless = response.req.method !== "HEAD" && !this.#hasEnded;
    if (isEndless) socket.setTimeout(0);
    // There is no end that one who closes its half could be waiting for.
    const ended = (): void => void socket.destroy();
    const gone = (): void => {
      if (!this.#all.delete(feed)) return;
      socket.off("end", ended);
      socket.off("close", gone);
      closed();
    };
    if (isEndless) socket.once("end", ended);
    else feed.end();
    socket.once("close", gone);
    response.once("close", gone);
    if (isEndless) this.#beatLater();
    return feed;
  }

  /** Ends all of them in order, and those that are opened from now on at once. */
  end(): void {
    this.#hasEnded = true;
    for (const feed of this.#all) feed.end();
  }

  #beatLater(): void {
    const { clock, stall } = this.#options;
    this.#beat ??= clock.at(after(clock.now(), HEARTBEAT), () => {
      this.#beat = undefined;
      const now = clock.now();
      for (const feed of this.#all) feed.beat(now, stall);
      if (this.#all.size > 0) this.#beatLater();
    });
  }

  /** Wakes for nothing any more. */
  close(): void {
    this.#beat?.cancel();
  }
}
