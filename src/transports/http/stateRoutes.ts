import { Type } from "typebox";
import { fault } from "../../base/errors.ts";
import type { App, Context } from "./context.ts";
import { query } from "./parameters.ts";
import { binary, problems } from "./schemas.ts";

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

const METRICS = {
  operationId: "getMetrics",
  summary: "Counts, for Prometheus",
  tags: ["server"],
  response: { 200: binary("Metrics.", "text/plain"), ...problems(503) },
} as const;

const INDEX = {
  operationId: "getIndex",
  summary: "Where things are",
  tags: ["server"],
  querystring: query(),
  response: { 200: Type.Object({ server: Type.String(), links: Type.Record(Type.String(), Type.String()) }) },
} as const;

const LINKS = {
  movies: "/movies",
  events: "/events",
  playbacks: "/playbacks",
  metrics: "/metrics",
  live: "/livez",
  ready: "/readyz",
  openapi: "/openapi.json",
  docs: "/docs",
};

/** `/`, `/livez`, `/readyz`, `/metrics` */
export function stateRoutes(app: App, context: Context): void {
  const { catalogue, metrics, isClosing } = context;
  app.get("/", { schema: INDEX }, async () => ({ server: "mutoscope", links: LINKS }));
  app.get("/livez", { schema: LIVE }, async (_request, reply) => {
    void reply.header("Cache-Control", "no-store");
    return { status: "alive" };
  });
  app.get("/readyz", { schema: READY }, async (_request, reply) => {
    if (isClosing()) throw fault("SERVER_CLOSING", "the server is shutting down");
    void reply.header("Cache-Control", "no-store");
    return { status: "ready", scanning: !catalogue.progress.isComplete, movies: catalogue.movies.length };
  });
  if (metrics === undefined) return;
  app.get("/metrics", { schema: METRICS }, async (_request, reply) => {
    const text = await metrics.text();
    // The text's format is in the type, which no schema of ours describes.
    return reply.header("Cache-Control", "no-store").type(metrics.contentType).serializer(String).send(text);
  });
}
