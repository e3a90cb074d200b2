import { Type } from "typebox";
import { findMovie, granted } from "../movies.ts";
import type { App, Context } from "./context.ts";
import { type Form, MJPEG, PPM, Y4M } from "./forms.ts";
import { query } from "./parameters.ts";
import { PlayReel } from "./playReel.ts";
import { wishedPriority } from "./priority.ts";
import { frames, movieName, problems } from "./schemas.ts";
import { pictureHeaders } from "./showings.ts";

type Kind = {
  readonly form: Form;
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  /** A client that closes its half wants no more. */
  readonly endsWithClient: boolean;
};

const WHEN_IT_FAILS =
  "What goes wrong before the first frame is a problem; behind it the connection is cut, and `/playbacks` " +
  "says why.";

const KINDS: Readonly<Record<"mjpeg" | "ppm" | "y4m", Kind>> = {
  mjpeg: {
    form: MJPEG,
    operationId: "playMjpeg",
    summary: "A movie for an `<img>`: JPEG pictures that replace each other",
    description:
      "At the movie's rate; what is late is skipped. Each part's head has the number of its message; which " +
      "frame it is, and whether that stands in for a missing one, a comment in the picture says. " +
      WHEN_IT_FAILS,
    endsWithClient: true,
  },
  y4m: {
    form: Y4M,
    operationId: "playY4m",
    summary: "A movie as y4m: planes of luma and colour, for programs that encode or measure",
    description:
      "Nothing is skipped, and it goes as fast as it is read. All frames must be of one size. " +
      WHEN_IT_FAILS,
    endsWithClient: false,
  },
  ppm: {
    form: PPM,
    operationId: "playPpm",
    summary: "A movie as binary PPM and PGM, one picture behind the other",
    description: `Nothing is skipped, and it goes as fast as it is read. ${WHEN_IT_FAILS}`,
    endsWithClient: false,
  },
};

const TIME = ["from", "to", "fps", "loop", "contract", "missing", "direction", "priority"] as const;
const LOOK = ["width", "quality", "levels", "exposure"] as const;

/** `/movies/{movie}.ppm`, `.mjpeg`, `.y4m` */
export function playRoutes(app: App, context: Context): void {
  addRoute(app, context, "mjpeg", query(...TIME, ...LOOK));
  addRoute(app, context, "ppm", query(...TIME, ...LOOK, "tagged"));
  addRoute(app, context, "y4m", query(...TIME, ...LOOK));
}

function addRoute(
  app: App,
  context: Context,
  extension: keyof typeof KINDS,
  querystring: ReturnType<typeof query<PlayParameter>>,
): void {
  const { form, endsWithClient, ...words } = KINDS[extension];
  const schema = {
    ...words,
    tags: ["playing"],
    params: Type.Object({ movie: movieName() }),
    querystring,
    response: { 200: frames(form.mediaType), ...problems(404, 410, 422, 500, 503) },
  };
  const { catalogue, showings, clientOf } = context;
  // What stands before the last extension is the name, whatever is in it.
  app.get(`/movies/:movie(^.+).${extension}`, { schema, helmet: false }, (request, reply) => {
    const { params, query: wishes, headers, method, raw } = request;
    const client = clientOf(raw.socket);
    const { bestPriority, number: connection } = client;
    const log = findMovie(catalogue, params.movie);
    const reel = new PlayReel({
      log,
      form,
      query: wishes,
      asked: { connection, request: request.url, rate: wishes.fps ?? log.rate },
      priority: granted(wishedPriority(wishes.priority, headers["priority"]), bestPriority),
    });
    if (method !== "HEAD") return showings.show(request, reply, reel, { endsWithClient });
    // Only whether it can be played is looked at: what would be sent is not known before.
    reel.plan();
    reply.hijack();
    client.afford(0, () => {
      reply.raw.writeHead(200, { ...pictureHeaders(reply), ...reel.headers() });
      reply.raw.end();
    });
  });
}

type PlayParameter = (typeof TIME)[number] | (typeof LOOK)[number] | "tagged";
