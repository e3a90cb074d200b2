import { STATUS_CODES, type OutgoingHttpHeaders, type ServerResponse } from "node:http";
import { ERRORS, type ErrorCode, type Fault } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";

/** What the client did wrong, what is not there, what it may not do, and what the server cannot do. */
const CODES: Readonly<Record<number, readonly ErrorCode[]>> = {
  403: ["OPERATOR_ONLY", "ORIGIN_REFUSED"],
  404: ["MOVIE_NOT_FOUND", "FRAME_NOT_FOUND", "FRAME_MISSING", "PLAYBACK_NOT_FOUND", "ROUTE_NOT_FOUND"],
  405: ["METHOD_NOT_ALLOWED"],
  406: ["NOT_ACCEPTABLE"],
  408: ["REQUEST_TIMEOUT"],
  410: ["MOVIE_GONE", "REVISION_GONE"],
  412: ["PRECONDITION_FAILED"],
  413: ["REQUEST_TOO_LONG"],
  416: ["BYTES_UNSATISFIABLE"],
  422: ["PIXEL_OUTSIDE", "RANGE_INVALID"],
  426: ["UPGRADE_REQUIRED"],
  // The library holds something that cannot be shown: nothing that another request would change.
  500: [
    "MOVIE_UNREADABLE",
    "FRAME_UNREADABLE",
    "FRAME_NOT_A_FILE",
    "FRAME_OUTSIDE_LIBRARY",
    "FRAME_EMPTY",
    "FRAME_TRUNCATED",
    "FRAME_CORRUPT",
    "FRAME_TOO_LARGE",
    "FRAME_UNSUPPORTED",
    "FRAME_KILLED_WORKERS",
    "LIBRARY_UNREADABLE",
    "PROGRAM_MISSING",
    "SERVER_FAILED",
  ],
  503: [
    "BUSY",
    "CONNECTION_LIMIT",
    "CONNECTION_STALLED",
    "FRAME_CHANGING",
    "LIBRARY_SCANNING",
    "PAGES_NOT_BUILT",
    "PLAYBACK_ENDED",
    "SERVER_CLOSING",
  ],
};

const STATUSES = new Map(
  Object.entries(CODES).flatMap(([status, codes]) => codes.map((code) => [code, Number(status)] as const)),
);

/** What a client does that comes back in so many seconds: all of these pass by themselves. */
const RETRY_AFTER: Partial<Record<ErrorCode, number>> = {
  BUSY: 5,
  CONNECTION_LIMIT: 5,
  FRAME_CHANGING: 1,
  LIBRARY_SCANNING: 1,
};

/** Which request it was: the log has both. */
export type Asker = {
  readonly connection: number;
  /** Its place on its connection, from 1. */
  readonly request: number;
};

/** A body by RFC 9457; `type` is left out, as the codes are the types. */
export type Problem = Partial<Asker> & {
  readonly status: number;
  readonly code: ErrorCode;
  readonly title: string;
  readonly detail: string;
};

export const PROBLEM_TYPE = "application/problem+json";

/** The status of an error: 400 where the request itself is wrong. */
export function statusOf(code: ErrorCode): number {
  return STATUSES.get(code) ?? 400;
}

export function problemOf({ code, message }: Pick<Fault, "code" | "message">, asker?: Asker): Problem {
  return { status: statusOf(code), code, title: ERRORS[code], detail: printable(message), ...asker };
}

/** What goes into the head besides the body's kind and length. */
export function problemHeaders(code: ErrorCode): OutgoingHttpHeaders {
  const seconds = RETRY_AFTER[code];
  const retry = seconds === undefined ? {} : { "Retry-After": String(seconds) };
  // RFC 9110, sections 7.8 and 15.5.22: what to upgrade to is said. A handshake comes on a new connection.
  const upgrade = code === "UPGRADE_REQUIRED" ? { Upgrade: "websocket", Connection: "Upgrade, close" } : {};
  return { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", ...retry, ...upgrade };
}

/** Answers with a problem on a response of which nothing has been sent. */
export function sendProblem(
  response: ServerResponse,
  error: Fault,
  headers: OutgoingHttpHeaders,
  asker?: Asker,
): void {
  const problem = problemOf(error, asker);
  const body = Buffer.from(JSON.stringify(problem));
  response.writeHead(problem.status, {
    ...headers,
    ...problemHeaders(error.code),
    "Content-Type": PROBLEM_TYPE,
    "Content-Length": body.byteLength,
  });
  response.end(response.req.method === "HEAD" ? undefined : body);
}

/** A whole response, for a socket that no response can be made for: it is closed behind it. */
export function rawProblem(
  error: Fault,
  status = statusOf(error.code),
  headers: Readonly<Record<string, string>> = {},
): string {
  const body = JSON.stringify({ ...problemOf(error), status });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Error"}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Cache-Control: no-store",
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    // RFC 9110, section 7.8: who says what to upgrade to says so there, too.
    `Connection: ${"Upgrade" in headers ? "Upgrade, " : ""}close`,
  ];
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}
