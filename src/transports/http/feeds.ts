import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Clock, Timer } from "../../base/clock.ts";
import { after, type MonotonicMs, type Ms } from "../../base/units.ts";
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

/**
 * One client's server-sent events. What it leaves unread is bounded: beyond that nothing more is written, and
 * when it has read all it is told to look at everything anew.
 */
export class Feed {
  readonly #response: ServerResponse;
  #behindSince: MonotonicMs | undefined;

  constructor(response: ServerResponse, headers: OutgoingHttpHeaders) {
    this.#response = response;
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
    const { destroyed, writableEnded } = this.#response;
    // Playbacks that end with the server are told of when the feed has ended.
    if (this.#behindSince !== undefined || destroyed || writableEnded) return;
    if (this.#response.writableLength + Buffer.byteLength(text) <= UNREAD_EVENTS) {
      this.#response.write(text, this.#caughtUp);
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
    else if (now >= after(this.#behindSince, stall)) {
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
    this.#behindSince = undefined;
    this.#response.write(RESYNC);
  };
}

/** All feeds of a server: they beat together, and end together. */
export class Feeds {
  readonly #clock: Clock;
  readonly #stall: Ms;
  readonly #all = new Set<Feed>();
  #beat: Timer | undefined;

  constructor(clock: Clock, stall: Ms) {
    this.#clock = clock;
    this.#stall = stall;
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
    const feed = new Feed(response, headers);
    this.#all.add(feed);
    const isEndless = response.req.method !== "HEAD";
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
    this.#beatLater();
    return feed;
  }

  /** Ends all of them in order. */
  end(): void {
    for (const feed of this.#all) feed.end();
  }

  #beatLater(): void {
    this.#beat ??= this.#clock.at(after(this.#clock.now(), HEARTBEAT), () => {
      this.#beat = undefined;
      const now = this.#clock.now();
      for (const feed of this.#all) feed.beat(now, this.#stall);
      if (this.#all.size > 0) this.#beatLater();
    });
  }

  /** Wakes for nothing any more. */
  close(): void {
    this.#beat?.cancel();
  }
}
