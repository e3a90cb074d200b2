import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import { present } from "../../base/assert.ts";
import { fault } from "../../base/errors.ts";
import type { Receipt, ReceiptSoFar } from "../../base/events.ts";
import { tellReceipt } from "../../base/receipt.ts";
import { Priority, WORST_PRIORITY } from "../../base/units.ts";
import { quote } from "../../wire/quote.ts";
import type { PlaybackChange, RunningPlayback } from "../playbacks.ts";
import type { App, Context } from "./context.ts";
import { eventText } from "./feeds.ts";
import { headersOf } from "./headers.ts";
import { DEFAULT_PAGE } from "./limits.ts";
import { operatorOf } from "./operator.ts";
import { query } from "./parameters.ts";
import { playbackBody, searchPlaybacks } from "./playbackBody.ts";
import {
  PLAYBACK,
  PLAYBACKS,
  PLAYBACK_STATE,
  type PlaybackBody,
  type ReceiptBody,
  binary,
  problems,
} from "./schemas.ts";

const ID = Type.Object({ playback: Type.String({ description: "As `Mutoscope-Playback` names it." }) });

const OPERATORS = "For operators: from loopback, or with the operator's token.";

const LIST = {
  operationId: "listPlaybacks",
  summary: "Who watches what",
  tags: ["playbacks"],
  querystring: query("search", "offset", "limit"),
  response: { 200: PLAYBACKS, ...problems(503) },
} as const;

const ONE = {
  operationId: "getPlayback",
  summary: "One playback, and its receipt: so far, or for ten minutes after its end",
  tags: ["playbacks"],
  params: ID,
  querystring: query(),
  response: { 200: PLAYBACK_STATE, ...problems(404, 503) },
} as const;

const CHANGE = {
  operationId: "changePlayback",
  summary: "Gives a playback another priority",
  description: OPERATORS,
  tags: ["playbacks"],
  security: [{}, { operator: [] }],
  params: ID,
  querystring: query(),
  body: Type.Object(
    { priority: Type.Integer({ minimum: 0, maximum: WORST_PRIORITY, description: "Smaller goes first." }) },
    { additionalProperties: false },
  ),
  response: { 200: PLAYBACK, ...problems(403, 404, 413, 503) },
} as const;

const END = {
  operationId: "endPlayback",
  summary: "Ends a playback, and tells its client",
  description: OPERATORS,
  tags: ["playbacks"],
  security: [{}, { operator: [] }],
  params: ID,
  querystring: query(),
  response: { 204: Type.Null({ description: "It has ended." }), ...problems(403, 404, 503) },
} as const;

const EVENTS = {
  operationId: "watchPlaybacks",
  summary: "Playbacks that open, change and end, as server-sent events",
  description:
    "`opened` and `changed` carry the playback, `ended` its receipt besides. `resync`, with which a feed " +
    "begins: list them anew.",
  tags: ["playbacks"],
  querystring: query(),
  response: { 200: binary("Events.", "text/event-stream"), ...problems(503) },
} as const;

/** `/playbacks`, `/playbacks/{playback}`, `/playbacks/events` */
export function playbackRoutes(app: App, context: Context): void {
  const { playbacks } = context.house;
  takeEmptyBodies(app);
  app.get("/playbacks", { schema: LIST }, async ({ query: wishes }, reply) => {
    const { search, offset = 0, limit = DEFAULT_PAGE } = wishes;
    const found = searchPlaybacks(playbacks.list(), search);
    const page = found.slice(offset, offset + limit).map((each) => bodyOf(context, each));
    void reply.header("Cache-Control", "no-store");
    return { total: found.length, offset, limit, playbacks: page };
  });
  app.get("/playbacks/:playback", { schema: ONE }, async ({ params }, reply) => {
    void reply.header("Cache-Control", "no-store");
    return stateOf(context, params.playback);
  });
  app.patch("/playbacks/:playback", { schema: CHANGE }, (request, reply) => {
    const { params, body } = request;
    const by = operatorOf(request, context);
    const changed = playbacks.prioritize(params.playback, Priority(body.priority), by);
    void reply.send(bodyOf(context, changed));
  });
  app.delete("/playbacks/:playback", { schema: END }, async (request, reply) => {
    playbacks.end(request.params.playback, operatorOf(request, context));
    return reply.code(204).send(null);
  });
  app.get("/playbacks/events", { schema: EVENTS }, ({ raw }, reply) => {
    reply.hijack();
    context.clientOf(raw.socket).afford(0, () => feed(context, reply));
  });
}

/** Programs that say of all that they send that it is JSON say so of a DELETE, which has no body. */
function takeEmptyBodies(app: App): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    if (request.method === "DELETE" && body === "") done(null, undefined);
    else void parse(request, String(body), done);
  });
}

function stateOf(context: Context, id: string) {
  const { house } = context;
  const known = house.playbacks.receiptOf(id);
  if (known === undefined)
    throw fault(
      "PLAYBACK_NOT_FOUND",
      `found ${quote(id)}, expected the id of a playback that runs or ran lately`,
    );
  const running = house.playbacks.find(id);
  const playback = running === undefined ? null : bodyOf(context, running);
  return { id, running: known.endedAt === undefined, playback, receipt: receiptBody(known.receipt) };
}

function receiptBody(receipt: Receipt | ReceiptSoFar): ReceiptBody {
  const { first = null, last = null, wished = null, lateness = null, ...rest } = tellReceipt(receipt);
  return { end: null, ...rest, first, last, wished, lateness };
}

function bodyOf({ house }: Context, playback: RunningPlayback): PlaybackBody {
  const progress = present(house.playbacks.progressOf(playback.id), "what is listed does not play");
  return playbackBody(playback, progress, house.clock.now());
}

function feed(context: Context, reply: FastifyReply): void {
  const { feeds, house } = context;
  const { playbacks, clock } = house;
  const opened = feeds.open(reply.raw, headersOf(reply), () => unwatch());
  const unwatch = playbacks.watch((change) => {
    opened.send(eventText(change.kind, changeBody(context, change)), clock.now());
  });
  opened.resync(clock.now());
}

function changeBody(context: Context, change: PlaybackChange): object {
  if (change.kind !== "ended") return { playback: bodyOf(context, change.playback) };
  const { playback, receipt } = change;
  return {
    playback: playbackBody(playback, receipt, context.house.clock.now()),
    receipt: receiptBody(receipt),
  };
}
