import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { FrameLog } from "../../library/log.ts";
import { HOLES_IN_LISTS, NAMED_HOLES, movieFacts } from "../movieFacts.ts";
import { findMovie, searchMovies } from "../movies.ts";
import { sortedMovies } from "../movieOrder.ts";
import { type NewsItem, spansText } from "../news.ts";
import type { App, Context } from "./context.ts";
import { eventText } from "./feeds.ts";
import { headersOf } from "./headers.ts";
import { DEFAULT_PAGE, LOOKING } from "./limits.ts";
import { query } from "./parameters.ts";
import { MOVIE, MOVIES, binary, movieName, problems } from "./schemas.ts";

const LIST = {
  operationId: "listMovies",
  summary: "The movies there are",
  tags: ["movies"],
  querystring: query("search", "sort", "offset", "limit"),
  response: { 200: MOVIES, ...problems(503) },
} as const;

const ONE = {
  operationId: "getMovie",
  summary: "One movie: its frames, holes, size and rate",
  tags: ["movies"],
  params: Type.Object({ movie: movieName() }),
  querystring: query(),
  response: { 200: MOVIE, ...problems(404, 503) },
} as const;

const EVENTS = {
  operationId: "watchMovies",
  summary: "What happens in the library, as server-sent events",
  description:
    "`added`, `gone` and `ended` (no frame will come any more) name a movie; `frames` says which frames " +
    "of it landed, were revised or removed, at most ten times a second for one movie. `resync` says that " +
    "something was missed, or may have been: look at everything anew. A feed begins with it, unless it " +
    "goes on where `Last-Event-ID` says.",
  tags: ["movies"],
  querystring: query("movie"),
  response: { 200: binary("Events.", "text/event-stream"), ...problems(404, 503) },
} as const;

/** `/movies`, `/movies/{movie}`, `/events` */
export function movieRoutes(app: App, context: Context): void {
  const { catalogue, clientOf } = context;
  app.get("/movies", { schema: LIST }, async ({ query: wishes }, reply) => {
    const { offset = 0, limit = DEFAULT_PAGE, search, sort = "name" } = wishes;
    const found = sortedMovies(searchMovies(catalogue.movies, search), sort, context.news);
    const page = found.slice(offset, offset + limit);
    const scanning = !catalogue.progress.isComplete;
    void reply.header("Cache-Control", "no-cache");
    return {
      total: found.length,
      offset,
      limit,
      scanning,
      movies: await bodies(context, page, HOLES_IN_LISTS),
    };
  });
  app.get("/movies/:movie", { schema: ONE }, async ({ params }, reply) => {
    const [body] = await bodies(context, [findMovie(catalogue, params.movie)], NAMED_HOLES);
    void reply.header("Cache-Control", "no-cache");
    return body;
  });
  app.get("/events", { schema: EVENTS }, (request, reply) => {
    const { movie } = request.query;
    const log = movie === undefined ? undefined : findMovie(catalogue, movie);
    reply.hijack();
    clientOf(request.raw.socket).afford(0, () => feed(context, request, reply, log?.name));
  });
}

async function bodies({ looks, news }: Context, logs: readonly FrameLog[], mostHoles: number) {
  const found = await looks.of(logs, timeIsUp());
  return logs.map((log, index) => ({
    ...movieFacts(log, found[index], news, mostHoles),
    url: `/movies/${encodeURIComponent(log.name)}`,
  }));
}

function timeIsUp(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOKING).unref());
}

/** @param only the one movie that is asked for */
function feed(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  only: string | undefined,
): void {
  const { feeds, news, house } = context;
  const opened = feeds.open(reply.raw, headersOf(reply), () => unwatch());
  const unwatch = news.watch((item) => {
    if (only === undefined || item.log.name === only)
      opened.send(eventText(item.kind, itemBody(context, item), news.position), house.clock.now());
  });
  if (request.headers["last-event-id"] !== news.position) opened.resync(house.clock.now());
}

function itemBody({ news }: Context, item: NewsItem): object {
  const { log } = item;
  const movie = { movie: log.name, revision: news.revisionOf(log) };
  if (item.kind !== "frames") return movie;
  const { first = null, last = null, newest = null } = log;
  return {
    ...movie,
    landed: spansText(item.landed),
    revised: spansText(item.revised),
    removed: spansText(item.removed),
    isPartial: item.isPartial,
    frames: log.count,
    first,
    last,
    newest,
    live: log.state === "live",
  };
}
