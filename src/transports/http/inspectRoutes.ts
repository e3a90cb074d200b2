import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { fault } from "../../base/errors.ts";
import type { ChannelHistogram, SampleShape } from "../../library/inspection.ts";
import { parseFrameNumber } from "../../wire/options.ts";
import { findMovie, granted } from "../movies.ts";
import type { App, Context } from "./context.ts";
import { type Candidate, type FrameQuestion, lookInto } from "./inspected.ts";
import {
  type FrameFacts,
  HISTOGRAM,
  type HistogramBody,
  sampleFacts,
  VALUES,
  type ValuesBody,
} from "./inspectSchemas.ts";
import type { InspectorTerms } from "./inspector.ts";
import { DEFAULT_BINS, FOR_EVER } from "./limits.ts";
import { query, type ValueOf } from "./parameters.ts";
import { placeOf } from "./places.ts";
import { wishedPriority } from "./priority.ts";
import { valuesIn, windowIn } from "./sampleWindow.ts";
import { movieName, problems } from "./schemas.ts";

const PARAMS = Type.Object({
  movie: movieName(),
  frame: Type.String({
    description: "The number in the frame's file name, or `last`.",
    examples: ["42", "last"],
  }),
});

const VALUES_SCHEMA = {
  operationId: "getFrameValues",
  summary: "The values of some pixels, as the file has them",
  description: "Before levels, exposure and curves.",
  tags: ["frames"],
  params: PARAMS,
  querystring: query("x", "y", "columns", "rows", "missing", "priority", "rev"),
  response: { 200: VALUES, ...problems(404, 410, 422, 500, 503) },
} as const;

const HISTOGRAM_SCHEMA = {
  operationId: "getFrameHistogram",
  summary: "How a frame's values are spread, over all of its pixels",
  description:
    "Before levels, exposure and curves. A value v of whole numbers is in bin " +
    "⌊(v − low) · bins ∕ (high − low + 1)⌋, one of floating point in ⌊(v − low) · bins ∕ (high − low)⌋ or, " +
    "if it is `high`, in the last. The counts of a channel, with `below`, `above`, `nan` and `infinite`, " +
    "are all pixels.",
  tags: ["frames"],
  params: PARAMS,
  querystring: query("bins", "range", "missing", "priority", "rev"),
  response: { 200: HISTOGRAM, ...problems(404, 410, 422, 500, 503) },
} as const;

/** `/movies/{movie}/frames/{frame}/values`, `/movies/{movie}/frames/{frame}/histogram` */
export function inspectRoutes(app: App, context: Context): void {
  const { inspector } = context;
  app.get("/movies/:movie/frames/:frame/values", { schema: VALUES_SCHEMA }, async (request, reply) => {
    const { x = 0, y = 0, columns: width = 1, rows: height = 1 } = request.query;
    const asked = askedBy(request, reply, context);
    const body = await lookInto(asked.question, async (candidate): Promise<ValuesBody> => {
      const samples = await inspector.samples(candidate.entry, asked.terms);
      const window = windowIn(samples.shape, { x, y, width, height });
      return { ...asked.facts(candidate, samples.shape), window, values: valuesIn(samples, window) };
    });
    return answer(reply, request.query, body);
  });
  app.get("/movies/:movie/frames/:frame/histogram", { schema: HISTOGRAM_SCHEMA }, async (request, reply) => {
    const { bins = DEFAULT_BINS, range } = request.query;
    const asked = askedBy(request, reply, context);
    const body = await lookInto(asked.question, async (candidate): Promise<HistogramBody> => {
      const { entry } = candidate;
      const { shape, low, high, channels } = await inspector.histogram(entry, { bins, range }, asked.terms);
      const levels = (await inspector.levels(entry, shape, asked.terms)) ?? null;
      const facts = asked.facts(candidate, shape);
      const histograms = channels.map((each, index) => named(facts.channels[index] ?? "", each));
      return { ...facts, low, high, bins, histograms, levels };
    });
    // Levels may be measured anew.
    return answer(reply, body.levels === null ? request.query : {}, body);
  });
}

function named(name: string, { counts, ...rest }: ChannelHistogram): HistogramBody["histograms"][number] {
  return { name, ...rest, counts: [...counts] };
}

type Asked = {
  readonly question: FrameQuestion;
  readonly terms: InspectorTerms;
  /** What is told of the frame, whatever it is asked about. */
  readonly facts: (candidate: Candidate, shape: SampleShape) => FrameFacts;
};

type Wishes = { readonly [Name in "missing" | "priority" | "rev"]?: ValueOf<Name> };

type FrameRequest = Pick<FastifyRequest, "headers" | "raw"> & {
  readonly params: { readonly movie: string; readonly frame: string };
  readonly query: Wishes;
};

function askedBy(
  { params, query: wishes, headers, raw }: FrameRequest,
  reply: FastifyReply,
  { catalogue, news, clientOf }: Context,
): Asked {
  const { rev } = wishes;
  const log = findMovie(catalogue, params.movie);
  const place = params.frame === "last" ? params.frame : parseFrameNumber(params.frame, "the frame's number");
  const number = placeOf(log, place);
  const entry = log.at(number);
  if (rev !== undefined && (entry === undefined || news.text(entry.revision) !== rev))
    throw fault("REVISION_GONE", `found rev=${rev}, but frame ${number} has another revision by now`);
  const { bestPriority } = clientOf(raw.socket);
  const { priority } = granted(wishedPriority(wishes.priority, headers["priority"]), bestPriority);
  const leaves = new AbortController();
  reply.raw.once("close", () => leaves.abort());
  // What stands in never is the revision that was asked for.
  const missing = rev === undefined ? (wishes.missing ?? log.missing ?? "error") : "error";
  return {
    question: { log, number, missing },
    terms: { priority, signal: leaves.signal },
    facts: ({ entry: shown, standsIn }, shape) => ({
      movie: log.name,
      frame: number,
      revision: news.text(shown.revision),
      substitute: standsIn ? { policy: "hold", frame: shown.number } : null,
      ...sampleFacts(shape),
    }),
  };
}

/** As JSON writes it: the schema's own writer takes several times as long for values of two types. */
function answer(reply: FastifyReply, { rev }: Wishes, body: object): FastifyReply {
  const caching = rev === undefined ? "no-cache" : `public, max-age=${FOR_EVER}, immutable`;
  void reply.header("Cache-Control", caching).type("application/json; charset=utf-8");
  return reply.serializer(JSON.stringify).send(body);
}
