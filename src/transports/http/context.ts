import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { Socket } from "node:net";
import type { Catalogue } from "../../library/log.ts";
import type { Looks } from "../looks.ts";
import type { News } from "../news.ts";
import type { House } from "../seat.ts";
import type { HttpClient } from "./client.ts";
import type { Feeds } from "./feeds.ts";
import type { Inspector } from "./inspector.ts";
import type { HttpLimits } from "./limits.ts";
import type { Showings } from "./showings.ts";

/** The framework, with routes typed by their schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** What is counted, as text that a scraper reads or as values. */
export type Metrics = {
  readonly contentType: string;
  text(): Promise<string>;
  values(): Promise<readonly object[]>;
};

/** What routes work with. */
export type Context = {
  readonly house: House;
  readonly catalogue: Catalogue;
  readonly limits: HttpLimits;
  readonly news: News;
  readonly looks: Looks;
  readonly inspector: Inspector;
  /** Where the classic protocol is spoken. */
  readonly classicPort: () => number | undefined;
  readonly feeds: Feeds;
  readonly showings: Showings;
  readonly metrics: Metrics | undefined;
  /** Whose connection this is. */
  readonly clientOf: (socket: Socket) => HttpClient;
  /** Whether the server is ending. */
  readonly isClosing: () => boolean;
};
