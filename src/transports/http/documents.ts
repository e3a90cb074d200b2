import type { FastifyReply, FastifyRequest } from "fastify";
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import type { Egress } from "../egress.ts";
import { LINE_BURST } from "../lineAllowance.ts";
import { granted } from "../movies.ts";
import type { App, Context } from "./context.ts";
import { DispatchedBody } from "./dispatchedBody.ts";
import { wishedPriority } from "./priority.ts";

/**
 * Has every answer that is longer than a line sent by the dispatcher, where there is a budget for it: pages,
 * scripts, lists, values. Shorter ones, and heads, wait for the allowance of their connection alone.
 */
export function dispatchDocuments(app: App, context: Context): void {
  const { house, clientOf } = context;
  const { egress } = house;
  if (egress === undefined) return;
  app.addHook("onSend", (request, reply, payload, done) => {
    const client = clientOf(request.raw.socket);
    const hasBody = request.method !== "HEAD" && reply.statusCode !== 304;
    const bytes = hasBody ? (lengthOf(payload) ?? contentLength(reply)) : 0;
    const isLine = bytes !== undefined && bytes <= LINE_BURST;
    if (!isLine && bytes !== undefined) void reply.header("Content-Length", bytes);
    const forget = giveBackWith(request.raw.socket, payload);
    client.afford(isLine ? bytes : 0, () => {
      forget();
      if (isLine) done(null, payload);
      else done(null, dispatched(piecesOf(payload), request, { ...context, egress }));
    });
  });
}

/** Nobody reads to its end what waits for a connection that goes: its file is closed. @returns undoes it */
function giveBackWith(socket: Socket, payload: unknown): () => void {
  if (!(payload instanceof Readable)) return () => undefined;
  const giveBack = (): void => void payload.destroy();
  if (socket.destroyed) giveBack();
  else socket.once("close", giveBack);
  return () => void socket.off("close", giveBack);
}

function dispatched(
  pieces: Readable,
  { headers, raw }: Pick<FastifyRequest, "headers" | "raw">,
  { clientOf, limits, egress }: Pick<Context, "clientOf" | "limits"> & { readonly egress: Egress },
): DispatchedBody {
  const client = clientOf(raw.socket);
  const { priority } = granted(wishedPriority(undefined, headers["priority"]), client.bestPriority);
  return new DispatchedBody({ client, egress, priority, stall: limits.stall, pieces });
}

/** Bytes of what a route gives the framework; undefined where only the head may know them. */
function lengthOf(payload: unknown): number | undefined {
  if (typeof payload === "string") return Buffer.byteLength(payload);
  if (payload instanceof Uint8Array) return payload.byteLength;
  return payload instanceof Readable ? undefined : 0;
}

/** Of what has any. */
function piecesOf(payload: unknown): Readable {
  if (payload instanceof Readable) return payload;
  return Readable.from([typeof payload === "string" ? Buffer.from(payload) : payload]);
}

function contentLength(reply: FastifyReply): number | undefined {
  const length = reply.getHeader("Content-Length");
  return length === undefined ? undefined : Number(length);
}
