import type { FastifyReply, FastifyRequest } from "fastify";
import { Readable } from "node:stream";
import type { Egress } from "../egress.ts";
import { LINE_BURST } from "../lineAllowance.ts";
import { granted } from "../movies.ts";
import type { App, Context } from "./context.ts";
import { DispatchedBody } from "./dispatchedBody.ts";
import { priorityWish } from "./priority.ts";

/**
 * Has every answer that is longer than a line sent by the dispatcher, where there is a budget for it: pages,
 * scripts, lists, values. Shorter ones, and problems, wait for nobody.
 */
export function dispatchDocuments(app: App, context: Context): void {
  const { egress } = context.house;
  if (egress === undefined) return;
  app.addHook("onSend", async (request, reply, payload) => {
    const document = documentOf(payload);
    const hasBody = request.method !== "HEAD" && reply.statusCode !== 304;
    if (document === undefined || !hasBody) return payload;
    const length = document.bytes ?? contentLength(reply);
    if (length !== undefined && length <= LINE_BURST) return payload;
    if (length !== undefined) void reply.header("Content-Length", length);
    return dispatched(document.pieces, request, { ...context, egress });
  });
}

function dispatched(
  pieces: Readable,
  { headers, raw }: Pick<FastifyRequest, "headers" | "raw">,
  { clientOf, limits, egress }: Pick<Context, "clientOf" | "limits"> & { readonly egress: Egress },
): DispatchedBody {
  const client = clientOf(raw.socket);
  const { bestPriority } = client;
  // What nobody has said a priority of is what a person waits for, and small beside frames.
  const { priority } = granted(priorityWish(headers["priority"]) ?? bestPriority, bestPriority);
  return new DispatchedBody({ client, egress, priority, stall: limits.stall, pieces });
}

type Document = {
  readonly pieces: Readable;
  /** Undefined where only the head may know them. */
  readonly bytes: number | undefined;
};

function documentOf(payload: unknown): Document | undefined {
  if (typeof payload === "string") return whole(Buffer.from(payload));
  if (payload instanceof Uint8Array) return whole(payload);
  return payload instanceof Readable ? { pieces: payload, bytes: undefined } : undefined;
}

function whole(bytes: Uint8Array): Document {
  return { pieces: Readable.from([bytes]), bytes: bytes.byteLength };
}

function contentLength(reply: FastifyReply): number | undefined {
  const length = reply.getHeader("Content-Length");
  return length === undefined ? undefined : Number(length);
}
