import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { Fault, fault } from "../../base/errors.ts";
import { events } from "../../base/events.ts";
import type { Context } from "./context.ts";
import { type Asker, PROBLEM_TYPE, problemHeaders, problemOf, rawProblem, sendProblem } from "./problems.ts";

/** Answers a request that something was wrong with, whatever it was. */
export function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { clientOf }: Pick<Context, "clientOf">,
): void {
  const asker = { connection: clientOf(request.raw.socket).number, request: Number(request.id) };
  const reason = error instanceof Fault ? error : faultOf(error, asker);
  const problem = problemOf(reason, asker);
  const { code, message: detail } = reason;
  events.requestRefused.publish({ ...asker, transport: "http", code, detail });
  // What is left of a body that nobody wants is not read.
  if (!request.raw.complete) void reply.header("Connection", "close");
  void reply
    .code(problem.status)
    .headers(problemHeaders(reason.code))
    .type(PROBLEM_TYPE)
    .serializer(JSON.stringify)
    .send(problem);
}

/**
 * What the framework found wrong, in our words; or a bug of ours, which is told to the log and not to the
 * client.
 */
function faultOf(error: unknown, asker: Asker): Fault {
  const { statusCode = 500, message, code } = error as Partial<FastifyError>;
  if (statusCode === 413)
    return fault("REQUEST_TOO_LONG", "found a body that is longer than any request needs");
  if (statusCode === 415)
    return fault("REQUEST_MALFORMED", "found a body of another Content-Type, expected application/json");
  if (code !== undefined && NO_JSON.has(code))
    return fault("REQUEST_MALFORMED", "found a body that cannot be read as JSON");
  if (statusCode < 500)
    return fault("REQUEST_MALFORMED", message ?? "found a request that cannot be read", error);
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  events.serverFailed.publish({ ...asker, code: "SERVER_FAILED", detail });
  return fault("SERVER_FAILED", "the server failed to answer; its log says more", error);
}

/** What the framework calls a body that is empty, no JSON, or JSON that would change what objects are. */
const NO_JSON: ReadonlySet<string> = new Set([
  "FST_ERR_CTP_EMPTY_JSON_BODY",
  "FST_ERR_CTP_INVALID_JSON_BODY",
]);

/** A path of which one part is longer than any name. */
export function refuseName(response: ServerResponse): void {
  sendProblem(
    response,
    fault("REQUEST_TOO_LONG", "found a name in the path that is longer than any movie's"),
    {},
  );
}

const STATUSES: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/**
 * A client's input is no request, or came too slowly: it is told so where it may be told anything, and the
 * connection is closed.
 */
export function refuseSocket(error: Error, socket: Socket, { mayTell }: { readonly mayTell: boolean }): void {
  if (!socket.writable || !mayTell) {
    socket.destroy();
    return;
  }
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const reason =
    code === "HPE_HEADER_OVERFLOW"
      ? fault("REQUEST_TOO_LONG", "found headers that are longer than the server accepts")
      : code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? fault("REQUEST_TIMEOUT", "found no whole request in time")
        : fault("REQUEST_MALFORMED", "found what is no HTTP request");
  sayAndClose(socket, rawProblem(reason, STATUSES[code]));
}

/** Says something as the last thing on a connection, whether it is heard or not. */
export function sayAndClose(socket: Socket, text: string): void {
  const timer = setTimeout(() => socket.destroy(), LAST_WORDS);
  socket.once("close", () => clearTimeout(timer));
  socket.on("error", () => socket.destroy());
  // What still comes is thrown away: with input unread, a close would be a reset and lose the answer.
  socket.resume();
  socket.end(text);
}

/** How long a client that was refused may take its answer. */
const LAST_WORDS = 250;
