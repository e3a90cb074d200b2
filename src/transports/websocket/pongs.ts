import type { Ledger } from "./client.ts";
import { UNREAD_TEXT } from "./limits.ts";
import type { Writer } from "./writer.ts";

export type PongsOptions = {
  readonly writer: Pick<Writer, "pong" | "textBytes">;
  /** Counts what is sent; undefined where nothing limits that. */
  readonly ledger: Pick<Ledger, "told" | "waitsUntil"> | undefined;
};

/**
 * Answers one client's pings as it answers its commands: not faster than it reads, and than it may be told
 * something. Of those that come faster the last one counts (RFC 6455, section 5.5.3).
 */
export class Pongs {
  readonly #options: PongsOptions;
  /** What the last ping said, until it is answered. */
  #asked: Buffer | undefined;

  constructor(options: PongsOptions) {
    this.#options = options;
  }

  pinged(data: Buffer): void {
    this.#asked = data;
    this.goOn();
  }

  /** The client may have read, or may be told something again. */
  goOn(): void {
    const { writer, ledger } = this.#options;
    if (this.#asked === undefined || writer.textBytes >= UNREAD_TEXT) return;
    if (ledger?.waitsUntil !== undefined) return;
    writer.pong(this.#asked);
    ledger?.told();
    this.#asked = undefined;
  }
}
