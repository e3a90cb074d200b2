import { Type } from "typebox";
import { findMovie, granted } from "../movies.ts";
import type { App, Context } from "./context.ts";
import { MEDIA_TYPES, negotiate, parseFrameName } from "./frameForm.ts";
import { FrameReel } from "./frameReel.ts";
import { query } from "./parameters.ts";
import { placeOf } from "./places.ts";
import { wishedPriority } from "./priority.ts";
import { movieName, oneFrame, problems } from "./schemas.ts";

const SCHEMA = {
  operationId: "getFrame",
  summary: "One exact frame",
  description:
    "The frame with this number, in the format of its extension or, without one, of `Accept`. It goes " +
    "through the dispatcher as a playback of one frame, with its priority.",
  tags: ["frames"],
  params: Type.Object({
    movie: movieName(),
    frame: Type.String({
      description:
        "The number in the frame's file name, or `last`, and perhaps `.png`, `.jpg`, `.webp` or `.ppm`.",
      examples: ["42", "42.png", "last.jpg"],
    }),
  }),
  querystring: query("width", "quality", "levels", "exposure", "missing", "priority", "rev"),
  response: {
    200: oneFrame("The frame.", ...Object.values(MEDIA_TYPES)),
    206: oneFrame("A part of the frame.", ...Object.values(MEDIA_TYPES)),
    304: Type.Null({ description: "The client has the frame already." }),
    ...problems(404, 406, 410, 412, 416, 500, 503),
  },
} as const;

/** `/movies/{movie}/frames/{frame}` */
export function frameRoute(app: App, context: Context): void {
  const { catalogue, news, showings, clientOf } = context;
  const revisionText = (revision: number): string => news.text(revision);
  app.get("/movies/:movie/frames/:frame", { schema: SCHEMA, helmet: false }, (request, reply) => {
    const { params, query: wishes, headers, method, raw } = request;
    const log = findMovie(catalogue, params.movie);
    const { place, format } = parseFrameName(params.frame);
    const { bestPriority } = clientOf(raw.socket);
    const reel = new FrameReel({
      log,
      number: placeOf(log, place),
      format: format ?? negotiate((types) => request.type(types)),
      isNegotiated: format === undefined,
      query: wishes,
      priority: granted(wishedPriority(wishes.priority, headers["priority"]), bestPriority),
      method,
      headers,
      revisionText,
    });
    showings.show(request, reply, reel);
  });
}
