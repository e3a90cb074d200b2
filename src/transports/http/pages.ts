import files from "@fastify/static";
import type { FastifyReply } from "fastify";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Type } from "typebox";
import { fault } from "../../base/errors.ts";
import type { App, Context } from "./context.ts";
import { movieName } from "./schemas.ts";

/** What the pages' build has written, in a checkout and in the installed package. */
const BUILT = fileURLToPath(new URL("dist/web/", import.meta.resolve("mutoscope/package.json")));

/**
 * What a page may load and run: what this server has, nothing within itself, and nothing from elsewhere.
 * Nobody shows it in a frame: an operator's clicks are not to be had that way.
 */
const POLICY = {
  "default-src": ["'none'"],
  "script-src": ["'self'"],
  "style-src": ["'self'"],
  // Pictures that are made of what the client library received.
  "img-src": ["'self'", "blob:", "data:"],
  "connect-src": ["'self'"],
  "base-uri": ["'none'"],
  "form-action": ["'none'"],
  "frame-ancestors": ["'none'"],
};

/** A route that answers with a page. */
export const PAGE_ROUTE = {
  helmet: { contentSecurityPolicy: { useDefaults: false, directives: POLICY } },
} as const;

/** Scripts are for pages of every origin, which put a player into a text of their own. */
const FOR_EVERYBODY = {
  "Access-Control-Allow-Origin": "*",
  "Cross-Origin-Resource-Policy": "cross-origin",
};

/** `/watch/{movie}`, `/status`, the scripts of both and of `/`, and that of the player for other pages. */
export async function pageRoutes(app: App, { catalogue }: Pick<Context, "catalogue">): Promise<void> {
  await app.register(files, {
    root: join(BUILT, "assets"),
    prefix: "/assets/",
    index: false,
    // A name says what is in it.
    immutable: true,
    maxAge: "365d",
    preCompressed: true,
    setHeaders: (reply) => void reply.headers(FOR_EVERYBODY),
  });
  const watch = { schema: { hide: true, params: Type.Object({ movie: movieName() }) }, ...PAGE_ROUTE };
  // The page waits for a movie that is not there; programs that follow links are told.
  app.get("/watch/:movie", watch, ({ params }, reply) => {
    const mayBe = catalogue.find(params.movie) !== undefined || !catalogue.progress.isComplete;
    return sendPage(reply.code(mayBe ? 200 : 404), "watch.html");
  });
  app.get("/status", { schema: { hide: true }, ...PAGE_ROUTE }, (_request, reply) =>
    sendPage(reply, "status.html"),
  );
  app.get("/player.js", { schema: { hide: true } }, (_request, reply) => sendPage(reply, "player.js"));
}

/** A page, or what else has a name that stays: asked for anew each time. @throws Fault when none is built */
export function sendPage(reply: FastifyReply, name: string): FastifyReply {
  if (!existsSync(join(BUILT, name)))
    throw fault("PAGES_NOT_BUILT", "found no built pages; in a checkout, npm ci or npm run build makes them");
  return reply.sendFile(name, BUILT, { maxAge: 0, immutable: false });
}
