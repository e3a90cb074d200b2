import { DEFAULT_PRIORITY, MiB } from "../src/base/units.ts";
import { Client } from "./client.ts";
import { MutoscopeError } from "./error.ts";
import { Switchboard } from "./switchboard.ts";
import { type SocketClass, type Surroundings, platform, platformSocket, socketUrl } from "./platform.ts";

export type ConnectOptions = {
  /** Of playbacks that say nothing: 0 to 255, smaller first. Default: 3. */
  readonly priority?: number;
  /**
   * What the client calls itself in logs and lists: a label, up to 200 characters. Default: `client
   * library`.
   */
  readonly name?: string;
  /** Milliseconds that there may be no connection, or no answer, before everything fails. Default: 60000. */
  readonly patience?: number;
  /** Milliseconds of silence, after asking for a sign of life, that end a connection. Default: 20000. */
  readonly timeout?: number;
  /** Bytes of one picture. Default: 512 MiB. */
  readonly largestFrame?: number;
  /** Called when the connection breaks or another one fails, and when there is one again. */
  readonly connection?: (state: "lost" | "open") => void;
  /** Default: the platform's. */
  readonly WebSocket?: SocketClass;
  /** Time and chance, for tests. Default: the platform's. */
  readonly surroundings?: Surroundings;
};

const PATIENCE = 60_000;
const TIMEOUT = 20_000;
/** Twice what a server sends unless it is told otherwise. */
const LARGEST_FRAME = 512 * MiB;

/**
 * Connects to a server, or to the first of several that answers; each is asked once. Later, when the
 * connection
 * breaks, they are asked in turns.
 * @param urls as `ws://host:8080/ws` or `http://host:8080`
 * @throws MutoscopeError when none of them answers
 */
export function connect(urls: string | readonly string[], options: ConnectOptions = {}): Promise<Client> {
  return new Promise((resolve, reject) => {
    const addresses = (typeof urls === "string" ? [urls] : urls).map(socketUrl);
    if (addresses.length === 0)
      throw new MutoscopeError({
        code: "OPTION_INVALID",
        detail: "found no address of a server, expected one",
      });
    const switchboard: Switchboard = new Switchboard(
      {
        urls: addresses,
        name: options.name ?? "client library",
        connection: options.connection ?? (() => undefined),
        patience: options.patience ?? PATIENCE,
        timeout: options.timeout ?? TIMEOUT,
        largestFrame: options.largestFrame ?? LARGEST_FRAME,
        socketClass: options.WebSocket ?? platformSocket(),
        surroundings: options.surroundings ?? platform,
      },
      {
        opened: () => resolve(new Client(switchboard, options.priority ?? DEFAULT_PRIORITY)),
        failed: reject,
      },
    );
  });
}
