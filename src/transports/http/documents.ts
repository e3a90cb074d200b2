import type { FastifyReply, FastifyRequest } from "fastify";
import type { ServerResponse } from "node:http";
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
    const document = hasBody ? documentOf(payload) : undefined;
    const length = document?.bytes ?? contentLength(reply);
    const isLine = document === undefined || (length !== undefined && length <= LINE_BURST);
    if (!isLine && length !== undefined) void reply.header("Content-Length", length);
    atItsTurn(reply.raw, () =>
      client.afford(isLine && document !== undefined ? (length ?? 0) : 0, () => {
        if (isLine) done(null, payload);
        else done(null, dispatched(document.pieces, request, { ...context, egress }));
      }),
    );
  });
}

/** As soon as the responses before it on its connection have ended: whoever asks for many has one place. */
function atItsTurn(response: ServerResponse, go: () => void): void {
  if (response.socket === null) response.once("socket", go);
  else go();
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
