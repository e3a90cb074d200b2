import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import { fault } from "../../base/errors.ts";
import type { Receipt, ReceiptSoFar } from "../../base/events.ts";
import { tellReceipt } from "../../base/receipt.ts";
import { type MonotonicMs, Priority, WORST_PRIORITY } from "../../base/units.ts";
import { quote } from "../../wire/quote.ts";
import type { PlaybackChange, RunningPlayback } from "../playbacks.ts";
import type { App, Context } from "./context.ts";
import { eventText } from "./feeds.ts";
import { headersOf } from "./headers.ts";
import { operatorOf } from "./operator.ts";
import { query } from "./parameters.ts";
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
  querystring: query(),
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
  response: { 200: PLAYBACK, ...problems(403, 404, 503) },
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
  const { playbacks, clock } = context.house;
  app.get("/playbacks", { schema: LIST }, async (_request, reply) => {
    const now = clock.now();
    void reply.header("Cache-Control", "no-store");
    return { playbacks: playbacks.list().map((each) => bodyOf(each, now)) };
  });
  app.get("/playbacks/:playback", { schema: ONE }, async ({ params }, reply) => {
    void reply.header("Cache-Control", "no-store");
    return stateOf(context, params.playback);
  });
  app.patch("/playbacks/:playback", { schema: CHANGE }, (request, reply) => {
    const { params, body } = request;
    const by = operatorOf(request, context);
    const changed = playbacks.prioritize(params.playback, Priority(body.priority), by);
    void reply.send(bodyOf(changed, clock.now()));
  });
  app.delete("/playbacks/:playback", { schema: END }, async (request, reply) => {
    playbacks.end(request.params.playback, operatorOf(request, context));
    return reply.code(204).send(null);
  });
  app.get("/playbacks/events", { schema: EVENTS }, (_request, reply) => feed(context, reply));
}

function stateOf({ house }: Context, id: string) {
  const known = house.playbacks.receiptOf(id);
  if (known === undefined)
    throw fault(
      "PLAYBACK_NOT_FOUND",
      `found ${quote(id)}, expected the id of a playback that runs or ran lately`,
    );
  const running = house.playbacks.list().find((playback) => playback.id === id);
  const playback = running === undefined ? null : bodyOf(running, house.clock.now());
  return { id, running: known.endedAt === undefined, playback, receipt: receiptBody(known.receipt) };
}

function receiptBody(receipt: Receipt | ReceiptSoFar): ReceiptBody {
  const { first = null, last = null, wished = null, lateness = null, ...rest } = tellReceipt(receipt);
  return { end: null, ...rest, first, last, wished, lateness };
}

function bodyOf({ since, address, fps, ...rest }: RunningPlayback, now: MonotonicMs): PlaybackBody {
  const seconds = Math.round(now - since) / 1000;
  return { ...rest, address: address ?? null, fps: fps ?? null, seconds };
}

function feed({ feeds, house }: Context, reply: FastifyReply): void {
  const { playbacks, clock } = house;
  reply.hijack();
  const opened = feeds.open(reply.raw, headersOf(reply), () => unwatch());
  const unwatch = playbacks.watch((change) => {
    const now = clock.now();
    opened.send(eventText(change.kind, changeBody(change, now)), now);
  });
  opened.resync(clock.now());
}

function changeBody(change: PlaybackChange, now: MonotonicMs): object {
  const playback = bodyOf(change.playback, now);
  return change.kind === "ended" ? { playback, receipt: receiptBody(change.receipt) } : { playback };
}
