import { type PlaybackFacts, askReceipt, findPlayback } from "./server.ts";

/** Keeps what the server says of the playback of one player, while it runs and after its end. */
export class PlaybackWatch {
  readonly #movie: string;
  readonly #client: string;
  /** Of the one that runs, or ran when it was looked at last. */
  #id: string | undefined;
  #last: PlaybackFacts | undefined;

  /** @param client as the server lists this page */
  constructor(movie: string, client: string) {
    this.#movie = movie;
    this.#client = client;
  }

  /** @returns what is known of the one that runs, or ran last; undefined where none did */
  async look(signal: AbortSignal): Promise<PlaybackFacts | undefined> {
    const running = await findPlayback({ movie: this.#movie, client: this.#client }, signal);
    const ended = this.#id;
    this.#id = running?.id;
    if (running !== undefined) this.#last = running;
    else if (ended !== undefined) this.#last = await askReceipt(ended, signal);
    return this.#last;
  }
}
