import accepts from "@fastify/accepts";
import cors from "@fastify/cors";
import helmet from "@fastify/helmet";
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import fastify, { type FastifyRequest } from "fastify";
import type { Socket } from "node:net";
import { type Fault, fault } from "../../base/errors.ts";
import { WEBSOCKET_PATH } from "../../wire/websocket/protocol.ts";
import type { App, Context } from "./context.ts";
import { dispatchDocuments } from "./documents.ts";
import { frameRoute } from "./frameRoute.ts";
import { inspectRoutes } from "./inspectRoutes.ts";
import { BODY_LIMIT, LEAST_HEADERS, MOST_REQUESTS, NAME_LIMIT, PROBLEM_BYTES } from "./limits.ts";
import { forbidOtherMethods } from "./methods.ts";
import { metricsRoute } from "./metricsRoute.ts";
import { movieRoutes } from "./movieRoutes.ts";
import { OPENAPI } from "./openapi.ts";
import { pageRoutes } from "./pages.ts";
import { playRoutes } from "./playRoutes.ts";
import { playbackRoutes } from "./playbackRoutes.ts";
import { answerError, refuseName, refuseSocket } from "./refusals.ts";
import { stateRoutes } from "./stateRoutes.ts";
import { compileValidator } from "./validation.ts";

export type AppOptions = {
  readonly context: Context;
  /** Origins of web pages that may read answers; `*` is all. */
  readonly cors: readonly string[];
  /** Whether WebSocket is spoken. */
  readonly takesUpgrades: boolean;
  /** A socket whose input is no request: whether a response to an earlier one is under way there. */
  readonly isAnswering: (socket: Socket) => boolean;
};

/** The framework with all routes. It does not listen: whoever owns the server does. */
export async function makeApp(options: AppOptions): Promise<App> {
  const { context } = options;
  const app = makeInstance(options);
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, context));
  app.setNotFoundHandler((request, reply) => answerError(nothingAt(request), request, reply, context));
  app.setValidatorCompiler(compileValidator);
  dispatchDocuments(app, context);
  await registerPlugins(app, options.cors);
  const forbid = forbidOtherMethods(app);
  app.addHook("onRequest", (request, _reply, done) => done(closing(request, context)));
  frameRoute(app, context);
  inspectRoutes(app, context);
  playRoutes(app, context);
  movieRoutes(app, context);
  playbackRoutes(app, context);
  stateRoutes(app, context);
  metricsRoute(app, context);
  await pageRoutes(app, context);
  app.get("/openapi.json", { schema: { hide: true } }, (_request, reply) => reply.send(app.swagger()));
  forbid();
  await app.ready();
  return app;
}

function makeInstance({ context, isAnswering, takesUpgrades }: AppOptions): App {
  const { limits } = context;
  return fastify({
    http: {
      maxHeaderSize: Math.max(limits.request, LEAST_HEADERS),
      headersTimeout: limits.firstRequest,
      connectionsCheckingInterval: TIMES_EVERY,
      noDelay: true,
      // Whoever offers something else, as HTTP/2, is answered as it stands; and so is who still waits for
      // answers on the connection, which would go on between the frames of what it changes to.
      shouldUpgradeCallback: ({ headers, socket }) =>
        takesUpgrades && headers.upgrade?.toLowerCase() === "websocket" && !isAnswering(socket),
    },
    requestTimeout: limits.firstRequest,
    connectionTimeout: limits.stall,
    keepAliveTimeout: limits.idle,
    maxRequestsPerSocket: MOST_REQUESTS,
    bodyLimit: BODY_LIMIT,
    return503OnClosing: false,
    genReqId: ({ socket }) => {
      const client = context.clientOf(socket);
      client.requests += 1;
      return String(client.requests);
    },
    routerOptions: {
      maxParamLength: NAME_LIMIT,
      onMaxParamLength: (_path, { socket }, response) =>
        context.clientOf(socket).afford(PROBLEM_BYTES, () => refuseName(response)),
    },
    // What the framework answers without a route has no hooks that would make it wait.
    frameworkErrors: (error, request, reply) => {
      const answer = (): void => answerError(error, request, reply, context);
      context.clientOf(request.raw.socket).afford(PROBLEM_BYTES, answer);
    },
    clientErrorHandler: (error, socket) => {
      const affords = context.clientOf(socket).ledger?.affords(PROBLEM_BYTES) ?? true;
      refuseSocket(error, socket, { mayTell: affords && !isAnswering(socket) });
    },
  }).withTypeProvider<TypeBoxTypeProvider>();
}

/** How often the platform looks for requests whose time is up. */
const TIMES_EVERY = 1000;

async function registerPlugins(app: App, origins: readonly string[]): Promise<void> {
  await app.register(accepts);
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    // What is served here is HTTP: a promise of HTTPS would lock browsers out.
    strictTransportSecurity: false,
  });
  if (origins.length > 0) {
    await app.register(cors, {
      origin: origins.includes("*") ? "*" : [...origins],
      methods: origins.includes("*") ? READING : [...READING, "PATCH", "DELETE"],
      exposedHeaders: EXPOSED,
      strictPreflight: false,
    });
  }
  await app.register(swagger, { openapi: OPENAPI });
  await app.register(swaggerUi, { routePrefix: "/docs", staticCSP: PAGE_POLICY, logLevel: "silent" });
}

// Every page may read; only those that are named may change anything for an operator whose browser they run
// in.
const READING = ["GET", "HEAD"];

const EXPOSED = [
  "Content-Location",
  "Content-Range",
  "ETag",
  "Mutoscope-Frame",
  "Mutoscope-Playback",
  "Mutoscope-Priority-Wished",
  "Mutoscope-Substitute",
  "Retry-After",
  "Server-Timing",
];

/** The page of documents runs its own scripts and styles, and asks this server alone. */
const PAGE_POLICY = {
  "default-src": ["'self'"],
  "img-src": ["'self'", "data:"],
  "style-src": ["'self'", "'unsafe-inline'"],
  "object-src": ["'none'"],
  "base-uri": ["'none'"],
  "frame-ancestors": ["'none'"],
};

function nothingAt({ url }: FastifyRequest): Fault {
  if (url.split("?")[0] !== WEBSOCKET_PATH) return fault("ROUTE_NOT_FOUND", "found nothing under this path");
  const expected = "expected a handshake of WebSocket and no unanswered request before it";
  return fault("UPGRADE_REQUIRED", `found a request, ${expected}`);
}

/** Whoever asks whether the server lives is told to its end; all others come too late. */
function closing({ url }: FastifyRequest, { isClosing }: Context): Fault | undefined {
  return isClosing() && url !== "/livez" ? fault("SERVER_CLOSING", "the server is shutting down") : undefined;
}
