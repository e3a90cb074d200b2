import { Type } from "typebox";
import type { App, Context } from "./context.ts";
import { varyBy } from "./headers.ts";
import { problems } from "./schemas.ts";

const READINGS = Type.Array(
  Type.Object({
    name: Type.String(),
    help: Type.String(),
    type: Type.String({ enum: ["counter", "gauge", "histogram", "summary"] }),
    values: Type.Array(
      Type.Object({
        labels: Type.Record(Type.String(), Type.String()),
        value: Type.Union([Type.Number(), Type.Null()], { description: "null where there is no number." }),
        metricName: Type.Optional(
          Type.String({
            description: "Of a histogram's buckets, sum and count: the family's with an ending.",
          }),
        ),
      }),
    ),
  }),
  { title: "Metrics" },
);

const TEXT = "text/plain";
const JSON_TYPE = "application/json";

const METRICS = {
  operationId: "getMetrics",
  summary: "Counts, for Prometheus",
  description:
    "As values for who asks for JSON: they are the same, of the same moment for who asks at the same.",
  tags: ["server"],
  response: {
    200: {
      description: "Metrics.",
      content: {
        [TEXT]: { schema: Type.Unsafe<never>({ type: "string", format: "binary" }) },
        [JSON_TYPE]: { schema: Type.Unsafe<never>(READINGS) },
      },
    },
    ...problems(503),
  },
} as const;

/** `/metrics`, where anything is counted */
export function metricsRoute(app: App, { metrics }: Context): void {
  if (metrics === undefined) return;
  app.get("/metrics", { schema: METRICS }, async (request, reply) => {
    void reply.header("Cache-Control", "no-store");
    varyBy(reply, "Accept");
    if (request.accepts().type([TEXT, JSON_TYPE]) === JSON_TYPE)
      return reply
        .type(`${JSON_TYPE}; charset=utf-8`)
        .serializer(JSON.stringify)
        .send(await metrics.values());
    // The text's format is in the type, which no schema of ours describes.
    return reply
      .type(metrics.contentType)
      .serializer(String)
      .send(await metrics.text());
  });
}
