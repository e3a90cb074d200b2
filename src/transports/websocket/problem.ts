import { ERRORS, type ErrorCode, type Fault } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import type { Problem } from "../../wire/websocket/serverMessages.ts";

/** What passes by itself: the same may be had a little later, or elsewhere. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  "BUSY",
  "LIBRARY_SCANNING",
  "FRAME_CHANGING",
  "SERVER_CLOSING",
  "CONNECTION_LIMIT",
]);

/** A fault as a client is told of it. */
export function problemOf({ code, message }: Pick<Fault, "code" | "message">): Problem {
  return { code, title: ERRORS[code], detail: printable(message), retry: PASSING.has(code) };
}
