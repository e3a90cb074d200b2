import { Type } from "typebox";
import { fault } from "../../base/errors.ts";
import type { App, Context } from "./context.ts";
import { varyBy } from "./headers.ts";
import { PAGE_ROUTE, sendPage } from "./pages.ts";
import { query } from "./parameters.ts";
import { problems } from "./schemas.ts";

const STATUS = Type.Object({ status: Type.String() });

const LIVE = {
  operationId: "isAlive",
  summary: "Whether the server runs",
  tags: ["server"],
  querystring: query(),
  response: { 200: STATUS, ...problems() },
} as const;

const READY = {
  operationId: "isReady",
  summary: "Whether the server takes viewers",
  description: "From when it listens, also while the library is looked through, until it is told to stop.",
  tags: ["server"],
  querystring: query(),
  response: {
    200: Type.Object({ status: Type.String(), scanning: Type.Boolean(), movies: Type.Integer() }),
    ...problems(503),
  },
} as const;

const INDEX = {
  operationId: "getIndex",
  summary: "Where things are",
  description: "Browsers, which ask for HTML, are shown the page of the library.",
  tags: ["server"],
  // No query is refused: what the page was showing stands there, and only the page reads it.
  response: {
    200: Type.Object({
      server: Type.String(),
      classic: Type.Union([Type.Integer(), Type.Null()], {
        description: "The port of the classic protocol.",
      }),
      links: Type.Record(Type.String(), Type.String()),
    }),
  },
} as const;

/** What programs are told, and whoever takes anything. */
const INDEX_TYPE = "application/json";

const LINKS = {
  movies: "/movies",
  events: "/events",
  playbacks: "/playbacks",
  metrics: "/metrics",
  live: "/livez",
  ready: "/readyz",
  openapi: "/openapi.json",
  docs: "/docs",
  status: "/status",
};

/** `/`, `/livez`, `/readyz` */
export function stateRoutes(app: App, context: Context): void {
  const { catalogue, classicPort, isClosing } = context;
  app.get("/", { schema: INDEX, ...PAGE_ROUTE }, async (request, reply) => {
    varyBy(reply, "Accept");
    const isBrowser = request.accepts().type([INDEX_TYPE, "text/html"]) === "text/html";
    return isBrowser
      ? sendPage(reply, "index.html")
      : { server: "mutoscope", classic: classicPort() ?? null, links: LINKS };
  });
  app.get("/livez", { schema: LIVE }, async (_request, reply) => {
    void reply.header("Cache-Control", "no-store");
    return { status: "alive" };
  });
  app.get("/readyz", { schema: READY }, async (_request, reply) => {
    if (isClosing()) throw fault("SERVER_CLOSING", "the server is shutting down");
    void reply.header("Cache-Control", "no-store");
    return { status: "ready", scanning: !catalogue.progress.isComplete, movies: catalogue.movies.length };
  });
}
