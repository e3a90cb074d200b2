import { fault } from "../../base/errors.ts";
import type { Priority } from "../../base/units.ts";
import type { Catalogue } from "../../library/log.ts";
import { makePlan, type Plan } from "../../playback/plan.ts";
import type { Playback } from "../../playback/playback.ts";
import {
  type ClassicRequest,
  type ClassicSeek,
  type ClassicStart,
  parseRequest,
} from "../../wire/classic.ts";
import { encodeTag } from "../../wire/tag.ts";
import { findMovie, granted } from "../movies.ts";

/** What a request is read against. */
export type RequestContext = {
  readonly catalogue: Catalogue;
  readonly connection: number;
  /** That this client may have. */
  readonly bestPriority: Priority;
};

/** A request that makes sense: what to play, or to stop (`plan` undefined). */
export type ReadRequest = {
  /** What the client calls itself. */
  readonly client: string;
  readonly plan: Plan | undefined;
  /** The movie to stop, when one was named. */
  readonly stops: string | undefined;
};

/**
 * Reads a request and looks its movie up. Changes nothing.
 * @throws Fault that says what is wrong with it
 */
export function readRequest(bytes: Uint8Array, context: RequestContext): ReadRequest {
  const request = parseRequest(bytes);
  const { client, command } = request;
  if (command.kind === "stop") {
    if (command.movie !== undefined) findMovie(context.catalogue, command.movie);
    return { client, plan: undefined, stops: command.movie };
  }
  const log = findMovie(context.catalogue, command.movie);
  const wish = {
    ...command,
    start: command.kind === "seek" ? command.frame : undefined,
    contract: command.contract ?? "all",
    ...granted(request.priority, context.bestPriority),
  };
  return { client, plan: makePlan(log, wish, envelope(request, command, context)), stops: undefined };
}

/**
 * Carries a request out.
 * @throws MOVIE_NOT_PLAYING when another movie is to be stopped than the one that plays
 */
export function carryOut(request: ReadRequest, playback: Playback): void {
  if (request.plan !== undefined) return playback.play(request.plan);
  const { movie } = playback;
  if (request.stops !== undefined && movie !== undefined && request.stops !== movie) {
    throw fault("MOVIE_NOT_PLAYING", `found ${request.stops}, but ${movie} is playing`);
  }
  playback.stop();
}

function envelope(
  request: ClassicRequest,
  command: ClassicStart | ClassicSeek,
  { connection }: RequestContext,
): Plan["envelope"] {
  if (!command.tagged) return undefined;
  return ({ worker, epoch, message, frame, bytes, isSubstitute }) => ({
    before: encodeTag({
      worker,
      connection,
      epoch,
      message,
      frame,
      bytes,
      substitute: isSubstitute,
      request: request.text,
    }),
  });
}
