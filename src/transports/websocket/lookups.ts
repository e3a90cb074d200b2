import type { Catalogue, FrameLog } from "../../library/log.ts";
import type { ClientMessageOf } from "../../wire/websocket/clientMessages.ts";
import type { ListedMovie } from "../../wire/websocket/movieFields.ts";
import type { ServerMessage } from "../../wire/websocket/serverMessages.ts";
import type { Looks } from "../looks.ts";
import { HOLES_IN_LISTS, NAMED_HOLES, movieFacts } from "../movieFacts.ts";
import { findMovie, searchMovies } from "../movies.ts";
import type { News } from "../news.ts";
import { LOOKING } from "./limits.ts";

export type Library = { readonly catalogue: Catalogue; readonly news: News; readonly looks: Looks };

/** The answer to `movies`: waits a while for what pictures look like. */
export async function listMovies(
  { request, search, offset, limit }: ClientMessageOf<"movies">,
  library: Library,
): Promise<ServerMessage> {
  const { movies, progress } = library.catalogue;
  const found = searchMovies(movies, search);
  const listed = await factsOf(found.slice(offset, offset + limit), library, HOLES_IN_LISTS);
  const scanning = !progress.isComplete;
  return { type: "movies", request, total: found.length, offset, scanning, movies: listed };
}

/** The answer to `movie`. @throws MOVIE_NOT_FOUND, at once */
export function showMovie(
  { request, movie }: ClientMessageOf<"movie">,
  library: Library,
): Promise<ServerMessage> {
  const log = findMovie(library.catalogue, movie);
  return factsOf([log], library, NAMED_HOLES).then(([facts]) => ({
    type: "movie",
    request,
    movie: facts as ListedMovie,
  }));
}

async function factsOf(
  logs: readonly FrameLog[],
  { looks, news }: Library,
  mostHoles: number,
): Promise<ListedMovie[]> {
  const found = await looks.of(logs, timeIsUp());
  return logs.map((log, index) => movieFacts(log, found[index], news, mostHoles));
}

function timeIsUp(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOKING).unref());
}
