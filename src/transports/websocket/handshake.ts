import type { IncomingMessage } from "node:http";
import { type Fault, fault } from "../../base/errors.ts";
import { quote } from "../../wire/quote.ts";
import { SUBPROTOCOL, WEBSOCKET_PATH } from "../../wire/websocket/protocol.ts";

/** A handshake that is refused, and the status of the answer (RFC 6455, section 4.2.2). */
export type Refusal = { readonly status: number; readonly reason: Fault };

export type HandshakeRules = {
  /** Origins of web pages that may connect, besides the server's own; `*` is all. */
  readonly origins: readonly string[];
  /** Whether the server is ending. */
  readonly isClosing: boolean;
};

/**
 * What is wrong with a handshake, before it is looked at as one of WebSocket. A page of any origin can open
 * one from its reader's browser, and see what that may see: so its origin has to be known.
 */
export function refusalOf(
  { url = "/", headers }: Pick<IncomingMessage, "url" | "headers">,
  { origins, isClosing }: HandshakeRules,
): Refusal | undefined {
  if (url.split("?")[0] !== WEBSOCKET_PATH)
    return {
      status: 404,
      reason: fault("ROUTE_NOT_FOUND", `found no WebSocket here, expected ${WEBSOCKET_PATH}`),
    };
  if (isClosing) return { status: 503, reason: fault("SERVER_CLOSING", "the server is shutting down") };
  if (!mayConnect(headers, origins)) {
    const found = `found a page of ${quote(headers.origin ?? "")}`;
    const expected = "expected one of this server, or of the setting cors";
    return { status: 403, reason: fault("ORIGIN_REFUSED", `${found}, ${expected}`) };
  }
  const offered = (headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
  if (offered.includes(SUBPROTOCOL)) return undefined;
  const found = `found the subprotocols ${quote(offered.join(", "))}`;
  return {
    status: 400,
    reason: fault("SUBPROTOCOL_UNKNOWN", `${found}, expected ${SUBPROTOCOL} among them`),
  };
}

// Programs that are no browsers send no origin.
function mayConnect({ origin, host }: IncomingMessage["headers"], origins: readonly string[]): boolean {
  if (origin === undefined || origins.includes("*") || origins.includes(origin)) return true;
  return host !== undefined && hostOf(origin) === host.toLowerCase();
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
