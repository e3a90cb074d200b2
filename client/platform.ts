import { MutoscopeError } from "./error.ts";

/**
 * What is used of a WebSocket: browsers', Node's own and the package ws have it. Events are as those of the
 * HTML standard.
 */
export interface Socket {
  binaryType: string;
  /** The subprotocol that the server chose; empty when none. */
  readonly protocol: string;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open" | "error", listener: (event: object) => void): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(
    type: "close",
    listener: (event: { readonly code: number; readonly reason: string }) => void,
  ): void;
}

export type SocketClass = new (url: string, protocols: string[]) => Socket;

/** Time and chance: replaced in tests. */
export interface Surroundings {
  /** Milliseconds; only differences mean anything. */
  now(): number;
  /** Calls `turn` once after `ms`, unless what it returns is called before. */
  wake(ms: number, turn: () => void): () => void;
  /** From 0 to below 1. */
  random(): number;
}

/** Those of the browser or of Node. */
export const platform: Surroundings = {
  now: () => performance.now(),
  wake: (ms, turn) => {
    const timer = setTimeout(turn, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/** The platform's own WebSocket: in browsers, and in Node from version 22 on. */
export function platformSocket(): SocketClass {
  const found = (globalThis as { readonly WebSocket?: SocketClass }).WebSocket;
  if (found !== undefined) return found;
  throw new MutoscopeError({
    code: "OPTION_INVALID",
    detail:
      "found no WebSocket on this platform, expected the option WebSocket (Node has its own from 22 on)",
  });
}

/** `ws://host:8080/ws` of that, of `http://host:8080` or of `wss://host/`. */
export function socketUrl(text: string): string {
  try {
    const url = new URL(text);
    if (url.protocol.startsWith("http")) url.protocol = url.protocol.replace("http", "ws");
    if (url.pathname === "/") url.pathname = "/ws";
    url.hash = "";
    if (/^wss?:$/.test(url.protocol)) return url.href;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  throw new MutoscopeError({
    code: "OPTION_INVALID",
    detail: `found "${text}", expected the address of a server, as ws://host:8080/ws`,
  });
}
