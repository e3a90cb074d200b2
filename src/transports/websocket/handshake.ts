import type { IncomingMessage } from "node:http";
import { type Fault, fault } from "../../base/errors.ts";
import { quote } from "../../wire/quote.ts";
import { SUBPROTOCOL, WEBSOCKET_PATH } from "../../wire/websocket/protocol.ts";

/** A handshake that is refused, and the status and fields of the answer (RFC 6455, section 4.2.2). */
export type Refusal = {
  readonly status: number;
  readonly reason: Fault;
  readonly headers?: Readonly<Record<string, string>>;
};

export type HandshakeRules = {
  /** Origins of web pages that may connect, besides the server's own; `*` is all. */
  readonly origins: readonly string[];
  /** Whether the server is ending. */
  readonly isClosing: boolean;
};

type Handshake = Pick<IncomingMessage, "method" | "url" | "headers">;

/** 16 bytes in base64. */
const KEY = /^[A-Za-z\d+/]{22}==$/;
/** That of RFC 6455. Its last draft is the same but for the name of a field, and is still spoken. */
const VERSION = "13";
const DRAFT = "8";
/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/;

/**
 * What is wrong with a handshake; what is not refused here is one of WebSocket. A page of any origin can open
 * one from its reader's browser, and see what that may see: so its origin has to be known.
 */
export function refusalOf(
  { method, url = "/", headers }: Handshake,
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
  return formRefusal(method, headers) ?? subprotocolRefusal(headers["sec-websocket-protocol"]);
}

/** What RFC 6455 wants of every handshake (section 4.2.1). */
function formRefusal(
  method: string | undefined,
  { "sec-websocket-version": version, "sec-websocket-key": key }: IncomingMessage["headers"],
): Refusal | undefined {
  if (method !== "GET")
    return {
      status: 405,
      reason: fault("METHOD_NOT_ALLOWED", `found ${method}, expected GET`),
      headers: { Allow: "GET" },
    };
  if (version !== VERSION && version !== DRAFT)
    return {
      status: 426,
      reason: fault(
        "UPGRADE_REQUIRED",
        `found version ${quote(version ?? "")} of WebSocket, expected ${VERSION}`,
      ),
      headers: { Upgrade: "websocket", "Sec-WebSocket-Version": VERSION },
    };
  if (key !== undefined && KEY.test(key)) return undefined;
  const found = `found Sec-WebSocket-Key: ${quote(key ?? "")}`;
  return { status: 400, reason: fault("REQUEST_MALFORMED", `${found}, expected 16 bytes in base64`) };
}

function subprotocolRefusal(field: string | undefined): Refusal | undefined {
  const offered = (field ?? "").split(",").map((name) => name.trim());
  const found = `found the subprotocols ${quote(offered.join(", "))}`;
  if (!offered.includes(SUBPROTOCOL)) {
    const expected = `expected ${SUBPROTOCOL} among them`;
    return { status: 400, reason: fault("SUBPROTOCOL_UNKNOWN", `${found}, ${expected}`) };
  }
  if (offered.every((name) => TOKEN.test(name)) && new Set(offered).size === offered.length) return undefined;
  return {
    status: 400,
    reason: fault("REQUEST_MALFORMED", `${found}, expected names, each once, with commas between them`),
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
