import type { OutgoingHttpHeaders } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Socket } from "node:net";
import type { Timer } from "../../base/clock.ts";
import type { Fault } from "../../base/errors.ts";
import { Register } from "../../base/register.ts";
import { after, type Ms } from "../../base/units.ts";
import { LOOK_EVERY } from "../listening.ts";
import type { House } from "../seat.ts";
import type { HttpClient } from "./client.ts";
import { headersOf } from "./headers.ts";
import { type Reel, Showing } from "./showing.ts";

export type ShowingsOptions = {
  readonly house: House;
  /** How long a client may take nothing. */
  readonly stall: Ms;
  /** Whose connection this is. */
  readonly clientOf: (socket: Socket) => HttpClient;
};

/** All responses that show frames: their times are looked at together, and they end together. */
export class Showings {
  readonly #options: ShowingsOptions;
  readonly #all = new Register<number, Showing>();
  #count = 0;
  #look: Timer | undefined;

  constructor(options: ShowingsOptions) {
    this.#options = options;
  }

  /** How many there are. */
  get count(): number {
    return this.#all.size;
  }

  /** Shows a reel as the answer to a request; the framework has no further part in it. */
  show(
    request: FastifyRequest,
    reply: FastifyReply,
    reel: Reel,
    { endsWithClient = false }: { readonly endsWithClient?: boolean } = {},
  ): void {
    const { house, stall, clientOf } = this.#options;
    reply.hijack();
    this.#count += 1;
    const number = this.#count;
    const showing = new Showing({
      house,
      client: clientOf(request.raw.socket),
      request: Number(request.id),
      response: reply.raw,
      headers: pictureHeaders(reply),
      endsWithClient,
      stall,
      reel,
      closed: () => void this.#all.delete(number),
    });
    this.#all.set(number, showing);
    this.#lookLater();
  }

  /** Ends all playbacks, after the messages in progress. */
  finish(reason: Fault): void {
    for (const [, showing] of this.#all.entries()) showing.finish(reason);
  }

  // The timer of many short responses is asked for once, and not again with each of them.
  #lookLater(): void {
    const { clock } = this.#options.house;
    if (this.#look !== undefined) return;
    this.#look = clock.at(after(clock.now(), LOOK_EVERY), () => {
      this.#look = undefined;
      const now = clock.now();
      for (const [, showing] of this.#all.entries()) showing.checkTimes(now);
      if (this.#all.size > 0) this.#lookLater();
    });
  }
}

/**
 * Pictures may be shown on the pages of others, as pictures on the web may; that they are read there takes
 * the setting `cors`, as everything does.
 */
export function pictureHeaders(reply: FastifyReply): OutgoingHttpHeaders {
  return {
    ...headersOf(reply),
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "cross-origin",
  };
}
