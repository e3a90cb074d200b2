import { Bytes, KiB } from "../../base/units.ts";

/** What a client asks for, and a server names, in `Sec-WebSocket-Protocol`. */
export const SUBPROTOCOL = "mutoscope.v1";

/** Where a server takes WebSockets. */
export const WEBSOCKET_PATH = "/ws";

/** Messages that may be granted and not begun, of one playback: days of frames, and still a small number. */
export const MOST_CREDIT = 2 ** 20;

/** Bytes of one text message from a client: the longest, with a name of 4 KiB, takes a tenth. */
export const MOST_CONTROL = Bytes(64 * KiB);

/** Characters of what a client calls itself. */
export const LONGEST_LABEL = 200;

/** Movies in one answer. */
export const MOST_LISTED = 1000;
export const DEFAULT_LISTED = 100;

/** Why a connection ends (RFC 6455, section 7.4.1, and the register of IANA). */
export const CLOSE_CODES = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  binaryFromClient: 1003,
  notJson: 1007,
  policy: 1008,
  tooBig: 1009,
  serverFailed: 1011,
  tryLater: 1013,
} as const;
export type CloseCode = (typeof CLOSE_CODES)[keyof typeof CLOSE_CODES];

/** Codes that say the client broke the protocol: connecting again would do the same again. */
const CLIENT_BROKE: ReadonlySet<number> = new Set([
  CLOSE_CODES.protocolError,
  CLOSE_CODES.binaryFromClient,
  CLOSE_CODES.notJson,
  CLOSE_CODES.policy,
  CLOSE_CODES.tooBig,
]);

/** Whether it is of no use to connect again after such an end. */
export function isFinalClose(code: number): boolean {
  return CLIENT_BROKE.has(code);
}

/** What a close frame has room for (RFC 6455, section 5.5), without its code of two bytes. */
const MOST_REASON = 123;

const encoder = new TextEncoder();

/** `CODE detail` as a close frame takes it: cut, between two characters, to 123 bytes. */
export function closeReason(code: string, detail: string): string {
  const text = `${code} ${detail}`;
  if (encoder.encode(text).byteLength <= MOST_REASON) return text;
  const characters = Array.from(text.slice(0, MOST_REASON));
  while (encoder.encode(`${characters.join("")}…`).byteLength > MOST_REASON) characters.pop();
  return `${characters.join("")}…`;
}
